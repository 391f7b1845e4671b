"""Ways through the remembered map: walking, jumping, swimming, falling a little, digging, building. Compiled.

Source of the search: Hart, Nilsson and Raphael, A formal basis for the heuristic determination of minimum
cost paths, 1968; with a weight, and cut off after so many places, where it leads to the one nearest to the
goal.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import IS_LAVA
from envs.minecraft.direct.memory import WAY_LENGTH, Memory
from envs.minecraft.direct.place_costs import (
    DEEPEST,
    NEVER,
    body_ticks,
    clear,
    footing,
    is_over_lava,
    is_solid,
    is_water,
    look_out,
    may_bear,
)
from envs.minecraft.direct.remembering import remembered
from envs.minecraft.direct.searching import SIDE, UP, Search, cell_of, place_of, pop, push
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import COLLIDES

STEP, _DIAGONAL, _CLIMB, _DROP = 4.6, 6.5, 7.5, 2.0
"""Ticks that moves take."""

_PILLAR, _BRIDGE, _SHAFT = 22.0, 60.0, 30.0
"""Ticks that are added for building up, for a block put down to step onto, for digging what one stands on."""

_WET = 12.0
"""Blocks by which water seems farther from a layer that one digs down to."""

_NEAR_EDGE = 2.0
"""Blocks from the nearest place within the map to a goal beyond it, at which one has come far enough."""

FALL, MORE, HEALTHY = 3, 1, 16
"""Blocks that are fallen without being hurt; those more that one who has more half hearts than `HEALTHY`
falls, one for each. Into water one falls `DEEPEST`."""

_HURTS = 40.0
"""Ticks that each of those more counts as."""

_EYES = 1.62
MOVE_X, MOVE_Z = np.array([1, 0, -1, 0, 1, 1, -1, -1]), np.array([0, 1, 0, -1, 1, -1, 1, -1])


@inner
def _down(memory: Memory, search: Search, x: int, y: int, z: int, spent: float) -> tuple[int, float]:
    """How far one comes down in a column next to one's own, and the ticks; 0 for nowhere."""
    for fall in range(1, DEEPEST + 1):
        spent += clear(memory, search, x, y - fall, z)
        if spent >= NEVER:
            return integer(0), NEVER
        wet = is_water(memory, x, y - fall, z)
        if wet or (fall <= search.falls and footing(memory, x, y - fall, z) >= 0.0):
            hurts = 0.0 if wet else _HURTS * max(0, fall - FALL)
            return integer(fall), spent + STEP + _DROP * fall + hurts
    return integer(0), NEVER


@inner
def _left(goal: NDArray[np.float64], x: int, y: int, z: int) -> float:
    """Blocks that are left from a place to the goal."""
    up = 0.0 if goal[4] == 1.0 else goal[1] - (y + _EYES)
    along = 0.0 if goal[4] == 2.0 else (goal[0] - x - 0.5) ** 2 + (goal[2] - z - 0.5) ** 2
    return float(max(0.0, math.sqrt(along + up * up) - goal[3]))


@inner
def _edge(search: Search, goal: NDArray[np.float64]) -> float:
    """With how few blocks left the search ends where the goal lies beyond it; -1 where it does not."""
    x = max(integer(-SIDE), min(integer(SIDE), math.floor(goal[0]) - search.x0))
    y = max(integer(-UP), min(integer(UP), math.floor(goal[1] - _EYES) - search.y0))
    z = max(integer(-SIDE), min(integer(SIDE), math.floor(goal[2]) - search.z0))
    left = _left(goal, search.x0 + x, search.y0 + y, search.z0 + z)
    return left + _NEAR_EDGE if left > 0.0 else -1.0


@inner
def find_way(
    world: World,
    memory: Memory,
    dig: NDArray[np.float64],
    goal: NDArray[np.float64],
    most: int,
    search: Search,
) -> tuple[int, bool]:
    """The way to a place, or to the place nearest to it that can be got at.

    Where the place lies farther off than the search reaches, it ends at the edge that is nearest to it.

    Args:
        world: for where the player stands.
        memory: the map; its `way` is written.
        dig: float64[257], ticks to dig each state, `NEVER` for what cannot be; the last is how many blocks
            there are to build with.
        goal: float64[7]: x, y, z, within how many blocks of the eyes, what counts (0 all of it, 1 all but
            the height, 2 the height alone), whether to dig through what was not seen, weight.
        most: places that are looked at.
        search: the room for it.

    Returns:
        How many steps it has, 0 for none, and whether it leads all the way.
    """
    start = _begin(world, memory, search, dig, goal)
    best, best_left, best_cost, complete = start, 1e18, 0.0, False
    edge, looked = _edge(search, goal), 0
    while search.size > 0 and looked < most:
        place = pop(search)
        looked += 1
        spent = search.cost[place]
        x, y, z = cell_of(search, place)
        left = _left(goal, x, y, z)
        if goal[4] == 2.0 and is_water(memory, x, y, z):
            left += _WET
        if left < best_left - 1e-9 or (left == best_left and spent < best_cost):
            best, best_left, best_cost = place, left, spent
        if left <= 0.0 or left <= edge:
            complete = left <= 0.0
            break
        _go_on(memory, search, place, x, y, z, goal)
    return _write_way(memory, search, best), complete


