"""The whole layout of a skill graph: lanes from raw things to goals, top to bottom.

A skill is placed together with the facts that it is first to bring, which halves the depth of the picture:
what follows a skill stands one lane lower. Long lanes are folded into rows until the whole has the shape of
a screen. Same input, same layout; nothing is drawn at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.web.layout.blocks import Block, Size, lone_pill, make_block
from agent.web.layout.folding import LANE_GAP, ROW_GAP, fold, place_rows
from agent.web.layout.levels import Levels, find_levels
from agent.web.layout.ordering import order_lanes
from agent.web.layout.routes import Row, make_row, route

SCREEN = 1.6
"""Width to height."""

PORT_SPACING = 30.0
"""Between two edges that enter a card, in pixels: room for the counts on them."""

MOST_ROUTED = 1_500
"""Blocks up to which edges are led around others; above, they are drawn straight from end to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node on the page: centre, width and height, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane on the page: its upper and lower edge, in pixels, and the number of skills before it."""

    top: float
    bottom: float
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything stands.

    Attributes:
        boxes: of the skills, then of the facts.
        lanes: from above; level -1 holds what no skill brings.
        ends: (from, to): x of an edge at its upper and its lower end, by (fact, skill).
        routes: points that an edge passes from its upper to its lower end, by (fact, skill).
        home: of each fact, the skill under whose card it stands; None for one by itself.
        width: of the whole, in pixels.
        height: of the whole, in pixels.
    """

    boxes: list[Box]
    lanes: list[Lane]
    ends: dict[tuple[int, int], tuple[float, float]]
    routes: dict[tuple[int, int], list[tuple[float, float]]]
    home: list[int | None]
    width: float
    height: float


def lay_out(
    skills: Sequence[Size],
    facts: Sequence[Size],
    needs: Sequence[Sequence[int]],
    gives: Sequence[Sequence[int]],
    *,
    ratio: float = SCREEN,
) -> Layout:
    """Place skills and facts, and route the edges between them.

    Args:
        skills: size of each skill's card.
        facts: size of each fact's pill.
        needs: of each skill, the facts that it needs, by number.
        gives: of each skill, the facts that it brings, by number.
        ratio: width to height that is wanted.
    """
    if not skills:
        return Layout(boxes=[], lanes=[], ends={}, routes={}, home=[], width=0.0, height=0.0)
    levels = find_levels(len(facts), needs, gives)
    blocks, block_of = _blocks(skills, facts, needs, levels)
    lowest = min(block.lane for block in blocks)
    for block in blocks:
        block.lane -= lowest
    _join(blocks, block_of, len(skills), needs, gives)
    order = order_lanes(blocks, max(block.lane for block in blocks) + 1)
    folded = fold(blocks, order, ratio)
    rows = [row for lane in folded for row in lane]
    place_rows(blocks, rows)
    left = min(block.x - block.width / 2 for block in blocks)
    width = max(block.x + block.width / 2 for block in blocks) - left
    lanes, tops = _down(blocks, folded, lowest)
    boxes = _boxes(blocks, [*skills, *facts], left, tops)
    placed = [_row(blocks, row, left, top, width) for row, top in zip(rows, tops, strict=True)]
    ends, routes = _edges(blocks, block_of, boxes, placed, needs, gives)
    return Layout(
        boxes=boxes,
        lanes=lanes,
        ends=ends,
        routes=routes,
        home=levels.makers,
        width=width,
        height=lanes[-1].bottom,
    )


def _blocks(
    skills: Sequence[Size], facts: Sequence[Size], needs: Sequence[Sequence[int]], levels: Levels
) -> tuple[list[Block], list[int]]:
    """The blocks, and the block of every node."""
    first_user: dict[int, int] = {}
    for skill, wanted in enumerate(needs):
        for fact in wanted:
            first_user[fact] = min(first_user.get(fact, levels.skills[skill]), levels.skills[skill])
    brought: list[list[tuple[int, Size]]] = [[] for _ in skills]
    alone: list[tuple[int, int]] = []
    for fact, maker in enumerate(levels.makers):
        if maker is None:
            alone.append((first_user.get(fact, 0) - 1, fact))
        else:
            brought[maker].append((len(skills) + fact, facts[fact]))
    blocks = [
        make_block(levels.skills[skill], skill, size, brought[skill]) for skill, size in enumerate(skills)
    ]
    blocks += [lone_pill(lane, len(skills) + fact, facts[fact]) for lane, fact in alone]
    block_of = [0] * (len(skills) + len(facts))
    for i, block in enumerate(blocks):
        for node, _, _ in block.places:
            block_of[node] = i
    return blocks, block_of


