"""Edges led through the gaps between blocks, so that none runs behind a card that it does not concern."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

GAP_MARGIN = 5.0
"""How near an edge may come to a block, in pixels."""

TRACK = 4.0
"""Between two edges of different facts in one gap, in pixels."""


@dataclass(slots=True, kw_only=True)
class Row:
    """A row of blocks, as edges see it that pass it.

    Attributes:
        top: its upper edge, in pixels.
        bottom: its lower edge.
        gaps: (from, to) where edges may pass, left to right; the outermost are open to one side.
    """

    top: float
    bottom: float
    gaps: list[tuple[float, float]]
    _taken: dict[int, dict[int, float]] = field(default_factory=dict)

    def pass_at(self, wanted: float, source: int) -> float:
        """Where an edge that comes from `source` passes: near `wanted`, shared with its other edges."""
        k = self._nearest(wanted)
        taken = self._taken.setdefault(k, {})
        if source not in taken:
            taken[source] = self._free(self.gaps[k], wanted, [*taken.values()])
        return taken[source]

    def _nearest(self, wanted: float) -> int:
        after = bisect_left(self.gaps, (wanted, wanted))
        near = [k for k in (after - 1, after) if 0 <= k < len(self.gaps)]
        return min(near, key=lambda k: _outside(self.gaps[k], wanted))

    @staticmethod
    def _free(gap: tuple[float, float], wanted: float, taken: Sequence[float]) -> float:
        low, high = gap[0] + GAP_MARGIN, gap[1] - GAP_MARGIN
        first = min(max(wanted, low), max(low, high))
        for step in range(2 * len(taken) + 1):
            x = first + TRACK * ((step + 1) // 2) * (1 if step % 2 else -1)
            if low <= x <= high and all(abs(x - other) >= TRACK for other in taken):
                return x
        return first


def _outside(gap: tuple[float, float], x: float) -> float:
    return max(gap[0] - x, x - gap[1], 0.0)


def make_row(top: float, bottom: float, extents: Sequence[tuple[float, float]], width: float) -> Row:
    """A row from where its blocks begin and end, left to right; `width` is that of the whole.

    >>> make_row(0, 10, [(10, 20), (40, 60)], 70).gaps
    [(-60.0, 10), (20, 40), (60, 130.0)]
    """
    open_to = 60.0
    ends = [-open_to, *(right for _, right in extents)]
    starts = [*(left for left, _ in extents), width + open_to]
    return Row(top=top, bottom=bottom, gaps=list(zip(ends, starts, strict=True)))


def route(start: float, end: float, between: Sequence[Row], source: int) -> list[tuple[float, float]]:
    """The points that an edge passes between its ends: the upper and the lower edge of every row between.

    Args:
        start: x where it begins.
        end: x where it ends.
        between: rows, in the order in which it passes them.
        source: what the edge comes from; edges from the same node share their way.
    """
    points: list[tuple[float, float]] = []
    x = start
    for k, row in enumerate(between):
        wanted = x + (end - x) / (len(between) - k + 1)
        x = row.pass_at(wanted, source)
        points += [(x, row.top), (x, row.bottom)]
    return points
