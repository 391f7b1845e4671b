"""MaestroMotif's three tasks in several parts, by its own rules and in truth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from agent.evaluation.scoring.criterion import mentions
from agent.evaluation.scoring.nethack.places import PlaceReached, overview_shows
from agent.evaluation.scoring.nethack.referee import NetHackCriterion, NetHackStep, RefereedNetHack
from agent.evaluation.scoring.nethack.trade import sales

_LEAST_KILLS: Final = 25
_LEAST_GOLD: Final = 20
_LEAST_DEPTH: Final = 3
_SURVIVED_STEPS: Final = 300
_SALE_LEVEL: Final = 4
_MINES: Final = 2
_SOLD: Final = "sold"
_KILLED: Final = re.compile(r"You (?:kill|destroy) [^!.]+")


class GoldenExitRule(NetHackCriterion):
    """25 messages of a kill, 20 gold and the third level at once; then a prompt about climbing out.

    Source: MaestroMotif's evaluation code; the gold is that before each step.
    """

    def __init__(self) -> None:
        super().__init__()
        self._kills = self._deepest = 0
        self._ready = False

    def watch(self, step: NetHackStep) -> None:
        """See `Criterion.watch`."""
        if self._ready and mentions(step.said, "climb?"):
            self._reach(step)
        self._kills += mentions(step.said, "kill", "destroy")
        self._deepest = max(self._deepest, step.after.depth)
        self._ready = self._ready or (
            self._kills >= _LEAST_KILLS and step.before.gold >= _LEAST_GOLD and self._deepest >= _LEAST_DEPTH
        )


class GoldenExit(NetHackCriterion):
    """25 of the player's own kills and the third level of the main branch; then, with 20 gold, the prompt."""

    def __init__(self) -> None:
        super().__init__()
        self._kills = 0
        self._visited: set[int] = set()

    def begin(self, game: RefereedNetHack) -> None:
        """See `Criterion.begin`."""
        self._visited = {game.place.depth}

    def watch(self, step: NetHackStep) -> None:
        """See `Criterion.watch`."""
        self._kills += len({kill for message in step.said for kill in _KILLED.findall(message)})
        if step.after.branch == 0:
            self._visited.add(step.after.depth)
        if (
            mentions(step.said, "climb?")
            and self._kills >= _LEAST_KILLS
            and step.after.gold >= _LEAST_GOLD
            and _LEAST_DEPTH in self._visited
        ):
            self._reach(step)


class LevelUpSellRule(NetHackCriterion):
    """A message with ``sold``, and more than 300 further steps survived. Source: MaestroMotif's code."""

    def __init__(self) -> None:
        super().__init__()
        self._sold_at: int | None = None

    def watch(self, step: NetHackStep) -> None:
        """See `Criterion.watch`."""
        if self._sold_at is not None and step.alive and step.step - self._sold_at > _SURVIVED_STEPS:
            self._reach(step)
        if self._sold_at is None and mentions(step.said, _SOLD):
            self._sold_at = step.step


class LevelUpSell(NetHackCriterion):
    """Experience level 4 before the first level is left, then a sale, then 300 further steps survived."""

    def __init__(self) -> None:
        super().__init__()
        self._left_early = False
        self._sold_at: int | None = None

    def watch(self, step: NetHackStep) -> None:
        """See `Criterion.watch`."""
        risen = step.before.experience_level >= _SALE_LEVEL
        self._left_early |= not risen and (step.after.branch, step.after.level) != (0, 1)
        if self._sold_at is not None and step.alive and step.step - self._sold_at > _SURVIVED_STEPS:
            self._reach(step)
        if self._sold_at is None and risen and not self._left_early and sales(step.said):
            self._sold_at = step.step


class DiscoveryHungerRule(NetHackCriterion):
    """Ate by the prompt for food in the Mines; then the overview shows a text after a descent.

    Source: MaestroMotif's evaluation code.
    """

    def __init__(self, *, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = tuple(texts)
        self._ate = False

    def watch(self, step: NetHackStep) -> None:
        """See `Criterion.watch`."""
        if self._ate and not self.value and overview_shows(step, self._texts):
            self._reach(step)
        self._ate |= (
            step.action == "eat"
            and step.after.branch == _MINES
            and mentions(step.said, "What do you want to eat")
        )


class DiscoveryHunger(PlaceReached):
    """Spent time on eating in the Mines; afterwards stood on a special level."""

    def __init__(self, *, special: str) -> None:
        super().__init__(special=special)
        self._ate = False

    def watch(self, step: NetHackStep) -> None:
        """See `Criterion.watch`."""
        self._ate |= (
            step.action == "eat" and step.after.branch == _MINES and step.after.turn > step.before.turn
        )
        if self._ate:
            super().watch(step)
