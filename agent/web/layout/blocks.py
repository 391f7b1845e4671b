"""A skill with the facts that it is first to bring, as one block: cards with pills under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

PILL_GAP = 6.0
"""Between pills, and between a card and its pills, in pixels."""

WIDER_THAN_CARD = 1.8
"""How many times wider than its card a row of pills may be before it is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Width and height of a node, in pixels."""

    width: float
    height: float


@dataclass(slots=True, kw_only=True)
class Block:
    """What is placed as one piece: a card and its pills, or a pill alone.

    Attributes:
        lane: which lane it stands in.
        skill: index of the skill; None for a fact that nothing brings.
        places: (node, x, y) of the centres, from the middle of the block's upper edge, in pixels.
        before: blocks that something in it needs.
        after: blocks that need something in it.
        x: its middle, in pixels.
        row: which row it stands in, over all lanes.
    """

    lane: int
    skill: int | None
    width: float
    height: float
    places: list[tuple[int, float, float]] = field(default_factory=list)
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    x: float = 0.0
    row: int = 0


def make_block(lane: int, skill: int, card: Size, pills: Sequence[tuple[int, Size]]) -> Block:
    """A card with its pills in rows beneath it.

    Args:
        lane: of the skill.
        skill: its node.
        card: its size.
        pills: (node, size) of the facts that it brings first, in the order wanted.
    """
    if len(pills) == 1:
        node, size = pills[0]
        height = card.height + PILL_GAP + size.height
        places = [(skill, 0.0, card.height / 2), (node, 0.0, height - size.height / 2)]
        return Block(lane=lane, skill=skill, width=max(card.width, size.width), height=height, places=places)
    together = sum(size.width for _, size in pills) + PILL_GAP * (len(pills) - 1)
    most = min(together, WIDER_THAN_CARD * card.width)
    width = max([card.width, most, *(size.width for _, size in pills)])
    places = [(skill, 0.0, card.height / 2)]
    y = card.height
    for row in _rows(pills, width):
        y += PILL_GAP
        left = -(sum(size.width for _, size in row) + PILL_GAP * (len(row) - 1)) / 2
        tallest = max(size.height for _, size in row)
        for node, size in row:
            places.append((node, left + size.width / 2, y + tallest / 2))
            left += size.width + PILL_GAP
        y += tallest
    return Block(lane=lane, skill=skill, width=width, height=y, places=places)


def lone_pill(lane: int, node: int, size: Size) -> Block:
    """A fact that no skill brings, by itself."""
    return Block(
        lane=lane, skill=None, width=size.width, height=size.height, places=[(node, 0.0, size.height / 2)]
    )


def _rows(pills: Sequence[tuple[int, Size]], width: float) -> list[list[tuple[int, Size]]]:
    rows: list[list[tuple[int, Size]]] = []
    left = 0.0
    for node, size in pills:
        if not rows or left < size.width - 0.01:
            rows.append([])
            left = width
        rows[-1].append((node, size))
        left -= size.width + PILL_GAP
    return rows
