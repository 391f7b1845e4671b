"""Ways through the remembered map: walking, jumping, swimming, falling a little, digging, building. Compiled.

Source of the search: Hart, Nilsson and Raphael, A formal basis for the heuristic determination of minimum
cost paths, 1968; with a weight, and cut off after so many places, where it leads to the one nearest to the
goal.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import IS_LAVA, IS_WATER
from envs.minecraft.direct.memory import WAY_LENGTH, Memory
from envs.minecraft.direct.remembering import remembered
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import COLLIDES, FIRST_STATE

_SIDE, _UP = 24, 20
_WIDE, _HIGH = 2 * _SIDE + 1, 2 * _UP + 1
N_PLACES = _WIDE * _WIDE * _HIGH
MOST_OPEN = 40_000
NEVER = 1e8
_STONE = integer(FIRST_STATE["stone"])
_WEB = integer(FIRST_STATE["web"])
_STEP, _DIAGONAL, _CLIMB, _DROP = 4.6, 6.5, 7.5, 2.0
"""Ticks that moves take."""

_UNSEEN, _UNSEEN_GROUND, _SWIM, _HANDLING, _PILLAR, _WEBBED = 3.0, 2.0, 4.0, 6.0, 22.0, 60.0
"""Ticks that are added: for what was not seen, in water, around each dig, for building up, in cobwebs."""

_FLOOD, _DIVING = 200.0, 15.0
_WET = 12.0
"""Blocks by which water seems farther from a layer that one digs down to."""

_FALL, _DIVE = 3, 12
_EYES = 1.62
MOVE_X, MOVE_Z = np.array([1, 0, -1, 0, 1, 1, -1, -1]), np.array([0, 1, 0, -1, 1, -1, 1, -1])


class Scratch(NamedTuple):
    """Room to search in; nothing is kept in it from one search to the next but `stamp[-1]`.

    Attributes:
        cost: float64[N_PLACES].
        came: int64[N_PLACES].
        stamp: int64[N_PLACES + 1]; the last counts searches.
        keys: float64[MOST_OPEN].
        places: int64[MOST_OPEN].
    """

    cost: NDArray[np.float64]
    came: NDArray[np.int64]
    stamp: NDArray[np.int64]
    keys: NDArray[np.float64]
    places: NDArray[np.int64]


def new_scratch() -> Scratch:
    """Room for one search at a time."""
    return Scratch(
        np.zeros(N_PLACES),
        np.zeros(N_PLACES, np.int64),
        np.zeros(N_PLACES + 1, np.int64),
        np.zeros(MOST_OPEN),
        np.zeros(MOST_OPEN, np.int64),
    )


@inner
def _push(scratch: Any, size: int, key: float, place: int) -> int:
    """Put a place into the heap; returns its new size."""
    if size >= MOST_OPEN:
        return size
    at = integer(size)
    while at > 0:
        above = (at - 1) >> 1
        if scratch.keys[above] <= key:
            break
        scratch.keys[at], scratch.places[at] = scratch.keys[above], scratch.places[above]
        at = above
    scratch.keys[at], scratch.places[at] = key, place
    return size + 1


@inner
def _pop(scratch: Any, size: int) -> int:
    """Take the first place out of the heap of `size` places."""
    first = scratch.places[0]
    key, place = scratch.keys[size - 1], scratch.places[size - 1]
    size -= 1
    at = integer(0)
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and scratch.keys[below + 1] < scratch.keys[below]:
            below += 1
        if scratch.keys[below] >= key:
            break
        scratch.keys[at], scratch.places[at] = scratch.keys[below], scratch.places[below]
        at = below
    scratch.keys[at], scratch.places[at] = key, place
    return integer(first)


@inner
def _beside(memory: Memory, x: int, y: int, z: int) -> float:
    """Ticks that are added for digging beside water; `NEVER` beside lava."""
    ticks = 0.0
    for side in range(6):
        i = x + (1 if side == 0 else -1 if side == 1 else 0)
        j = y + (1 if side == 2 else -1 if side == 3 else 0)
        k = z + (1 if side == 4 else -1 if side == 5 else 0)
        stored = remembered(memory, i, j, k)
        if stored > 0 and IS_LAVA[stored - 1]:
            return NEVER
        if stored > 0 and IS_WATER[stored - 1]:
            ticks = _FLOOD
    return ticks


@inner
def opening(memory: Memory, dig: NDArray[np.float64], under: bool, x: int, y: int, z: int) -> float:
    """Ticks that it takes to have a place clear for the body; `NEVER` where that cannot or must not be."""
    stored = remembered(memory, x, y, z)
    if stored == 0:
        return float(dig[_STONE] + _HANDLING) if under else _UNSEEN
    state = stored - 1
    if IS_LAVA[state]:
        return NEVER
    if COLLIDES[state]:
        return float(dig[state] + _HANDLING + _beside(memory, x, y, z))
    if state == _WEB:
        return _WEBBED
    return _SWIM if IS_WATER[state] else 0.0


@inner
def _is_water(memory: Memory, x: int, y: int, z: int) -> bool:
    stored = remembered(memory, x, y, z)
    return stored > 0 and bool(IS_WATER[stored - 1])


@inner
def _body(memory: Memory, dig: NDArray[np.float64], under: bool, x: int, y: int, z: int) -> float:
    ticks = opening(memory, dig, under, x, y, z) + opening(memory, dig, under, x, y + 1, z)
    return ticks + _DIVING if _is_water(memory, x, y + 1, z) else ticks


@inner
def _footing(memory: Memory, x: int, y: int, z: int) -> float:
    """Ticks that are added for what one stands on there; -1 where nothing bears."""
    stored = remembered(memory, x, y - 1, z)
    if stored == 0:
        return _UNSEEN_GROUND
    state = stored - 1
    if IS_LAVA[state]:
        return -1.0
    if COLLIDES[state] or IS_WATER[state]:
        return 0.0
    here = remembered(memory, x, y, z)
    return 0.0 if here > 0 and IS_WATER[here - 1] else -1.0


@inner
def _down(
    memory: Memory, dig: NDArray[np.float64], under: bool, x: int, y: int, z: int, spent: float
) -> tuple[int, float]:
    """How far one comes down in a column next to one's own, and the ticks; 0 for nowhere."""
    for fall in range(1, _DIVE + 1):
        spent += opening(memory, dig, under, x, y - fall, z)
        if spent >= NEVER:
            return integer(0), NEVER
        wet = _is_water(memory, x, y - fall, z)
        if wet or (fall <= _FALL and _footing(memory, x, y - fall, z) >= 0.0):
            return integer(fall), spent + _STEP + _DROP * fall
    return integer(0), NEVER


