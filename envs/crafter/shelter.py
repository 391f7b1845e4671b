"""Walls around the player: whether it is enclosed, where a stone closes a shelter, what a block still lacks.

Compiled by numba; for the terms see `envs.crafter.ground`.
"""

from __future__ import annotations

from typing import Final, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.crafter import ground
from envs.crafter.ground import LAVA, SAPLING, WALKABLE, is_free
from envs.grid import compiling
from envs.grid.compiling import inner, integer
from envs.grid.navigation import DX, DY
from envs.grid.numba_cache import drop_stale

SHELTER_CELLS = 6
"""Largest shelter, in cells."""
NO_BLOCK: Final = 99
"""Stones that are lacking where there is no block to wall in."""
N_WALLS: Final = 10
"""Numbers that `find_walls` writes."""
_NOWHERE = cast(int, np.int64(-1))
"""Column and row of no wall. Of numpy's type, since a Python integer would have a function compiled twice."""
_REACH = 3
"""Columns and rows from the player to the farthest wall of a block that holds it."""
_WINDOW = 2 * _REACH + 1


def _bits(columns: range, rows: range) -> int:
    """Cells around the player, given by where they lie from it, as bits of the window."""
    return sum(1 << ((dx + _REACH) * _WINDOW + dy + _REACH) for dx in columns for dy in rows)


def _blocks() -> list[tuple[int, int]]:
    """Every block that holds the player: its cells, and those that its walls stand on."""
    blocks = []
    for columns, rows in ((2, 2), (2, 3), (3, 2)):
        for left in range(1 - columns, 1):
            for top in range(1 - rows, 1):
                across, down = range(left, left + columns), range(top, top + rows)
                wide = _bits(range(left - 1, left + columns + 1), down)
                high = _bits(across, range(top - 1, top + rows + 1))
                cells = _bits(across, down)
                blocks.append((cells, (wide | high) & ~cells))
    return blocks


_BLOCKS = np.array(_blocks(), np.int64)
"""int64[16, 2]: cells and walls of the blocks of 2 by 2 and 2 by 3 cells that hold the player."""
_SHORES = np.array([[(-2, -1), (-2, 0)], [(1, -1), (1, 0)], [(-1, -2), (0, -2)], [(-1, 1), (0, 1)]])
"""int64[4, 2, 2]: where the 2 by 2 blocks begin that hold the cell left, right, above, below, from a cell."""


@inner
def enclosed(
    material: NDArray[np.uint8], creature: NDArray[np.uint8], x: int, y: int, wall_x: int, wall_y: int
) -> bool:
    """Whether nothing could reach (x, y) if there were a wall at (wall_x, wall_y)."""
    width, height = material.shape
    xs = np.zeros(SHELTER_CELLS + 1, np.int32)
    ys = np.zeros(SHELTER_CELLS + 1, np.int32)
    xs[0], ys[0] = x, y
    n, at = 1, 0
    while at < n:
        for move in range(4):
            nx, ny = xs[at] + DX[move], ys[at] + DY[move]
            if nx < 0 or ny < 0 or nx >= width or ny >= height or (nx == wall_x and ny == wall_y):
                continue
            if material[nx, ny] == 0:
                return False
            if not WALKABLE[material[nx, ny]] or creature[nx, ny] >= SAPLING:
                continue
            if creature[nx, ny] > 0:
                return False
            fresh = True
            for k in range(n):
                if xs[k] == nx and ys[k] == ny:
                    fresh = False
            if fresh:
                if n > SHELTER_CELLS - 1:
                    return False
                xs[n], ys[n] = nx, ny
                n += 1
        at += 1
    return True


@inner
def is_shelter(material: NDArray[np.uint8], creature: NDArray[np.uint8], x: int, y: int) -> bool:
    """Whether nothing could reach (x, y)."""
    return enclosed(material, creature, x, y, _NOWHERE, _NOWHERE)


@njit(cache=True, nogil=True)
def stands_in_shelter(material: NDArray[np.uint8], creature: NDArray[np.uint8], x: int, y: int) -> bool:
    """`is_shelter`, to be called from Python."""
    return is_shelter(material, creature, x, y)


