"""What is counted in an episode: the base of all criteria."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from agent.evaluation.scoring.scored_step import RefereedGame, ScoredStep

Unit: TypeAlias = Literal["rate", "count", "percent"]
"""A rate is 0 or 1 per episode, a count any number, a percentage 0..100; what is reported is the mean."""


class Criterion:
    """Watches an episode from its start; subclasses count something.

    Attributes:
        unit: what its value is.
        value: the value so far.
        at: the protocol's step at which the value last changed; None while it has not.
    """

    unit: ClassVar[Unit] = "rate"

    def __init__(self) -> None:
        self.value = 0.0
        self.at: int | None = None

    def begin(self, game: RefereedGame) -> None:
        """Look at an episode that is about to be played."""

    def watch(self, step: ScoredStep) -> None:
        """Look at an action that was taken."""
        raise NotImplementedError

    @property
    def decided(self) -> bool:
        """Whether nothing that may still happen can change the value."""
        return self.unit == "rate" and self.value >= 1

    def _count(self, step: ScoredStep, amount: float = 1.0) -> None:
        self.value += amount
        self.at = step.step

    def _reach(self, step: ScoredStep) -> None:
        if not self.value:
            self._count(step)


class Counter(Criterion):
    """A criterion that counts."""

    unit = "count"


def mentions(said: tuple[str, ...], *words: str) -> bool:
    """Whether any message contains any of the words.

    >>> mentions(("You descend the stairs.",), "descend")
    True
    """
    return any(word in message for message in said for word in words)
