"""What follows from the remembered map and the player's place: paths, distances, edges. Compiled by numba.

Everything here reads the player's memory, never the world itself.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.crafter import ground, shelter, spec
from envs.crafter.ground import (
    ARROW,
    COAL,
    COW,
    DIAMOND,
    FURNACE,
    GRASS,
    IRON,
    LAVA,
    PATH,
    RIPE,
    ROCK,
    SAND,
    SAPLING,
    SKELETON,
    STONE,
    TABLE,
    TREE,
    WALKABLE,
    WATER,
    ZOMBIE,
)
from envs.crafter.shelter import find_closings, find_shore, find_walls, is_shelter
from envs.crafter.spec import EXPLORABLE, SEEKABLE
from envs.grid import box as boxes
from envs.grid import compiling, navigation
from envs.grid.box import Box, widened
from envs.grid.compiling import inner
from envs.grid.navigation import DX, DY, UNREACHED, search
from envs.grid.numba_cache import drop_stale

KINDS = {name: i for i, name in enumerate(SEEKABLE)}
REGIONS = {name: i for i, name in enumerate(EXPLORABLE)}
N_KINDS, N_REGIONS = len(KINDS), len(REGIONS)

_TREE, _GRASS, _WATER, _STONE = KINDS["tree"], KINDS["grass"], KINDS["water"], KINDS["stone"]
_PLANT_SIDE, _BEDROCK = KINDS["plant_side"], KINDS["bedrock"]
_HOME, _HOME_SITE = KINDS["home"], KINDS["home_site"]
_MATERIAL_KIND = np.full(16, -1, np.int32)
for _material, _name in (
    (TREE, "tree"), (GRASS, "grass"), (WATER, "water"), (STONE, "stone"), (COAL, "coal"), (IRON, "iron"),
    (DIAMOND, "diamond"), (TABLE, "table"), (FURNACE, "furnace"), (PATH, "path"),
):  # fmt: skip
    _MATERIAL_KIND[_material] = KINDS[_name]
_CREATURE_KIND = np.full(8, -1, np.int32)
for _creature, _name in (
    (COW, "cow"), (ZOMBIE, "zombie"), (SKELETON, "skeleton"), (SAPLING, "sapling"), (RIPE, "ripe_plant"),
):  # fmt: skip
    _CREATURE_KIND[_creature] = KINDS[_name]
_REGION_OF = np.full(16, -1, np.int32)
_REGION_OF[[GRASS, TREE]] = REGIONS["grassland"]
_REGION_OF[[STONE, COAL, IRON, DIAMOND, LAVA]] = REGIONS["mountain"]
_REGION_OF[[WATER, SAND]] = REGIONS["waterside"]
_REGION_OF[PATH] = REGIONS["caves"]
_ANYWHERE, _MOUNTAIN, _CAVES = REGIONS["anywhere"], REGIONS["mountain"], REGIONS["caves"]
_GRASSLAND, _STALE = REGIONS["grassland"], REGIONS["stale_grassland"]

WRONG_REGION = 15.0
"""Steps that an edge of the known map in another kind of land counts as farther away."""
WIDE_EDGE = 0.3
"""Steps that each unseen cell around an edge of the known map makes it count as nearer."""
LONG_AGO = 7
"""Spans since a cell was last seen after which it counts as not seen lately: about a hundred steps."""
STEPS_OF_SPAN = 4
"""Steps are remembered in spans of 16: the step shifted right by so many bits."""
STALE_BONUS = 6.0
"""Steps that grassland not seen lately counts as nearer: as an edge does with twenty unseen cells around."""


@inner
def _enter_costs(
    material: NDArray[np.uint8],
    creature: NDArray[np.uint8],
    tools: NDArray[np.int32],
    box: Box,
    enter: NDArray[np.int8],
) -> bool:
    """Write what entering each cell costs; says whether there is a sapling among them."""
    price = np.zeros(16, np.int8)
    price[GRASS], price[PATH], price[SAND] = 1, 1, 1
    price[STONE], price[COAL] = 2 * (tools[0] > 0), 2 * (tools[0] > 0)
    price[IRON], price[DIAMOND] = 2 * (tools[1] > 0), 2 * (tools[2] > 0)
    price[LAVA] = -1
    lava, sapling = False, False
    left, right, top, bottom = box
    for x in range(left, right):
        for y in range(top, bottom):
            here, being = material[x, y], creature[x, y]
            cost = price[here]
            lava |= here == LAVA
            if being > 0:
                sapling |= being == SAPLING
                if cost == 1:
                    cost = 0 if being >= SAPLING else 4
            enter[x, y] = cost
    if lava:
        _shun_lava(material, box, enter)
    return sapling


@inner
def _shun_lava(material: NDArray[np.uint8], box: Box, enter: NDArray[np.int8]) -> None:
    """Let cells that can be walked on cost two more beside lava."""
    left, right, top, bottom = box
    for x in range(left, right):
        for y in range(top, bottom):
            if material[x, y] != LAVA:
                continue
            for move in range(4):
                nx, ny = x + DX[move], y + DY[move]
                if left <= nx < right and top <= ny < bottom and (enter[nx, ny] == 1 or enter[nx, ny] == 4):
                    enter[nx, ny] += 2


@inner
def _offer(row: NDArray[np.int32], cost: int, move: int, x: int, y: int, facing: int) -> None:
    """Take a thing into its kind's row if it is nearer, or as near and straight ahead."""
    if cost < row[0] or (cost == row[0] and move == facing and row[1] != facing):
        row[0], row[1], row[2], row[3] = cost, move, x, y