@inner
def find_closings(
    material: NDArray[np.uint8],
    creature: NDArray[np.uint8],
    x: int,
    y: int,
    facing: int,
    closing: NDArray[np.int32],
) -> None:
    """Where one stone would close a shelter: in front, and in front after a step left, right, up, down."""
    for look in range(5):
        px, py, way = x, y, facing
        if look > 0:
            way = look - 1
            px, py = x + DX[way], y + DY[way]
        wall_x, wall_y = px + DX[way], py + DY[way]
        free = (look == 0 or is_free(material, creature, px, py)) and is_free(
            material, creature, wall_x, wall_y
        )
        closing[look] = free and enclosed(material, creature, px, py, wall_x, wall_y)


@inner
def _bit(dx: int, dy: int) -> int:
    """The bit of the window of a cell that lies so many columns and rows from the player."""
    return integer(1) << ((dx + _REACH) * _WINDOW + dy + _REACH)


@inner
def _count(bits: int) -> int:
    """How many of the window's bits are set: sums of pairs, of fours, of eights, then of all bytes."""
    bits -= (bits >> 1) & 0x5555555555555555
    bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333)
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F
    bits += bits >> 8
    bits += bits >> 16
    return (bits + (bits >> 32)) & 0x7F


@inner
def _look_at_window(
    material: NDArray[np.uint8], creature: NDArray[np.uint8], x: int, y: int
) -> tuple[int, int, int, int]:
    """Bits of cells that are free, where a stone can be put, where a creature stands, that were not seen."""
    width, height = material.shape
    free, gaps, taken, unseen = integer(0), integer(0), integer(0), integer(0)
    top = max(0, y - _REACH)
    for column in range(max(0, x - _REACH), min(width, x + _REACH + 1)):
        bit = _bit(column - x, top - y)
        for row in range(top, min(height, y + _REACH + 1)):
            here, being = material[column, row], creature[column, row]
            if WALKABLE[here]:
                if being == 0:
                    free |= bit
                elif being < SAPLING:
                    taken |= bit
            elif here == 0:
                unseen |= bit
            elif here == LAVA:
                gaps |= bit
            bit <<= 1
    return free, gaps | free, taken, unseen


@inner
def _has_block(material: NDArray[np.uint8], creature: NDArray[np.uint8], x: int, y: int) -> bool:
    """Whether there is a block of free cells that holds the player; larger ones hold one of 2 by 2."""
    for across in range(2):
        for down in range(2):
            side, rise = x + 2 * across - 1, y + 2 * down - 1
            if (
                is_free(material, creature, side, y)
                and is_free(material, creature, x, rise)
                and is_free(material, creature, side, rise)
            ):
                return True
    return False


@inner
def find_walls(
    material: NDArray[np.uint8],
    creature: NDArray[np.uint8],
    x: int,
    y: int,
    facing: int,
    sheltered: bool,
    closing: NDArray[np.int32],
    walls: NDArray[np.int32],
) -> None:
    """What the best block here lacks: the one that lacks least, and of those one to which the player can add.

    Args:
        material: the remembered map.
        creature: the creatures on it.
        x: the player's column.
        y: its row.
        facing: 0 left, 1 right, 2 up, 3 down.
        sheltered: whether the player is enclosed.
        closing: int32[5], of `find_closings`.
        walls: int32[N_WALLS], out: stones lacking, 0 in a shelter, `NO_BLOCK` without a block; whether a
            stone is lacking in front, and in front after a step left, right, up, down; whether the next cell
            left, right, above, below belongs to the block.
    """
    walls[:] = 0
    if sheltered:
        return
    walls[0] = NO_BLOCK
    if _has_block(material, creature, x, y):
        _note_best_block(material, creature, x, y, facing, walls)
    for look in range(5):
        if closing[look]:
            walls[0] = 1
            walls[1 + look] = 1


