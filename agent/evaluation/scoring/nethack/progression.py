"""BALROG's progress in NetHack: how likely a game that came this far was to be won by a human."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import TYPE_CHECKING

from agent.evaluation.scoring.criterion import Criterion
from agent.evaluation.scoring.scored_step import RefereedGame, ScoredStep

if TYPE_CHECKING:
    from envs.nethack.event_counts import Place


def entry(table: Mapping[int, float], reached: int) -> float:
    """The table's entry for the highest listed mark that is not above the one reached; 0 below all.

    >>> entry({1: 0.0, 13: 25.66, 15: 30.9}, 14)
    25.66
    """
    marks = sorted(table)
    at = bisect_right(marks, reached)
    return table[marks[at - 1]] if at else 0.0


class Progression(Criterion):
    """The larger of two tables' entries, by depth and by experience level, over everything visited.

    Args:
        depths: depth -> percent, as keys that are texts.
        experience_levels: likewise.
    """

    unit = "percent"

    def __init__(self, *, depths: Mapping[str, float], experience_levels: Mapping[str, float]) -> None:
        super().__init__()
        self._depths = {int(mark): float(percent) for mark, percent in depths.items()}
        self._levels = {int(mark): float(percent) for mark, percent in experience_levels.items()}

    def _percent(self, place: Place) -> float:
        return max(entry(self._depths, place.depth), entry(self._levels, place.experience_level))

    def begin(self, game: RefereedGame) -> None:
        """See `Criterion.begin`."""
        self.value = self._percent(game.place)

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        before, after = step.before, step.after
        if (before.depth, before.experience_level) == (after.depth, after.experience_level):
            return
        percent = self._percent(after)
        if percent > self.value:
            self._count(step, percent - self.value)


class DeepestLevel(Criterion):
    """The depth of the deepest level visited."""

    unit = "count"

    def begin(self, game: RefereedGame) -> None:
        """See `Criterion.begin`."""
        self.value = float(game.place.depth)

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        if step.after.depth > self.value:
            self._count(step, step.after.depth - self.value)