@inner
def _left(goal: NDArray[np.float64], x: int, y: int, z: int) -> float:
    """Blocks that are left from a place to the goal."""
    up = 0.0 if goal[4] == 1.0 else goal[1] - (y + _EYES)
    along = 0.0 if goal[4] == 2.0 else (goal[0] - x - 0.5) ** 2 + (goal[2] - z - 0.5) ** 2
    return float(max(0.0, math.sqrt(along + up * up) - goal[3]))


@inner
def find_way(
    world: World,
    memory: Memory,
    dig: NDArray[np.float64],
    goal: NDArray[np.float64],
    most: int,
    scratch: Any,
) -> tuple[int, bool]:
    """The way to a place, or to the place nearest to it that can be got at.

    Args:
        world: for where the player stands.
        memory: the map; its `way` is written.
        dig: float64[257], ticks to dig each state, `NEVER` for what cannot be; the last is how many blocks
            there are to build with.
        goal: float64[7]: x, y, z, within how many blocks of the eyes, what counts (0 all of it, 1 all but
            the height, 2 the height alone), whether to dig through what was not seen, weight.
        most: places that are looked at.
        scratch: `Scratch`.

    Returns:
        How many steps it has, 0 for none, and whether it leads all the way.
    """
    x0, y0, z0 = math.floor(world.x), math.floor(world.y + 0.01), math.floor(world.z)
    under = goal[5] != 0.0
    scratch.stamp[N_PLACES] += 1
    stamp = scratch.stamp[N_PLACES]
    start = integer((_SIDE * _HIGH + _UP) * _WIDE + _SIDE)
    scratch.cost[start], scratch.came[start], scratch.stamp[start] = 0.0, -1, stamp
    size = _push(scratch, integer(0), 0.0, start)
    best, best_left, best_cost, complete = start, 1e18, 0.0, False
    looked = 0
    while size > 0 and looked < most:
        place = _pop(scratch, size)
        size -= 1
        looked += 1
        spent = scratch.cost[place]
        a, rest = place // (_HIGH * _WIDE), place % (_HIGH * _WIDE)
        b, c = rest // _WIDE, rest % _WIDE
        x, y, z = x0 + a - _SIDE, y0 + b - _UP, z0 + c - _SIDE
        left = _left(goal, x, y, z)
        if goal[4] == 2.0 and _is_water(memory, x, y, z):
            left += _WET
        if left < best_left - 1e-9 or (left == best_left and spent < best_cost):
            best, best_left, best_cost = place, left, spent
        if left <= 0.0:
            complete = True
            break
        swims = _is_water(memory, x, y, z)
        for move in range(10):
            nx, ny, nz, ticks = x, y, z, NEVER
            if move < 4:
                nx, nz = x + MOVE_X[move], z + MOVE_Z[move]
                ahead = _body(memory, dig, under, nx, y, nz)
                if ahead < NEVER:
                    footing = _footing(memory, nx, y, nz)
                    if footing >= 0.0:
                        ticks = _STEP + ahead + footing
                    else:
                        fall, ticks = _down(memory, dig, under, nx, y, nz, ahead)
                        ny = y - fall
            elif move < 8:
                nx, nz = x + MOVE_X[move], z + MOVE_Z[move]
                sides = _body(memory, dig, under, nx, y, z) + _body(memory, dig, under, x, y, nz)
                if sides + _body(memory, dig, under, nx, y, nz) == 0.0 and _footing(memory, nx, y, nz) == 0.0:
                    ticks = _DIAGONAL
            elif move == 8:
                ny = y + 1
                above = opening(memory, dig, under, x, y + 2, z)
                if swims:
                    ticks = _STEP + above
                elif dig[256] > 0 and _footing(memory, x, y, z) == 0.0:
                    ticks = _PILLAR + above
            elif swims:
                ny = y - 1
                ticks = 2 * _STEP + opening(memory, dig, under, x, y - 1, z)
            size = _offer(scratch, size, stamp, place, x0, y0, z0, nx, ny, nz, spent + ticks, goal)
            if move < 4:
                size = _offer_stairs(
                    memory, dig, under, scratch, size, stamp, place, x0, y0, z0, x, y, z, nx, nz, spent, goal
                )
    return _write_way(memory, scratch, best, x0, y0, z0), complete


