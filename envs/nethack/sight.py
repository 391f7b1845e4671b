"""What the game shows of the level, taken into the player's memory. Compiled by numba."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.grid import compiling, navigation
from envs.grid.compiling import inner
from envs.grid.navigation import EIGHT_DX, EIGHT_DY
from envs.grid.numba_cache import drop_stale
from envs.nethack import kinds
from envs.nethack.kinds import (
    BOULDER,
    CLOSED_DOOR,
    COVERED,
    DOORWAY,
    FLOOR,
    LOCKED_DOOR,
    MONSTER,
    N_TERRAINS,
    NOTHING,
    OPEN_DOOR,
    SHOPKEEPER,
    UNKNOWN,
    WALL,
)

IS_DOOR = np.zeros(N_TERRAINS, np.bool_)
IS_DOOR[[OPEN_DOOR, CLOSED_DOOR, LOCKED_DOOR]] = True
"""bool[N_TERRAINS]: doors, open or not."""
MAX_BEINGS = 32
"""Beings in view that are told of."""
LARGEST_SHOP = 120
"""Cells; what is larger is no shop but a place where a shopkeeper walks."""


@njit(cache=True, nogil=True)
def look(
    glyphs: NDArray[np.int16],
    terrain_of: NDArray[np.uint8],
    thing_of: NDArray[np.uint8],
    shown: NDArray[np.int16],
    terrain: NDArray[np.uint8],
    thing: NDArray[np.uint8],
    stuck: NDArray[np.bool_],
    crowded: NDArray[np.bool_],
    shop: NDArray[np.bool_],
    beings: NDArray[np.int32],
    x: int,
    y: int,
    moved: bool,
) -> tuple[int, int, bool]:
    """Take in what the game shows of the level.

    Args:
        glyphs: int16[21, 79].
        terrain_of: uint8, glyph -> terrain or `COVERED`.
        thing_of: uint8, glyph -> thing or being.
        shown: int16[21, 79], in and out; the glyphs taken in last, so that only changes are looked at.
        terrain: uint8[79, 21], in and out; what was seen once stays when something hides it.
        thing: uint8[79, 21], in and out; what lies under the player stays as it was.
        stuck: bool[79, 21], in and out; boulders that would not move, forgotten when they are gone.
        crowded: bool[21], in and out; rows of `shown` with beings in them.
        shop: bool[79, 21], in and out; the floor of shops, found where a shopkeeper is in view.
        beings: int32[MAX_BEINGS, 4], out: kind, column, row, glyph of beings in view, nearest first.
        x: the player's column.
        y: the player's row.
        moved: the player stood elsewhere when the level was looked at last.

    Returns:
        How many rows of `beings` are in use, how many more cells of the level are known than before,
        and whether anything changed.
    """
    height, width = glyphs.shape
    count, fresh, changed = 0, 0, False
    for row in range(height):
        differs = 0
        for column in range(width):
            differs |= glyphs[row, column] ^ shown[row, column]
        if differs == 0 and not crowded[row]:
            continue
        crowded[row] = False
        for column in range(width):
            glyph = glyphs[row, column]
            what = thing_of[glyph]
            same = glyph == shown[row, column]
            if (same and what < MONSTER) or (column == x and row == y):
                continue
            if not same:
                changed = True
                shown[row, column] = glyph
                fresh += terrain[column, row] == UNKNOWN
                terrain[column, row] = _terrain_after(terrain[column, row], terrain_of[glyph])
                fresh -= terrain[column, row] == UNKNOWN
                thing[column, row] = what
                if what != BOULDER:
                    stuck[column, row] = False
            if what >= MONSTER:
                crowded[row] = True
                if count < MAX_BEINGS:
                    _enlist(beings, count, what, column, row, glyph, x, y)
                    count += 1
    shown[y, x] = -1
    if terrain[x, y] == UNKNOWN:
        terrain[x, y] = FLOOR
        fresh += 1
        changed = True
    elif terrain[x, y] in (CLOSED_DOOR, LOCKED_DOOR):
        terrain[x, y] = OPEN_DOOR
        changed = True
    if thing[x, y] >= BOULDER:
        thing[x, y] = NOTHING
        changed = True
    if moved or changed:
        for k in range(count):
            if beings[k, 0] == SHOPKEEPER:
                join_shop(terrain, shop, beings[k, 1], beings[k, 2])
    return count, fresh, changed


@inner
def _terrain_after(known: int, sign: int) -> int:
    """The terrain of a cell known as `known` that now shows `sign`."""
    if sign == COVERED:
        if known in (UNKNOWN, WALL):
            return FLOOR
        return DOORWAY if known in (CLOSED_DOOR, LOCKED_DOOR) else known
    if sign == UNKNOWN or (sign == CLOSED_DOOR and known == LOCKED_DOOR):
        return known
    return sign


@inner
def _enlist(
    beings: NDArray[np.int32], count: int, what: int, column: int, row: int, glyph: int, x: int, y: int
) -> None:
    """Put a being among the first `count` of `beings`, behind those that are no farther away."""
    away = max(abs(column - x), abs(row - y))
    at = count
    while at > 0 and max(abs(beings[at - 1, 1] - x), abs(beings[at - 1, 2] - y)) > away:
        beings[at, :] = beings[at - 1, :]
        at -= 1
    beings[at, 0] = what
    beings[at, 1] = column
    beings[at, 2] = row
    beings[at, 3] = glyph


@njit(cache=True, nogil=True)
def join_shop(terrain: NDArray[np.uint8], shop: NDArray[np.bool_], x: int, y: int) -> None:
    """Mark the floor that is joined to (x, y), where a shopkeeper stands; doors and doorways end it.

    Cells beside a door are left out: there the shopkeeper stands guard, and nothing is bought.

    Args:
        terrain: uint8[79, 21], see `look`.
        shop: bool[79, 21], in and out.
        x: column.
        y: row.
    """
    if terrain[x, y] != FLOOR:
        return
    width, height = terrain.shape
    cells = np.empty((LARGEST_SHOP, 2), np.int32)
    found = np.zeros((width, height), np.bool_)
    cells[0, 0], cells[0, 1] = x, y
    found[x, y] = True
    count, done = 1, 0
    while done < count:
        for move in range(8):
            nx, ny = cells[done, 0] + EIGHT_DX[move], cells[done, 1] + EIGHT_DY[move]
            inside = 0 <= nx < width and 0 <= ny < height
            if inside and terrain[nx, ny] == FLOOR and not found[nx, ny]:
                if count == LARGEST_SHOP:
                    return
                found[nx, ny] = True
                cells[count, 0], cells[count, 1] = nx, ny
                count += 1
        done += 1
    for k in range(count):
        cx, cy = cells[k, 0], cells[k, 1]
        at_door = False
        for move in range(4):
            nx, ny = cx + EIGHT_DX[move], cy + EIGHT_DY[move]
            if 0 <= nx < width and 0 <= ny < height:
                at_door = at_door or IS_DOOR[terrain[nx, ny]] or terrain[nx, ny] == DOORWAY
        shop[cx, cy] = not at_door


drop_stale(look, compiling, navigation, kinds)
