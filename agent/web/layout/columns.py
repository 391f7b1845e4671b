"""Where the nodes of a skill graph stand on a page: columns by dependency, few crossings, no overlaps.

The steps are those of layered drawing (Sugiyama, Tagawa and Toda 1981): break cycles, put every node one
column right of what it depends on, lead long edges through invisible way points, order each column by the
barycentre of its neighbours, and place nodes as near to their neighbours as spacing allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

COLUMN_GAP = 68.0
"""Horizontal room for edges between two columns, in pixels."""

ROW_GAP = 24.0
"""Vertical room between two nodes of a column, in pixels."""

WAY_POINT_HEIGHT = 4.0
ORDERING_SWEEPS = 12

WayPoint: TypeAlias = tuple[str, int]
"""Where the edges that leave a node pass a later column: (node, column). Edges of one node share it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node on the page: centre, width and height, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Boxes by node, a polyline of points by edge, and the size of the whole.

    An edge that goes against the columns (part of a cycle) runs from the right end of its source to the
    left end of its target with no points between.
    """

    boxes: Mapping[str, Box]
    routes: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    width: float
    height: float


@dataclass(slots=True)
class _Columns:
    """Nodes and way points, column by column, with their neighbours to either side."""

    members: list[list[str | WayPoint]]
    left: dict[str | WayPoint, list[str | WayPoint]] = field(default_factory=dict)
    right: dict[str | WayPoint, list[str | WayPoint]] = field(default_factory=dict)

    def join(self, a: str | WayPoint, b: str | WayPoint) -> None:
        if b not in self.right.setdefault(a, []):
            self.right[a].append(b)
            self.left.setdefault(b, []).append(a)


def lay_out(
    sizes: Mapping[str, tuple[float, float]],
    edges: Sequence[tuple[str, str]],
    *,
    even: frozenset[str] = frozenset(),
) -> Layout:
    """Place nodes and route edges.

    Args:
        sizes: node -> (width, height) in pixels.
        edges: (source, target), both in `sizes`; a pair is given once.
        even: nodes that may start in column 0; all others start in column 1. For a bipartite graph this
            keeps the two sorts in alternate columns.
    """
    if not sizes:
        return Layout(boxes={}, routes={}, width=0.0, height=0.0)
    forward = _without_cycles(list(sizes), edges)
    column = _assign_columns(list(sizes), forward, even)
    columns = _fill(column, forward)
    _reduce_crossings(columns)
    heights = {node: size[1] for node, size in sizes.items()}
    y = _place(columns, heights)
    x, widths, total = _column_positions(columns, sizes)
    top = min(y[node] - heights[node] / 2 for node in sizes)
    bottom = max(y[node] + heights[node] / 2 for node in sizes)
    boxes = {
        node: Box(x=x[column[node]], y=y[node] - top, width=width, height=height)
        for node, (width, height) in sizes.items()
    }
    going_right = set(forward)
    routes = {}
    for source, target in edges:
        points = [(boxes[source].x + boxes[source].width / 2, boxes[source].y)]
        if (source, target) in going_right:
            for k in range(column[source] + 1, column[target]):
                height = y[(source, k)] - top
                points += [(x[k] - widths[k] / 2, height), (x[k] + widths[k] / 2, height)]
        points.append((boxes[target].x - boxes[target].width / 2, boxes[target].y))
        routes[(source, target)] = tuple(points)
    return Layout(boxes=boxes, routes=routes, width=total, height=bottom - top)


def _without_cycles(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges without those that close a cycle in a depth-first walk."""
    successors: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        successors[source].append(target)
    closing: set[tuple[str, str]] = set()
    done: set[str] = set()
    for root in nodes:
        if root in done:
            continue
        path = {root: iter(successors[root])}
        stack = [root]
        while stack:
            node = stack[-1]
            for target in path[node]:
                if target in path:
                    closing.add((node, target))
                elif target not in done:
                    path[target] = iter(successors[target])
                    stack.append(target)
                    break
            else:
                done.add(node)
                del path[stack.pop()]
    return [edge for edge in edges if edge not in closing]


