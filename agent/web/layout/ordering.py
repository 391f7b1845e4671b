"""The order of blocks in a lane that puts them near what they need and what needs them."""

from __future__ import annotations

from collections.abc import Sequence

from agent.web.layout.blocks import Block

SWEEPS = 12
FEW_BLOCKS = 2_000
"""Blocks up to which the order is worked out with all sweeps; above, with a third of them."""


def order_lanes(blocks: Sequence[Block], lanes: int) -> list[list[int]]:
    """Blocks by lane, each lane ordered by the mean place of its neighbours, forth and back.

    A place is a share of the lane, 0..1, so that wide and narrow lanes can be compared.

    Source:
        Sugiyama, Tagawa and Toda 1981, methods for visual understanding of hierarchical systems.
    """
    order: list[list[int]] = [[] for _ in range(lanes)]
    for i, block in enumerate(blocks):
        order[block.lane].append(i)
    place = [0.0] * len(blocks)
    for lane in order:
        _number(lane, place)
    for sweep in range(SWEEPS if len(blocks) <= FEW_BLOCKS else SWEEPS // 3):
        down = sweep % 2 == 0
        for lane in order if down else order[::-1]:
            wanted = {i: _mean(blocks[i].before if down else blocks[i].after, place, place[i]) for i in lane}
            lane.sort(key=wanted.__getitem__)
            _number(lane, place)
    return order


def _number(lane: Sequence[int], place: list[float]) -> None:
    for position, i in enumerate(lane):
        place[i] = (position + 0.5) / len(lane)


def _mean(neighbours: Sequence[int], place: Sequence[float], default: float) -> float:
    return sum([place[i] for i in neighbours]) / len(neighbours) if neighbours else default
