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
from envs.nethack import kinds, sight, spec
from envs.nethack.kinds import (
    BARS,
    BOULDER,
    CLOSED_DOOR,
    CORPSE,
    CORRIDOR,
    DOORWAY,
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
from envs.nethack.sight import IS_DOOR
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
            door[x, y] = IS_DOOR[here]
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
        terrain: uint8[79, 21], see `envs.nethack.sight.look`.
        thing: uint8[79, 21], see `envs.nethack.sight.look`.
        stuck: bool[79, 21], see `envs.nethack.sight.look`.
        visited: bool[79, 21], where the player has stood.
        searched: uint8[79, 21], turns of searching there.
        shop: bool[79, 21], the floor of shops, see `envs.nethack.sight.look`; things on it are not counted.
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
                        or (region == _DOORS and (IS_DOOR[here] or here == DOORWAY))
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


drop_stale(survey, compiling, navigation, kinds, sight, spec)