@inner
def _note_cell(
    row: NDArray[np.int32], cost: NDArray[np.int16], first: NDArray[np.int8], x: int, y: int
) -> None:
    """Write the way to a cell."""
    row[0], row[1], row[2], row[3] = cost[x, y], first[x, y], x, y


@inner
def _face_creature(
    enter: NDArray[np.int8], cost: NDArray[np.int16], first: NDArray[np.int8], cx: int, cy: int
) -> tuple[int, int]:
    """Cost and first move to stand beside a creature; the extra cost of its own cell does not count."""
    width, height = cost.shape
    best, move = UNREACHED, -1
    for k in range(4):
        nx, ny = cx - DX[k], cy - DY[k]
        if nx < 0 or ny < 0 or nx >= width or ny >= height or cost[nx, ny] + 1 >= best:
            continue
        if cost[nx, ny] == 0:
            best, move = 1, k
        elif enter[nx, ny] > 0:
            best, move = cost[nx, ny] + 1, first[nx, ny]
    return best, move


@inner
def _is_bedrock(material: NDArray[np.uint8], x: int, y: int) -> bool:
    solid = 0
    for dx in range(-1, 2):
        for dy in range(-1, 2):
            if (dx != 0 or dy != 0) and ROCK[material[x + dx, y + dy]]:
                solid += 1
    return solid >= 6


@inner
def _beside_plant(creature: NDArray[np.uint8], x: int, y: int) -> bool:
    width, height = creature.shape
    for move in range(4):
        nx, ny = x + DX[move], y + DY[move]
        if 0 <= nx < width and 0 <= ny < height and creature[nx, ny] == SAPLING:
            return True
    return False


@inner
def _open_sides(material: NDArray[np.uint8], x: int, y: int) -> int:
    width, height = material.shape
    count = 0
    for move in range(4):
        nx, ny = x + DX[move], y + DY[move]
        if 0 <= nx < width and 0 <= ny < height and (WALKABLE[material[nx, ny]] or material[nx, ny] == 0):
            count += 1
    return count


