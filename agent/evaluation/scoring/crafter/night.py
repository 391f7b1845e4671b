"""Whether the player slept through a night in a shelter."""

from __future__ import annotations

from agent.evaluation.scoring.crafter.referee import CrafterCriterion, CrafterStep

DARK = 0.2
"""Brightness, 0..1, that is not reached but in the middle of a night."""


class NightInShelter(CrafterCriterion):
    """The player fell asleep walled in, slept through the dark, and woke rested, still walled in.

    Args:
        health: its least health on waking.
    """

    def __init__(self, *, health: int = 7) -> None:
        super().__init__()
        self._health = health
        self._sheltered = False
        self._darkest = 1.0

    def watch(self, step: CrafterStep) -> None:
        """See `Criterion.watch`."""
        before, after = step.before, step.after
        if after.sleeping:
            if not before.sleeping:
                self._sheltered, self._darkest = before.enclosed, 1.0
            self._darkest = min(self._darkest, after.daylight)
        elif before.sleeping and after.woken > before.woken:
            through = self._sheltered and after.enclosed and self._darkest <= DARK
            if through and after.health >= self._health:
                self._reach(step)
