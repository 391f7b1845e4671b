"""What follows from the remembered level and the player's place: paths and distances. Compiled by numba.

Everything here reads the player's memory, never the game.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.grid import compiling, navigation
from envs.grid.compiling import inner
from envs.grid.navigation import EIGHT_DX, EIGHT_DY, UNREACHED, search_eight
from envs.grid.numba_cache import drop_stale
from envs.nethack import kinds, spec
from envs.nethack.kinds import (
    BARS,
    BOULDER,
    CLOSED_DOOR,
    CORPSE,
    CORRIDOR,
    COVERED,
    DOORWAY,
    FLOOR,
    LAST_ITEM,
    LAVA,
    LOCKED_DOOR,
    MONSTER,
    N_TERRAINS,
    N_THINGS,
    NOTHING,
    OPEN_DOOR,
    PET,
    PRIEST,
    SHOPKEEPER,
    STAIRS_DOWN,
    TRAP,
    TREE,
    UNKNOWN,
    UNSEEN,
    UNTOUCHABLE,
    WALL,
    WATCHMAN,
    WATER,
    WEAPON,
)  # fmt: skip
from envs.nethack.spec import KINDS, N_REGIONS, REGIONS

_TERRAIN_KIND = np.full(N_TERRAINS, -1, np.int32)
for _name in (
    "stairs_down", "stairs_up", "altar", "fountain", "sink", "throne", "grave", "doorway", "open_door",
    "closed_door", "locked_door", "trap", "water", "lava",
):  # fmt: skip
    _TERRAIN_KIND[getattr(kinds, _name.upper())] = KINDS[_name]
_THING_KIND = np.full(N_THINGS, -1, np.int32)
for _name in (
    "weapon", "armor", "ring", "amulet", "tool", "food", "potion", "scroll", "spellbook", "wand", "gold",
    "gem", "corpse", "key", "pick_axe", "boulder", "monster", "pet", "shopkeeper", "priest", "watchman",
):  # fmt: skip
    _THING_KIND[getattr(kinds, _name.upper())] = KINDS[_name]
_THING_KIND[UNSEEN] = KINDS["monster"]
_ITEM, _SHOP, _DEAD_END = KINDS["item"], KINDS["shop"], KINDS["dead_end"]
_STAIRS_KIND = np.array([KINDS["new_stairs_down"], KINDS["deeper_stairs"], KINDS["branch_stairs"]])
"""Where stairs down lead -> kind."""

_ENTER = np.ones(N_TERRAINS, np.int8)
"""Cost of entering a terrain; 0 = it can only be faced, -1 = not at all."""
_ENTER[[UNKNOWN, WALL, TREE, BARS]] = -1
_ENTER[[WATER, LAVA, LOCKED_DOOR]] = 0
_ENTER[CLOSED_DOOR] = 3
_ENTER[TRAP] = 10
_DETOUR = np.zeros(N_THINGS, np.int8)
"""What a thing on a cell adds; 100 = it ends a way."""
_DETOUR[BOULDER] = 5
_DETOUR[MONSTER] = _DETOUR[UNSEEN] = 4
_DETOUR[PET] = 1
_DETOUR[SHOPKEEPER] = _DETOUR[PRIEST] = _DETOUR[WATCHMAN] = _DETOUR[UNTOUCHABLE] = 100
_DOOR = np.zeros(N_TERRAINS, np.bool_)
_DOOR[[OPEN_DOOR, CLOSED_DOOR, LOCKED_DOOR]] = True
_ANYWHERE, _DOORS, _CORRIDORS, _HIDDEN = (
    REGIONS[name] for name in ("anywhere", "doors", "corridors", "hidden")
)

WRONG_REGION = 25
"""Steps that an edge of the known map counts as farther away when it is not of the kind that is asked for."""
SEARCHED_PRICE = 3
"""Steps that a place to search counts as farther away per turn of searching there."""
DEAD_END_BONUS = 40
"""Steps that a dead end counts as nearer, as a place to search."""
LOCKED_PRICE = 20
"""Steps that a locked door at the edge of the known map counts as farther away."""
MAX_BEINGS = 32
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
                at_door = at_door or _DOOR[terrain[nx, ny]] or terrain[nx, ny] == DOORWAY
        shop[cx, cy] = not at_door


@njit(cache=True, nogil=True)
def _known_part(terrain: NDArray[np.uint8], stuck: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """First column, column behind the last, and the same of rows, of what anything is known of."""
    width, height = terrain.shape
    left, right, top, bottom = width, 0, height, 0
    for x in range(width):
        known = 0
        for y in range(height):
            known |= terrain[x, y] | stuck[x, y]
        if known == 0:
            continue
        left, right = min(left, x), x + 1
        for y in range(top):
            if terrain[x, y] != UNKNOWN or stuck[x, y]:
                top = y
                break
        for y in range(height - 1, bottom - 1, -1):
            if terrain[x, y] != UNKNOWN or stuck[x, y]:
                bottom = y + 1
                break
    return left, right, top, bottom


@njit(cache=True, nogil=True)
def _costs(
    terrain: NDArray[np.uint8],
    thing: NDArray[np.uint8],
    stuck: NDArray[np.bool_],
    floats: bool,
    part: tuple[int, int, int, int],
    enter: NDArray[np.int8],
    door: NDArray[np.bool_],
) -> None:
    enter[:, :] = _ENTER[UNKNOWN]
    door[:, :] = False
    left, right, top, bottom = part
    for x in range(left, right):
        for y in range(top, bottom):
            here = terrain[x, y]
            cost = _ENTER[here]
            door[x, y] = _DOOR[here]
            if floats and here in (WATER, LAVA, TRAP):
                cost = 1
            if cost > 0:
                more = _DETOUR[thing[x, y]]
                cost = 0 if more == 100 else min(cost + more, 15)
            enter[x, y] = 0 if stuck[x, y] else cost


@inner
def _edge(terrain: NDArray[np.uint8], enter: NDArray[np.int8], x: int, y: int) -> tuple[int, int, int]:
    """How many of the eight cells around are unseen, are walls, and can be walked on."""
    width, height = terrain.shape
    unseen, walls, ways = 0, 0, 0
    for move in range(8):
        nx, ny = x + EIGHT_DX[move], y + EIGHT_DY[move]
        if nx < 1 or ny < 0 or nx >= width or ny >= height:
            continue
        if terrain[nx, ny] == UNKNOWN:
            unseen += 1
        elif terrain[nx, ny] == WALL:
            walls += 1
        elif enter[nx, ny] >= 0:
            ways += 1
    return unseen, walls, ways


@inner
def _offer(best: NDArray[np.int32], kind: int, cost: int, move: int, x: int, y: int) -> None:
    if cost < best[kind, 0]:
        best[kind, 0] = cost
        best[kind, 1] = move
        best[kind, 2] = x
        best[kind, 3] = y


@njit(cache=True, nogil=True)
def survey(
    terrain: NDArray[np.uint8],
    thing: NDArray[np.uint8],
    stuck: NDArray[np.bool_],
    visited: NDArray[np.bool_],
    searched: NDArray[np.uint8],
    shop: NDArray[np.bool_],
    leads: NDArray[np.uint8],
    x: int,
    y: int,
    floats: bool,
    enter: NDArray[np.int8],
    door: NDArray[np.bool_],
    cost: NDArray[np.int16],
    first: NDArray[np.int8],
    parent: NDArray[np.int8],
    buckets: NDArray[np.int32],
    fill: NDArray[np.int32],
    nearest: NDArray[np.int32],
    frontier: NDArray[np.int32],
    known: NDArray[np.int32],
    visits: NDArray[np.int32],
) -> None:
    """Fill everything that depends on the remembered level.

    Args:
        terrain: uint8[79, 21], see `look`.
        thing: uint8[79, 21], see `look`.
        stuck: bool[79, 21], see `look`.
        visited: bool[79, 21], where the player has stood.
        searched: uint8[79, 21], turns of searching there.
        shop: bool[79, 21], the floor of shops, see `join_shop`; things on it are not counted.
        leads: uint8[79, 21], where stairs lead, from `kinds.NOT_TAKEN` on.
        x: the player's column.
        y: the player's row.
        floats: the player levitates or flies: water, lava and traps can be crossed.
        enter: int8[79, 21], out: cost of entering each cell, see `envs.grid.navigation.search_eight`.
        door: bool[79, 21], out: cells that are neither entered nor left diagonally.
        cost: int16[79, 21], out: cost of the cheapest way to each cell.
        first: int8[79, 21], out: its first move.
        parent: int8[79, 21], out: its last move.
        buckets: int32[16, 8 * 79 * 21], scratch.
        fill: int32[16], scratch.
        nearest: int32[N_KINDS, 4], out: cost, first move, column, row of the nearest of each kind; first
            move -1 and cost 0 where the player stands on it.
        frontier: int32[N_REGIONS, 4], out: the same for edges of the known map and places to search.
        known: int32[N_KINDS], out: how many of each kind are remembered.
        visits: int32[1], out: cells visited.
    """
    part = _known_part(terrain, stuck)
    left, right, top, bottom = part
    _costs(terrain, thing, stuck, floats, part, enter, door)
    search_eight(enter, door, x, y, cost, first, parent, buckets, fill)
    nearest[:, 0] = UNREACHED
    nearest[:, 1] = -1
    frontier[:, 0] = UNREACHED
    frontier[:, 1] = -1
    known[:] = 0
    worth = np.full(N_REGIONS, UNREACHED)
    n_visited = 0
    for cx in range(left, right):
        for cy in range(top, bottom):
            here = terrain[cx, cy]
            if here == UNKNOWN:
                continue
            n_visited += visited[cx, cy]
            price, move = int(cost[cx, cy]), int(first[cx, cy])
            # the extra cost of entering the last cell does not count as distance
            reach = price - max(0, enter[cx, cy] - 1) if 0 < price < UNREACHED else price
            kind = _TERRAIN_KIND[here]
            if kind >= 0:
                known[kind] += 1
                _offer(nearest, kind, reach, move, cx, cy)
            if here == STAIRS_DOWN:
                kind = _STAIRS_KIND[leads[cx, cy]]
                known[kind] += 1
                _offer(nearest, kind, reach, move, cx, cy)
            what = thing[cx, cy]
            if shop[cx, cy]:
                known[_SHOP] += 1
                if enter[cx, cy] > 0:
                    _offer(nearest, _SHOP, reach, move, cx, cy)
                if what <= LAST_ITEM:
                    what = NOTHING
            if what != NOTHING:
                kind = _THING_KIND[what]
                if kind >= 0:
                    known[kind] += 1
                    _offer(nearest, kind, reach, move, cx, cy)
                if WEAPON <= what <= LAST_ITEM and what != CORPSE:
                    known[_ITEM] += 1
                    _offer(nearest, _ITEM, reach, move, cx, cy)
            if price >= UNREACHED or here == WALL:
                continue
            faced = enter[cx, cy] < 1 and price > 0
            if faced and here != LOCKED_DOOR:
                continue
            unseen, walls, ways = _edge(terrain, enter, cx, cy)
            if faced:
                if unseen > 0 and price + LOCKED_PRICE < worth[_ANYWHERE]:
                    worth[_ANYWHERE] = price + LOCKED_PRICE
                    frontier[_ANYWHERE, 0] = UNREACHED
                    _offer(frontier, _ANYWHERE, price, move, cx, cy)
                continue
            narrow = here in (CORRIDOR, DOORWAY, OPEN_DOOR)
            if unseen > 0 and not visited[cx, cy]:
                for region in range(_HIDDEN):
                    fits = (
                        region == _ANYWHERE
                        or (region == _CORRIDORS and here == CORRIDOR)
                        or (region == _DOORS and (_DOOR[here] or here == DOORWAY))
                    )
                    value = price if fits else price + WRONG_REGION
                    if value < worth[region]:
                        worth[region] = value
                        frontier[region, 0] = UNREACHED
                        _offer(frontier, region, price, move, cx, cy)
            dead_end = narrow and ways <= 1 and unseen > 0
            if dead_end:
                known[_DEAD_END] += 1
                _offer(nearest, _DEAD_END, price, move, cx, cy)
            if walls > 0 or unseen > 0:
                value = price + SEARCHED_PRICE * searched[cx, cy] - (DEAD_END_BONUS if dead_end else 0)
                if value < worth[_HIDDEN]:
                    worth[_HIDDEN] = value
                    frontier[_HIDDEN, 0] = UNREACHED
                    _offer(frontier, _HIDDEN, price, move, cx, cy)
    visits[0] = n_visited


drop_stale(look, compiling, navigation, kinds, spec)