def _assign_columns(
    nodes: Sequence[str], edges: Sequence[tuple[str, str]], even: frozenset[str]
) -> dict[str, int]:
    """Column of every node: right of all it depends on; nodes nothing leads to stand by their first user."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    column = {node: 0 if node in even else 1 for node in nodes}
    waiting = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not waiting[node]]
    for node in ready:
        for target in after[node]:
            column[target] = max(column[target], column[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for node in nodes:
        if not before[node] and after[node]:
            column[node] = min(column[target] for target in after[node]) - 1
    lowest = min(column.values())
    return {node: k - lowest for node, k in column.items()}


def _fill(column: Mapping[str, int], edges: Sequence[tuple[str, str]]) -> _Columns:
    columns = _Columns(members=[[] for _ in range(max(column.values()) + 1)])
    for node, k in column.items():
        columns.members[k].append(node)
    for source, target in edges:
        last: str | WayPoint = source
        for k in range(column[source] + 1, column[target]):
            point = (source, k)
            if point not in columns.left:
                columns.members[k].append(point)
            columns.join(last, point)
            last = point
        columns.join(last, target)
    return columns


def _reduce_crossings(columns: _Columns) -> None:
    """Order every column by the mean position of its neighbours, forth and back."""
    order = columns.members
    for sweep in range(ORDERING_SWEEPS):
        rightward = sweep % 2 == 0
        neighbours = columns.left if rightward else columns.right
        sequence = range(1, len(order)) if rightward else range(len(order) - 2, -1, -1)
        for k in sequence:
            other = order[k - 1 if rightward else k + 1]
            rank = {node: i for i, node in enumerate(other)}
            own = {node: i * max(len(other), 1) / max(len(order[k]), 1) for i, node in enumerate(order[k])}
            order[k].sort(key=lambda n: _mean([rank[m] for m in neighbours.get(n, ())], own[n]))


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _place(columns: _Columns, heights: Mapping[str, float]) -> dict[str | WayPoint, float]:
    """Vertical centres: near the neighbours, in the order given, never closer than the spacing."""
    y: dict[str | WayPoint, float] = {}
    for members in columns.members:
        wanted = [0.0] * len(members)
        y.update(zip(members, _spread(wanted, _spacing(members, heights)), strict=True))
    for sweep in range(ORDERING_SWEEPS):
        sequence = columns.members if sweep % 2 == 0 else columns.members[::-1]
        for members in sequence:
            wanted = []
            for node in members:
                neighbours = [*columns.left.get(node, ()), *columns.right.get(node, ())]
                wanted.append(_mean([y[m] for m in neighbours], y[node]))
            y.update(zip(members, _spread(wanted, _spacing(members, heights)), strict=True))
    return y


def _spacing(members: Sequence[str | WayPoint], heights: Mapping[str, float]) -> list[float]:
    """Least distance from each member's centre to that of the one above; 0 for the first."""
    size = [heights[m] if isinstance(m, str) else WAY_POINT_HEIGHT for m in members]
    return [0.0, *((a + b) / 2 + ROW_GAP for a, b in pairwise(size))]


def _spread(wanted: Sequence[float], spacing: Sequence[float]) -> list[float]:
    """The positions nearest to `wanted` (least squares) that keep order and spacing.

    Subtracting the cumulative spacing leaves an isotonic regression, solved by pooling neighbours.

    >>> _spread([0.0, 0.0], [0.0, 10.0])
    [-5.0, 5.0]
    """
    offsets = []
    total = 0.0
    for gap in spacing:
        total += gap
        offsets.append(total)
    pools: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        pools.append((value - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, n), (b, m) = pools[-2:]
            pools[-2:] = [((a * n + b * m) / (n + m), n + m)]
    levels = [level for level, size in pools for _ in range(size)]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


def _column_positions(
    columns: _Columns, sizes: Mapping[str, tuple[float, float]]
) -> tuple[list[float], list[float], float]:
    """Centre and width of every column, and the width of all together."""
    centres, widths, left = [], [], 0.0
    for members in columns.members:
        width = max((sizes[m][0] for m in members if isinstance(m, str)), default=0.0)
        centres.append(left + width / 2)
        widths.append(width)
        left += width + COLUMN_GAP
    return centres, widths, left - COLUMN_GAP
