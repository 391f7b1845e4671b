"""Path search over a remembered grid: one search from the player gives the way to every cell.

Shared by grid games. The search is Dijkstra's with small integer costs, on a bucket queue (Dial 1969).
Compiled by numba; the first call in a process loads the compiled code from its cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.grid import compiling
from envs.grid.compiling import inner
from envs.grid.numba_cache import drop_stale

UNREACHED = 30_000
"""Cost of a cell that no known way leads to."""

_BUCKETS = 16

DX = np.array([-1, 1, 0, 0], np.int32)
DY = np.array([0, 0, -1, 1], np.int32)

EIGHT_DX = np.array([-1, 1, 0, 0, -1, 1, -1, 1], np.int32)
"""Columns of the moves west, east, north, south, northwest, northeast, southwest, southeast."""
EIGHT_DY = np.array([0, 0, -1, 1, -1, -1, 1, 1], np.int32)
"""Rows of the same moves; the first four are those of `DX` and `DY`."""


@inner
def _spread(
    enter: NDArray[np.int8],
    door: NDArray[Any],
    moves: int,
    x: int,
    y: int,
    cost: NDArray[np.int16],
    first: NDArray[np.int8],
    parent: NDArray[np.int8],
    buckets: NDArray[np.int32],
    fill: NDArray[np.int32],
) -> None:
    """Search with the first `moves` of the eight moves; `door` is ignored with four."""
    width, height = enter.shape
    cost[:, :] = UNREACHED
    first[:, :] = -1
    parent[:, :] = -1
    fill[:] = 0
    cost[x, y] = 0
    buckets[0, 0] = (x << 16) | y
    fill[0] = 1
    pending = 1
    level = 0
    while pending > 0:
        slot = level % _BUCKETS
        at = 0
        while at < fill[slot]:
            cell = buckets[slot, at]
            at += 1
            pending -= 1
            cx = cell >> 16
            cy = cell & 0xFFFF
            if cost[cx, cy] != level:
                continue
            for move in range(moves):
                nx = cx + EIGHT_DX[move]
                ny = cy + EIGHT_DY[move]
                if nx < 0 or ny < 0 or nx >= width or ny >= height:
                    continue
                step = enter[nx, ny]
                if step < 0 or (move >= 4 and (door[nx, ny] or door[cx, cy])):
                    continue
                total = level + (step if step > 0 else 1)
                if total < cost[nx, ny]:
                    cost[nx, ny] = total
                    parent[nx, ny] = move
                    first[nx, ny] = move if level == 0 else first[cx, cy]
                    if step > 0:
                        target = total % _BUCKETS
                        buckets[target, fill[target]] = (nx << 16) | ny
                        fill[target] += 1
                        pending += 1
        fill[slot] = 0
        level += 1


@njit(cache=True, nogil=True)
def search(
    enter: NDArray[np.int8],
    x: int,
    y: int,
    cost: NDArray[np.int16],
    first: NDArray[np.int8],
    parent: NDArray[np.int8],
    buckets: NDArray[np.int32],
    fill: NDArray[np.int32],
) -> None:
    """Find the cheapest way from (x, y) to every cell.

    Args:
        enter: int8[W, H]; 1..15 = cost of entering the cell; 0 = the cell ends a way (it can be reached and
            faced, at cost 1, but not walked through); -1 = not even that.
        x: the player's column.
        y: the player's row.
        cost: int16[W, H], out; cost to enter or face the cell, `UNREACHED` if there is no way.
        first: int8[W, H], out; first move of the cheapest way (0 left, 1 right, 2 up, 3 down; -1 none).
        parent: int8[W, H], out; last move of the cheapest way.
        buckets: int32[16, 4 * W * H], scratch.
        fill: int32[16], scratch.
    """
    _spread(enter, enter, 4, x, y, cost, first, parent, buckets, fill)


@njit(cache=True, nogil=True)
def search_eight(
    enter: NDArray[np.int8],
    door: NDArray[np.bool_],
    x: int,
    y: int,
    cost: NDArray[np.int16],
    first: NDArray[np.int8],
    parent: NDArray[np.int8],
    buckets: NDArray[np.int32],
    fill: NDArray[np.int32],
) -> None:
    """As `search` with the moves of `EIGHT_DX`, of which the last four are diagonal.

    Args:
        enter: see `search`.
        door: bool[W, H]; cells that are neither entered nor left diagonally.
        x: the player's column.
        y: the player's row.
        cost: see `search`.
        first: see `search`; an index into `EIGHT_DX`.
        parent: see `search`; an index into `EIGHT_DX`.
        buckets: int32[16, 8 * W * H], scratch.
        fill: int32[16], scratch.
    """
    _spread(enter, door, 8, x, y, cost, first, parent, buckets, fill)


class EightWayfinder:
    """Scratch memory for `search_eight` on grids of one size.

    Attributes:
        cost: int16[W, H] of the last search.
        first: int8[W, H] of the last search.
        parent: int8[W, H] of the last search.
        buckets: scratch.
        fill: scratch.
    """

    def __init__(self, width: int, height: int) -> None:
        self.cost = np.zeros((width, height), np.int16)
        self.first = np.zeros((width, height), np.int8)
        self.parent = np.zeros((width, height), np.int8)
        self.buckets = np.zeros((_BUCKETS, 8 * width * height), np.int32)
        self.fill = np.zeros(_BUCKETS, np.int32)

    def search(self, enter: NDArray[np.int8], door: NDArray[np.bool_], x: int, y: int) -> None:
        """Search from (x, y); see `search_eight` for the meaning of `enter` and `door`."""
        search_eight(enter, door, x, y, self.cost, self.first, self.parent, self.buckets, self.fill)


drop_stale(search_eight, compiling)
