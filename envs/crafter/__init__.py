"""Crafter: the default game, adapted from the `crafter` package without changing its rules."""
