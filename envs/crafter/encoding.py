"""The policy's input: what the player sees and remembers, as one vector. Compiled by numba.

Layout (`spec.ENCODING_SIZE` floats, about -1..1), in this order:

- 2 x 12: the way to the nearest thing sought, and to the edge of the known map to explore: known; nearness;
  first move (left, right, up, down); next to it; in front of it; two steps off; four or fewer; dx; dy. While
  nothing sought is known, the first is a copy of the second except for "known", "next to it" and "in front",
  so that there is always one way to follow.
- 5 x 15: what is to the left, right, above, below, and in front: one of `CELL_KINDS`.
- 4 x 63: the 9 by 7 view: can be walked on; can be dug now; water or lava; hostile creature.
- 4 x 9: nearest zombie, second zombie, nearest skeleton, nearest arrow: present; dx; dy; adjacent;
  side (left, right, above, below); on the same row or column.
- 16: the four bars / 9; the square root of (items carried / 9).
- 10: facing (4), daylight, asleep, enclosed, open sides / 4, open sides of the nearest plant / 4, at a table.
- 5: one stone would close a shelter: in front; in front after a step left, right, up, down.
- 10: the best block to wall in here: 1 - stones lacking / 9, 0 without a block; whether a stone is lacking in
  front, and in front after a step left, right, up, down; whether the next cell in each direction is inside.
- 4: nearness of home; whether it is whole; age of the plant near / 512, at most 1; it grows brighter.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.crafter import ground, shelter, spec
from envs.crafter.ground import (
    ARROW,
    FURNACE,
    GRASS,
    LAVA,
    ROCK,
    SKELETON,
    TABLE,
    TREE,
    WALKABLE,
    WATER,
    ZOMBIE,
)
from envs.crafter.shelter import N_WALLS
from envs.grid import compiling, navigation
from envs.grid.compiling import inner
from envs.grid.navigation import DX, DY, UNREACHED
from envs.grid.numba_cache import drop_stale

WAY_SCALE = 3.0
"""Factor on the ways: a small network learns several times sooner to follow a way when the few numbers that
describe it outweigh the many of the view."""
VIEW_SCALE = 0.1
"""Factor on the view, see `WAY_SCALE`."""
AGE_SCALE = 512.0
"""Steps near a plant that count as old."""

CELL_KINDS = (
    "grass", "sand or path", "can be dug", "cannot be dug", "water", "lava", "tree", "table", "furnace",
    "cow", "zombie", "skeleton", "arrow", "sapling", "ripe plant",
)  # fmt: skip
FRONT = slice(84, 99)
"""Where the encoding says which of `CELL_KINDS` is in front."""


@inner
def _cell_kind(
    material: NDArray[np.uint8], creature: NDArray[np.uint8], enter: NDArray[np.int8], x: int, y: int
) -> int:
    width, height = material.shape
    if x < 0 or y < 0 or x >= width or y >= height:
        return 3
    being = int(creature[x, y])
    if being > 0:
        return 8 + being
    here = material[x, y]
    if here == GRASS:
        return 0
    if WALKABLE[here]:
        return 1
    if ROCK[here]:
        return 2 if enter[x, y] > 0 else 3
    if here == WATER:
        return 4
    if here == LAVA:
        return 5
    if here == TREE:
        return 6
    if here == TABLE:
        return 7
    if here == FURNACE:
        return 8
    return 3


@inner
def _way(out: NDArray[np.float32], at: int, way: NDArray[np.int32], x: int, y: int, facing: int) -> None:
    cost, move = way[0], way[1]
    if cost >= UNREACHED or move < 0:
        return
    out[at] = 1.0
    out[at + 1] = 1.0 / (1.0 + 0.1 * cost)
    out[at + 2 + move] = 1.0
    if cost == 1:
        out[at + 6] = 1.0
        out[at + 7] = 1.0 if move == facing else 0.0
    out[at + 8] = 1.0 if cost == 2 else 0.0
    out[at + 9] = 1.0 if cost <= 4 else 0.0
    out[at + 10] = min(1.0, max(-1.0, (way[2] - x) / 8.0))
    out[at + 11] = min(1.0, max(-1.0, (way[3] - y) / 8.0))


@inner
def _threat(out: NDArray[np.float32], at: int, dx: int, dy: int) -> None:
    out[at] = 1.0
    out[at + 1] = dx / 4.0
    out[at + 2] = dy / 3.0
    out[at + 3] = 1.0 if abs(dx) + abs(dy) == 1 else 0.0
    if dx < 0:
        out[at + 4] = 1.0
    if dx > 0:
        out[at + 5] = 1.0
    if dy < 0:
        out[at + 6] = 1.0
    if dy > 0:
        out[at + 7] = 1.0
    out[at + 8] = 1.0 if dx == 0 or dy == 0 else 0.0


@njit(cache=True, nogil=True)
def encode(
    out: NDArray[np.float32],
    material: NDArray[np.uint8],
    creature: NDArray[np.uint8],
    enter: NDArray[np.int8],
    x: int,
    y: int,
    facing: int,
    seek: NDArray[np.int32],
    explore: NDArray[np.int32],
    threats: NDArray[np.int32],
    n_threats: int,
    bars: NDArray[np.int32],
    items: NDArray[np.int32],
    misc: NDArray[np.float32],
    closing: NDArray[np.int32],
    walls: NDArray[np.int32],
) -> None:
    """Write the encoding.

    Args:
        out: float32[ENCODING_SIZE].
        material: uint8[64, 64], the remembered map, see `survey`.
        creature: uint8[64, 64], the creatures on it.
        enter: int8[64, 64], the cost of entering each cell.
        x: the player's column.
        y: the player's row.
        facing: 0 left, 1 right, 2 up, 3 down.
        seek: int32[4], the nearest thing sought: cost, first move, column, row.
        explore: int32[4], the edge to explore.
        threats: int32[n, 3], creature id, column, row, nearest first.
        n_threats: rows in use.
        bars: int32[4], health, food, drink, energy.
        items: int32[12], counts carried.
        misc: float32[10], the last six values of the group with facing, and the last group.
        closing: int32[5], see `survey`.
        walls: int32[N_WALLS], see `survey`.
    """
    out[:] = 0.0
    _way(out, 0, seek, x, y, facing)
    _way(out, 12, explore, x, y, facing)
    if out[0] == 0.0:
        for k in range(1, 12):
            out[k] = out[12 + k]
        out[6] = 0.0
        out[7] = 0.0
    at = 24
    for move in range(4):
        kind = _cell_kind(material, creature, enter, x + DX[move], y + DY[move])
        out[at + kind] = 1.0
        if move == facing:
            out[at + 15 * (4 - move) + kind] = 1.0
        at += 15
    at += 15
    width, height = material.shape
    for i in range(9):
        for j in range(7):
            cx, cy = x + i - 4, y + j - 3
            if 0 <= cx < width and 0 <= cy < height:
                cell = at + i * 7 + j
                here, being = material[cx, cy], creature[cx, cy]
                out[cell] = 1.0 if WALKABLE[here] and being == 0 else 0.0
                out[cell + 63] = 1.0 if ROCK[here] and enter[cx, cy] > 0 else 0.0
                out[cell + 126] = 0.5 if here == WATER else (1.0 if here == LAVA else 0.0)
                out[cell + 189] = 1.0 if ZOMBIE <= being <= ARROW else 0.0
    at += 252
    zombies, skeletons, arrows = 0, 0, 0
    for k in range(n_threats):
        dx, dy = threats[k, 1] - x, threats[k, 2] - y
        if threats[k, 0] == ZOMBIE and zombies < 2:
            _threat(out, at + 9 * zombies, dx, dy)
            zombies += 1
        elif threats[k, 0] == SKELETON and skeletons < 1:
            _threat(out, at + 18, dx, dy)
            skeletons += 1
        elif threats[k, 0] == ARROW and arrows < 1:
            _threat(out, at + 27, dx, dy)
            arrows += 1
    at += 36
    for k in range(4):
        out[at + k] = bars[k] / 9.0
    for k in range(12):
        out[at + 4 + k] = np.sqrt(items[k] / 9.0)
    at += 16
    out[at + facing] = 1.0
    for k in range(6):
        out[at + 4 + k] = misc[k]
    at += 10
    for k in range(5):
        out[at + k] = WAY_SCALE * closing[k]
    at += 5
    out[at] = 1.0 - min(9, walls[0]) / 9.0
    for k in range(1, 6):
        out[at + k] = WAY_SCALE * walls[k]
    for k in range(6, N_WALLS):
        out[at + k] = walls[k]
    at += N_WALLS
    for k in range(4):
        out[at + k] = misc[6 + k]
    for k in range(24):
        out[k] *= WAY_SCALE
    for k in range(99, 351):
        out[k] *= VIEW_SCALE


drop_stale(encode, compiling, ground, navigation, shelter, spec)