@inner
def _offer_stairs(
    memory: Memory, dig: NDArray[np.float64], under: bool, scratch: Any, size: int, stamp: int, place: int,
    x0: int, y0: int, z0: int, x: int, y: int, z: int, nx: int, nz: int, spent: float,
    goal: NDArray[np.float64],
) -> int:  # fmt: skip
    """Offer the steps one up and, where the ground has to be dug away for it, one down."""
    stored = remembered(memory, nx, y, nz)
    bears = stored > 0 and COLLIDES[stored - 1] and not IS_LAVA[stored - 1]
    if bears or (stored == 0 and under):
        ticks = _CLIMB + opening(memory, dig, under, x, y + 2, z) + _body(memory, dig, under, nx, y + 1, nz)
        size = _offer(scratch, size, stamp, place, x0, y0, z0, nx, y + 1, nz, spent + ticks, goal)
    below = remembered(memory, nx, y - 1, nz)
    if below == 0 or (COLLIDES[below - 1] and not IS_LAVA[below - 1]):
        ticks = _STEP + _DROP + _body(memory, dig, under, nx, y, nz)
        ticks += opening(memory, dig, under, nx, y - 1, nz)
        if _footing(memory, nx, y - 1, nz) >= 0.0:
            size = _offer(scratch, size, stamp, place, x0, y0, z0, nx, y - 1, nz, spent + ticks, goal)
    return size


@inner
def _offer(
    scratch: Any, size: int, stamp: int, came: int, x0: int, y0: int, z0: int, x: int, y: int, z: int,
    cost: float, goal: NDArray[np.float64],
) -> int:  # fmt: skip
    """Consider a place that can be got to at a cost; returns the size of the heap."""
    inside = abs(x - x0) <= _SIDE and abs(y - y0) <= _UP and abs(z - z0) <= _SIDE
    if cost >= NEVER or not inside:
        return size
    place = ((x - x0 + _SIDE) * _HIGH + (y - y0 + _UP)) * _WIDE + (z - z0 + _SIDE)
    if scratch.stamp[place] == stamp and scratch.cost[place] <= cost:
        return size
    scratch.cost[place], scratch.came[place], scratch.stamp[place] = cost, came, stamp
    left = _left(goal, x, y, z)
    return _push(scratch, size, cost + goal[6] * _STEP * left, place)


@inner
def _write_way(memory: Memory, scratch: Any, place: int, x0: int, y0: int, z0: int) -> int:
    """Write the way from the start to a place; returns how many steps it has, at most `WAY_LENGTH`."""
    length = integer(0)
    at = place
    while scratch.came[at] >= 0:
        length += 1
        at = scratch.came[at]
    at, left = place, length
    while left > 0:
        left -= 1
        if left < WAY_LENGTH:
            row = memory.way[left]
            row[0] = x0 + at // (_HIGH * _WIDE) - _SIDE
            row[1] = y0 + at % (_HIGH * _WIDE) // _WIDE - _UP
            row[2] = z0 + at % _WIDE - _SIDE
        at = scratch.came[at]
    return min(length, integer(WAY_LENGTH))
