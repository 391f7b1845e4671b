"""Errors of the planning layer; all derive from `PlanningError`."""

from collections.abc import Mapping


class PlanningError(Exception):
    """Base of everything the planning layer raises on purpose."""


class BadGraph(PlanningError):
    """A skill graph or a file that should hold one is malformed; the message names the place."""


class SkillCycle(BadGraph):
    """Skills that need each other, so that none can come first."""


class UnknownGoal(PlanningError):
    """A goal that no fact, skill or alias matches; the message suggests close ones.

    Attributes:
        near: what may have been meant, as it can be typed.
    """

    def __init__(self, message: str, *, near: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.near = near

    @property
    def suggestions(self) -> tuple[str, ...] | None:
        """What the command line's document suggests; None leaves it to what the message does."""
        return self.near or None


class NotUnderstood(UnknownGoal):
    """A goal whose words mean nothing known, or several things; other words might, or a model may read it."""


class NotInFacts(UnknownGoal):
    """A goal that no facts can state, as they say how much there must be at least; one can look for it."""


class ImpossibleGoal(UnknownGoal):
    """A goal that the game does not allow; the message says why."""


class NoPlan(PlanningError):
    """The goal cannot be reached; the message says exactly what is missing.

    Attributes:
        missing: facts that no skill at hand brings, with the counts lacking; empty where a step is at fault.
    """

    def __init__(self, message: str, missing: Mapping[str, int] | None = None) -> None:
        super().__init__(message)
        self.missing = dict(missing or {})


class SearchTooDeep(PlanningError):
    """A search passed its depth or size guard."""
