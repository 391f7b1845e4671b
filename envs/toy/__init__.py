"""The toy game: a tiny deterministic tech tree on a 9x9 meadow, for tests, documentation and first steps."""