@inner
def _begin(
    world: World, memory: Memory, search: Search, dig: NDArray[np.float64], goal: NDArray[np.float64]
) -> int:
    """Begin a search where the player stands; returns the number of that place."""
    search.n += 1
    search.x0, search.y0, search.z0 = math.floor(world.x), math.floor(world.y + 0.01), math.floor(world.z)
    search.under, search.size = 1 if goal[5] != 0.0 else 0, 0
    search.weight = goal[6] * STEP
    look_out(memory, search)
    search.falls = FALL + min(MORE, max(0, math.floor(world.life) - HEALTHY))
    search.dig[:] = dig
    start = place_of(search, search.x0, search.y0, search.z0)
    search.cost[start], search.came[start], search.reached[start] = 0.0, -1, search.n
    push(search, 0.0, start)
    return start


@inner
def _go_on(
    memory: Memory, search: Search, place: int, x: int, y: int, z: int, goal: NDArray[np.float64]
) -> None:
    """Offer every place that can be got to from one."""
    spent, above = search.cost[place], clear(memory, search, x, y + 2, z)
    for move in range(4):
        nx, nz = x + MOVE_X[move], z + MOVE_Z[move]
        ahead = body_ticks(memory, search, nx, y, nz)
        search.sides[move] = ahead
        if ahead < NEVER:
            ground = footing(memory, nx, y, nz)
            if ground >= 0.0:
                _offer(search, place, nx, y, nz, spent + (STEP + ahead + ground), goal)
            else:
                fall, ticks = _down(memory, search, nx, y, nz, ahead)
                _offer(search, place, nx, y - fall, nz, spent + ticks, goal)
                if search.dig[256] > 0 and not is_over_lava(memory, nx, y, nz):
                    _offer(search, place, nx, y, nz, spent + (STEP + ahead + _BRIDGE), goal)
        _offer_stairs(memory, search, place, x, y, z, nx, nz, above, ahead, goal)
    for move in range(4, 8):
        dx, dz = MOVE_X[move], MOVE_Z[move]
        sides = search.sides[0 if dx > 0 else 2] + search.sides[1 if dz > 0 else 3]
        if (
            sides == 0.0
            and body_ticks(memory, search, x + dx, y, z + dz) == 0.0
            and footing(memory, x + dx, y, z + dz) == 0.0
        ):
            _offer(search, place, x + dx, y, z + dz, spent + _DIAGONAL, goal)
    if is_water(memory, x, y, z):
        _offer(search, place, x, y + 1, z, spent + (STEP + above), goal)
        below = clear(memory, search, x, y - 1, z)
        _offer(search, place, x, y - 1, z, spent + (2 * STEP + below), goal)
        return
    if search.dig[256] > 0 and footing(memory, x, y, z) == 0.0:
        _offer(search, place, x, y + 1, z, spent + (_PILLAR + above), goal)
    if is_solid(memory, x, y - 1, z) and may_bear(memory, x, y - 2, z):
        below = clear(memory, search, x, y - 1, z)
        _offer(search, place, x, y - 1, z, spent + (STEP + _SHAFT + below), goal)


@inner
def _offer_stairs(
    memory: Memory, search: Search, came: int, x: int, y: int, z: int, nx: int, nz: int, above: float,
    ahead: float, goal: NDArray[np.float64],
) -> None:  # fmt: skip
    """Offer the steps one up and, where the ground has to be dug away for it, one down."""
    spent = search.cost[came]
    stored = remembered(memory, nx, y, nz)
    bears = stored > 0 and COLLIDES[stored - 1] and not IS_LAVA[stored - 1]
    if bears or (stored == 0 and search.under != 0):
        ticks = _CLIMB + above + body_ticks(memory, search, nx, y + 1, nz)
        _offer(search, came, nx, y + 1, nz, spent + ticks, goal)
    below = remembered(memory, nx, y - 1, nz)
    if below == 0 or (COLLIDES[below - 1] and not IS_LAVA[below - 1]):
        ticks = STEP + _DROP + ahead + clear(memory, search, nx, y - 1, nz)
        if ticks < NEVER and footing(memory, nx, y - 1, nz) >= 0.0:
            _offer(search, came, nx, y - 1, nz, spent + ticks, goal)


@inner
def _offer(search: Search, came: int, x: int, y: int, z: int, cost: float, goal: NDArray[np.float64]) -> None:
    """Consider a place that can be got to at a cost."""
    place = place_of(search, x, y, z)
    if cost >= NEVER or place < 0 or (search.reached[place] == search.n and search.cost[place] <= cost):
        return
    search.cost[place], search.came[place], search.reached[place] = cost, came, search.n
    push(search, cost + search.weight * _left(goal, x, y, z), place)


@inner
def _write_way(memory: Memory, search: Search, place: int) -> int:
    """Write the way from the start to a place; returns how many steps it has, at most `WAY_LENGTH`."""
    length, at = integer(0), place
    while search.came[at] >= 0:
        length += 1
        at = integer(search.came[at])
    at, left = place, length
    while left > 0:
        left -= 1
        if left < WAY_LENGTH:
            row = memory.way[left]
            row[0], row[1], row[2] = cell_of(search, at)
        at = integer(search.came[at])
    return min(length, integer(WAY_LENGTH))