def _join(
    blocks: Sequence[Block],
    block_of: Sequence[int],
    offset: int,
    needs: Sequence[Sequence[int]],
    gives: Sequence[Sequence[int]],
) -> None:
    """Say of every block which others it is drawn to."""
    for skill, (wanted, given) in enumerate(zip(needs, gives, strict=True)):
        for fact in (*wanted, *given):
            a, b = block_of[offset + fact], block_of[skill]
            upper, lower = (a, b) if blocks[a].lane <= blocks[b].lane else (b, a)
            if upper != lower:
                blocks[upper].after.append(lower)
                blocks[lower].before.append(upper)


def _down(
    blocks: Sequence[Block], folded: Sequence[Sequence[Sequence[int]]], lowest: int
) -> tuple[list[Lane], list[float]]:
    """The lanes, and the upper edge of every row; sets `Block.row`."""
    lanes: list[Lane] = []
    tops: list[float] = []
    y = 0.0
    for k, rows in enumerate(folded):
        top = y
        for row in rows:
            for i in row:
                blocks[i].row = len(tops)
            tops.append(y)
            y += max(blocks[i].height for i in row) + ROW_GAP
        y -= ROW_GAP
        lanes.append(Lane(top=top, bottom=y, level=k + lowest))
        y += LANE_GAP
    return lanes, tops


def _boxes(blocks: Sequence[Block], sizes: Sequence[Size], left: float, tops: Sequence[float]) -> list[Box]:
    found: dict[int, Box] = {}
    for block in blocks:
        for node, x, y in block.places:
            size = sizes[node]
            found[node] = Box(
                x=block.x - left + x, y=tops[block.row] + y, width=size.width, height=size.height
            )
    return [found[node] for node in range(len(sizes))]


def _row(blocks: Sequence[Block], row: Sequence[int], left: float, top: float, width: float) -> Row:
    extents = [
        (blocks[i].x - left - blocks[i].width / 2, blocks[i].x - left + blocks[i].width / 2) for i in row
    ]
    return make_row(top, top + max(blocks[i].height for i in row), extents, width)


def _edges(
    blocks: Sequence[Block],
    block_of: Sequence[int],
    boxes: Sequence[Box],
    rows: Sequence[Row],
    needs: Sequence[Sequence[int]],
    gives: Sequence[Sequence[int]],
) -> tuple[dict[tuple[int, int], tuple[float, float]], dict[tuple[int, int], list[tuple[float, float]]]]:
    """Where edges meet cards, fanned out over their width, and how they get there."""
    offset = len(needs)
    ends: dict[tuple[int, int], tuple[float, float]] = {}
    routes: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for skill, (wanted, given) in enumerate(zip(needs, gives, strict=True)):
        card = boxes[skill]
        others = [f for f in dict.fromkeys((*wanted, *given)) if block_of[offset + f] != block_of[skill]]
        others.sort(key=lambda fact: (boxes[offset + fact].x, fact))
        spacing = min(PORT_SPACING, (card.width - 20) / max(1, len(others)))
        for k, fact in enumerate(others):
            port = card.x + spacing * (k - (len(others) - 1) / 2)
            ends[(fact, skill)] = (boxes[offset + fact].x, port)
    if len(blocks) <= MOST_ROUTED:
        for (fact, skill), (x0, x1) in ends.items():
            upper, lower = blocks[block_of[offset + fact]].row, blocks[block_of[skill]].row
            between = rows[upper + 1 : lower] if upper < lower else rows[lower + 1 : upper][::-1]
            if between:
                points = route(x0, x1, between, fact)
                if upper > lower:  # it goes up, and meets the lower edge of every row first
                    points = [point for k in range(0, len(points), 2) for point in points[k : k + 2][::-1]]
                routes[(fact, skill)] = points
    return ends, routes