@inner
def _frontier(
    material: NDArray[np.uint8],
    facing: int,
    box: Box,
    cost: NDArray[np.int16],
    first: NDArray[np.int8],
    parent: NDArray[np.int8],
    unseen: NDArray[np.int32],
    best: NDArray[np.int32],
) -> float:
    """Choose, per region, the edge of the known map to go to; ``best: int32[N_REGIONS, 4]``.

    Returns:
        What the edge chosen in grassland is worth, which is also that for grassland not seen lately; less is
        better.
    """
    width, height = material.shape
    left, right, top, bottom = widened(material, box, 4, 3)
    unseen[left, top : bottom + 1] = 0
    for x in range(left, right):
        total = 0
        unseen[x + 1, top] = 0
        for y in range(top, bottom):
            total += material[x, y] == 0
            unseen[x + 1, y + 1] = unseen[x, y + 1] + total
    value = np.full(N_REGIONS, 1e9)
    best[:, 0] = UNREACHED
    best[:, 1] = -1
    left, right, top, bottom = box
    for x in range(left, right):
        for y in range(top, bottom):
            if material[x, y] != 0 or cost[x, y] >= UNREACHED:
                continue
            x0, x1 = max(0, x - 4), min(width, x + 5)
            y0, y1 = max(0, y - 3), min(height, y + 4)
            wide = unseen[x1, y1] - unseen[x0, y1] - unseen[x1, y0] + unseen[x0, y0]
            move = parent[x, y]
            land = _REGION_OF[material[x - DX[move], y - DY[move]]]
            base = cost[x, y] - WIDE_EDGE * wide - (1.0 if first[x, y] == facing else 0.0)
            for region in range(_STALE):
                fits = region == _ANYWHERE or land == region or (region == _MOUNTAIN and land == _CAVES)
                worth = base if fits else base + WRONG_REGION
                if worth < value[region]:
                    value[region] = worth
                    best[region, 0] = cost[x, y]
                    best[region, 1] = first[x, y]
                    best[region, 2] = x
                    best[region, 3] = y
    best[_STALE] = best[_GRASSLAND]
    return float(value[_GRASSLAND])


