"""Everything that asks a language model, and the wiring: practice, solve, evaluate, command line."""