@inner
def _note_best_block(
    material: NDArray[np.uint8],
    creature: NDArray[np.uint8],
    x: int,
    y: int,
    facing: int,
    walls: NDArray[np.int32],
) -> None:
    """Choose the block and write what it lacks, if there is one all around which was seen."""
    free, gaps, taken, unseen = _look_at_window(material, creature, x, y)
    front = _bit(DX[facing], DY[facing]) & gaps
    best, worth = -1, 2 * NO_BLOCK
    for k in range(len(_BLOCKS)):
        cells, sides = _BLOCKS[k, 0], _BLOCKS[k, 1]
        if cells & ~free or sides & unseen:
            continue
        value = 2 * _count(sides & (gaps | taken)) + 1 - ((sides & front) != 0)
        if value < worth:
            best, worth = k, value
    if best >= 0:
        walls[0] = worth // 2
        _note_block(_BLOCKS[best, 0], _BLOCKS[best, 1] & gaps, facing, walls)


@inner
def _note_block(cells: int, gaps: int, facing: int, walls: NDArray[np.int32]) -> None:
    """Write where a block's walls have gaps, and which cells beside the player belong to it."""
    walls[1] = (gaps & _bit(DX[facing], DY[facing])) != 0
    for way in range(4):
        dx, dy = DX[way], DY[way]
        if cells & _bit(dx, dy):
            walls[6 + way] = 1
            walls[2 + way] = (gaps & _bit(2 * dx, 2 * dy)) != 0


@inner
def _is_site(material: NDArray[np.uint8], creature: NDArray[np.uint8], left: int, top: int) -> bool:
    """Whether 2 by 2 cells are free, and all beside them were seen and are no lava."""
    width, height = material.shape
    for x in range(left, left + 2):
        for y in range(top, top + 2):
            if not is_free(material, creature, x, y):
                return False
    for k in range(2):
        for x, y in (
            (left + k, top - 1), (left + k, top + 2), (left - 1, top + k), (left + 2, top + k)
        ):  # fmt: skip
            inside = 0 <= x < width and 0 <= y < height
            if inside and (material[x, y] == 0 or material[x, y] == LAVA):
                return False
    return True


@inner
def find_shore(
    material: NDArray[np.uint8],
    creature: NDArray[np.uint8],
    cost: NDArray[np.int16],
    water_x: int,
    water_y: int,
    site: NDArray[np.int32],
) -> None:
    """Look for a site for a home beside a cell of water: 2 by 2 free cells, all around them seen.

    Args:
        material: the remembered map.
        creature: the creatures on it.
        cost: of the way to each cell.
        water_x: column of the water.
        water_y: its row.
        site: int32[3], cost, column and row of the cell of the nearest site; taken into account, and out.
    """
    for way in range(4):
        x, y = water_x + DX[way], water_y + DY[way]
        if not is_free(material, creature, x, y) or cost[x, y] > site[0] + 2:
            continue
        for k in range(2):
            left, top = water_x + _SHORES[way, k, 0], water_y + _SHORES[way, k, 1]
            if _is_nearer(cost, left, top, site) and _is_site(material, creature, left, top):
                _take_nearest(cost, left, top, site)


@inner
def _is_nearer(cost: NDArray[np.int16], left: int, top: int, site: NDArray[np.int32]) -> bool:
    """Whether a 2 by 2 block within the map has a cell that costs less; one beyond it is no site."""
    width, height = cost.shape
    if left < 0 or top < 0 or left + 1 >= width or top + 1 >= height:
        return False
    least = min(cost[left, top], cost[left + 1, top], cost[left, top + 1], cost[left + 1, top + 1])
    return bool(least < site[0])


@inner
def _take_nearest(cost: NDArray[np.int16], left: int, top: int, site: NDArray[np.int32]) -> None:
    """Take the cell of a 2 by 2 block that costs least into ``site`` if it costs less."""
    for x in range(left, left + 2):
        for y in range(top, top + 2):
            if cost[x, y] < site[0]:
                site[0], site[1], site[2] = cost[x, y], x, y


drop_stale(stands_in_shelter, compiling, ground)
