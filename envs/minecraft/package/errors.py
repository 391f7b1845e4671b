"""What is wrong with a side environment, and with an episode that is played through it."""

from __future__ import annotations

from envs.errors import GameDied, MissingDependency


class SideEnvironmentError(MissingDependency):
    """Base of these errors: something that MineDojo needs is not there."""


class NoSideEnvironment(SideEnvironmentError):
    """There is no side environment where one is looked for."""


class BrokenSideEnvironment(SideEnvironmentError):
    """The side environment is there, and something in it is missing or does not run."""


class WrongPython(SideEnvironmentError):
    """The Python named cannot be the one of a side environment."""


class SetupFailed(SideEnvironmentError):
    """A step of the set-up failed; what was done before is kept for the next try."""


class PlayerDied(GameDied):
    """The package or its engine broke; the episode is aborted, not failed, and the next one is clean."""