@njit(cache=True, nogil=True)
def survey(
    box: Box,
    material: NDArray[np.uint8],
    creature: NDArray[np.uint8],
    x: int,
    y: int,
    facing: int,
    tools: NDArray[np.int32],
    seen_at: NDArray[np.uint16],
    now: int,
    home: int,
    enter: NDArray[np.int8],
    cost: NDArray[np.int16],
    first: NDArray[np.int8],
    parent: NDArray[np.int8],
    buckets: NDArray[np.int32],
    fill: NDArray[np.int32],
    unseen: NDArray[np.int32],
    nearest: NDArray[np.int32],
    frontier: NDArray[np.int32],
    known: NDArray[np.int32],
    status: NDArray[np.int32],
    closing: NDArray[np.int32],
    walls: NDArray[np.int32],
) -> None:
    """Fill everything that depends on the remembered map.

    Args:
        box: the part of the map to look at, which holds the player and everything seen, see
            `envs.grid.box.known_box`.
        material: uint8[64, 64], remembered materials, 0 = never seen.
        creature: uint8[64, 64], creatures and plants: those in view, and remembered cows and plants.
        x: the player's column.
        y: the player's row.
        facing: 0 left, 1 right, 2 up, 3 down.
        tools: int32[3], wood, stone and iron pickaxes carried.
        seen_at: uint16[64, 64], when each cell was last seen, in spans of `STEPS_OF_SPAN`.
        now: the step, in the same spans.
        home: the cell where the player was last enclosed, as 1 + column * 64 + row; 0 for none.
        enter: int8[64, 64], out: cost of entering each cell that was seen or lies beside one that was, see
            `envs.grid.navigation.search`.
        cost: int16[64, 64], out: cost of the cheapest way to each cell.
        first: int8[64, 64], out: its first move.
        parent: int8[64, 64], out: its last move.
        buckets: int32[16, 4 * 64 * 64], scratch.
        fill: int32[16], scratch.
        unseen: int32[65, 65], scratch.
        nearest: int32[N_KINDS, 4], out: cost, first move, column, row of the nearest of each kind.
        frontier: int32[N_REGIONS, 4], out: the same for the edge of the known map to go to, per region.
        known: int32[N_KINDS], out: how many of each kind are remembered.
        status: int32[6], out: enclosed, open sides, open sides of the nearest plant (9 none), plants with no
            open side, cells seen, whether home is enclosed.
        closing: int32[5], out, see `find_closings`.
        walls: int32[N_WALLS], out, see `find_walls`.
    """
    width, height = material.shape
    left, right, top, bottom = box
    wider = widened(material, box, 1, 1)  # the unseen cells beside those seen are edges of the known map
    saplings = _enter_costs(material, creature, tools, wider, enter)
    search(enter, x, y, cost, first, parent, buckets, fill)
    nearest[:, 0] = UNREACHED
    nearest[:, 1] = -1
    known[:] = 0
    seen, fenced = 0, 0
    edge = _frontier(material, facing, wider, cost, first, parent, unseen, frontier)
    notes = np.zeros((2, 4), np.int32)
    site, stale = notes[0], notes[1]
    site[0] = UNREACHED
    stale[0], stale[1] = min(edge + STALE_BONUS + 2.0, UNREACHED), -1  # what is farther away is never chosen
    plant_cost, plant_open = UNREACHED + 1, 9
    for cx in range(left, right):
        for cy in range(top, bottom):
            here = material[cx, cy]
            if here == 0:
                continue
            seen += 1
            if cx == x and cy == y:
                continue
            being = creature[cx, cy]
            kind = _CREATURE_KIND[being] if being > 0 else _MATERIAL_KIND[here]
            price, move = int(cost[cx, cy]), int(first[cx, cy])
            if here == GRASS and price <= stale[0] and now - seen_at[cx, cy] >= LONG_AGO:
                _offer(stale, price, move, cx, cy, facing)
            if kind >= 0:
                known[kind] += 1
                if 0 < being < ARROW:
                    near, toward = _face_creature(enter, cost, first, cx, cy)
                    _offer(nearest[kind], near, toward, cx, cy, facing)
                else:
                    _offer(nearest[kind], price, move, cx, cy, facing)
            if saplings and being == 0 and WALKABLE[here] and _beside_plant(creature, cx, cy):
                known[_PLANT_SIDE] += 1
                _offer(nearest[_PLANT_SIDE], price, move, cx, cy, facing)
            inside = 0 < cx < width - 1 and 0 < cy < height - 1
            if here == STONE and inside and _is_bedrock(material, cx, cy):
                known[_BEDROCK] += 1
                _offer(nearest[_BEDROCK], price, move, cx, cy, facing)
            if here == WATER and price <= site[0] + 3 and price < UNREACHED:
                find_shore(material, creature, cost, cx, cy, site)
            if being >= SAPLING:
                sides = _open_sides(material, cx, cy)
                if sides == 0:
                    fenced += 1
                away = abs(cx - x) + abs(cy - y)
                if being == SAPLING and away < plant_cost:
                    plant_cost, plant_open = away, sides
    if stale[0] - STALE_BONUS - (1.0 if stale[1] == facing else 0.0) < edge:
        frontier[_STALE] = stale
    if site[0] < UNREACHED:
        _note_cell(nearest[_HOME_SITE], cost, first, site[1], site[2])
    status[5] = 0
    if home > 0:
        home_x, home_y = (home - 1) // height, (home - 1) % height
        _note_cell(nearest[_HOME], cost, first, home_x, home_y)
        status[5] = is_shelter(material, creature, home_x, home_y)
    sheltered = is_shelter(material, creature, x, y)
    status[0] = sheltered
    find_closings(material, creature, x, y, facing, closing)
    find_walls(material, creature, x, y, facing, sheltered, closing, walls)
    status[1] = _open_sides(material, x, y)
    status[2] = plant_open
    status[3] = fenced
    status[4] = seen


drop_stale(survey, boxes, compiling, ground, navigation, shelter, spec)
