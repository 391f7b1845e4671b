"""Lanes folded into rows, so that the whole has the shape of a screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from agent.web.layout.blocks import Block
from agent.web.layout.spread import spread

BLOCK_GAP = 26.0
"""Between two blocks of a row, in pixels: room for edges to pass."""

ROW_GAP = 30.0
"""Between two rows, in pixels: room for edges to turn."""

LANE_GAP = 42.0
"""Between two lanes, in pixels."""

WIDTHS_TRIED = 60
PLACING_SWEEPS = 4
FEW_BLOCKS = 2_000
"""Blocks up to which positions are worked out with all sweeps; above, with half of them."""


def fold(blocks: Sequence[Block], order: Sequence[Sequence[int]], ratio: float) -> list[list[list[int]]]:
    """The rows of each lane: the widest lanes are folded until width to height is nearest to `ratio`.

    A lane that is folded in three puts every third block into the same row, so that each stays below what
    it needs.
    """
    totals = [sum([blocks[i].width + BLOCK_GAP for i in lane]) for lane in order]
    tallest = [max((blocks[i].height for i in lane), default=0.0) for lane in order]
    narrowest = max(block.width for block in blocks)
    step = (max(totals) / narrowest) ** (1 / WIDTHS_TRIED)
    best, least = 1.0, math.inf
    for k in range(WIDTHS_TRIED + 1):
        width = narrowest * step**k
        off = abs(math.log(_shape(totals, tallest, width) / ratio))
        if off < least:
            best, least = width, off
    counts = [_count(total, best) for total in totals]
    return [
        [list(lane[k::count]) for k in range(count) if lane[k::count]]
        for lane, count in zip(order, counts, strict=True)
    ]


def _count(total: float, width: float) -> int:
    """How many rows a lane of this length takes."""
    return max(1, math.ceil(total / width - 1e-9))


def _shape(totals: Sequence[float], tallest: Sequence[float], width: float) -> float:
    """About how wide the whole is for its height, with lanes of these lengths folded at `width`."""
    across, height = 1.0, 0.0
    for total, one in zip(totals, tallest, strict=True):
        rows = _count(total, width)
        across = max(across, total / rows)
        height += rows * (one + ROW_GAP) + LANE_GAP - ROW_GAP
    return across / height


def place_rows(blocks: Sequence[Block], rows: Sequence[Sequence[int]]) -> None:
    """Set `Block.x`: near what is needed and what needs it, in the order given, without overlaps."""
    spacings = [_spacing(blocks, row) for row in rows]
    widest = max(sum(spacing) for spacing in spacings)
    spaced = list(zip(rows, spacings, strict=True))
    for row, spacing in spaced:
        free = (widest - sum(spacing)) / len(row)
        x = 0.0
        for i, gap in zip(row, spacing, strict=True):
            x += gap + (free if x else free / 2)
            blocks[i].x = x
    for sweep in range(PLACING_SWEEPS if len(blocks) <= FEW_BLOCKS else PLACING_SWEEPS // 2):
        for row, spacing in spaced if sweep % 2 == 0 else spaced[::-1]:
            wanted = [_wanted(blocks, i, widest) for i in row]
            for i, x in zip(row, _inside(spread(wanted, spacing), widest), strict=True):
                blocks[i].x = x


def _inside(places: list[float], widest: float) -> list[float]:
    """A row moved as a whole where it sticks out; it is never wider than the widest."""
    over = max(0.0, places[-1] - widest) - max(0.0, -places[0])
    return [x - over for x in places] if over else places


def _wanted(blocks: Sequence[Block], i: int, widest: float) -> float:
    block = blocks[i]
    near = [*block.before, *block.after]
    if not near:
        return block.x
    mean = sum([blocks[k].x for k in near]) / len(near)
    return min(widest, max(0.0, (mean + block.x) / 2))


def _spacing(blocks: Sequence[Block], row: Sequence[int]) -> list[float]:
    widths = [blocks[i].width for i in row]
    return [0.0, *((a + b) / 2 + BLOCK_GAP for a, b in pairwise(widths))]
