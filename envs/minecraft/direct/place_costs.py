"""What it costs to be at a remembered place: clearing it, standing there, what is near. Compiled."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import HOSTILE_KIND, IS_LAVA, IS_WATER, KINDS
from envs.minecraft.direct.memory import Memory
from envs.minecraft.direct.remembering import remembered
from envs.minecraft.direct.searching import SIDE, Search, place_of
from envs.minecraft.world.tables.blocks import COLLIDES, FIRST_STATE

NEVER = 1e8
HANDLING = 6.0
"""Ticks that are added for each dig."""

DEEPEST = 12
"""Blocks that are looked down for what is below."""

_STONE = integer(FIRST_STATE["stone"])
_WEB = integer(FIRST_STATE["web"])
_LAVA = KINDS["lava"]
_UNSEEN, _UNSEEN_GROUND, _SWIM, _WEBBED = 3.0, 2.0, 4.0, 60.0
_FLOOD, _DIVING = 200.0, 15.0
"""Ticks that are added: for what was not seen, in water, in cobwebs, for digging beside water, for diving."""

_HOT = 60.0
"""Ticks that a place beside lava is worth going round."""

_WARY, _RISK = 8.0, 6.0
"""Blocks from a monster seen lately within which places count as dangerous; by how many blocks one right
beside it seems farther from the goal."""

_SIDE_X, _SIDE_Z = np.array([1, 0, -1, 0]), np.array([0, 1, 0, -1])


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
        return float(dig[_STONE] + HANDLING) if under else _UNSEEN
    state = stored - 1
    if IS_LAVA[state]:
        return NEVER
    if COLLIDES[state]:
        return float(dig[state] + HANDLING + _beside(memory, x, y, z))
    if state == _WEB:
        return _WEBBED
    return _SWIM if IS_WATER[state] else 0.0


@inner
def _danger(memory: Memory, x: int, y: int, z: int) -> float:
    """By how many blocks a place seems farther for the monsters that were seen lately near it."""
    blocks = 0.0
    for row in range(memory.n_sightings):
        seen = memory.sightings[row]
        dx, dy, dz = seen[1] - x, seen[2] - y, seen[3] - z
        far = dx * dx + dy * dy + dz * dz
        if far < _WARY * _WARY and HOSTILE_KIND[seen[0]]:
            blocks += _RISK * (1.0 - math.sqrt(far) / _WARY) ** 2
    return blocks


@inner
def clear(memory: Memory, search: Search, x: int, y: int, z: int) -> float:
    """`opening`, and what monsters and lava close by add, worked out once a search for each place."""
    place = place_of(search, x, y, z)
    if place < 0:
        return opening(memory, search.dig, search.under != 0, x, y, z)
    if search.cleared[place] != search.n:
        search.cleared[place] = search.n
        ticks = opening(memory, search.dig, search.under != 0, x, y, z)
        if search.wary != 0 and ticks < NEVER:
            ticks += search.weight * _danger(memory, x, y, z)
        if search.hot != 0 and ticks < NEVER and _by_lava(memory, x, y, z):
            ticks += _HOT
        search.clear[place] = ticks
    return float(search.clear[place])


@inner
def is_water(memory: Memory, x: int, y: int, z: int) -> bool:
    """Whether water is remembered there."""
    stored = remembered(memory, x, y, z)
    return stored > 0 and bool(IS_WATER[stored - 1])


@inner
def is_solid(memory: Memory, x: int, y: int, z: int) -> bool:
    """Whether something is remembered there that bears a player."""
    stored = remembered(memory, x, y, z)
    return stored > 0 and bool(COLLIDES[stored - 1])


@inner
def may_bear(memory: Memory, x: int, y: int, z: int) -> bool:
    """Whether there is something that bears a player, or nothing was seen yet."""
    return remembered(memory, x, y, z) == 0 or is_solid(memory, x, y, z)


@inner
def _is_lava(memory: Memory, x: int, y: int, z: int) -> bool:
    stored = remembered(memory, x, y, z)
    return stored > 0 and bool(IS_LAVA[stored - 1])


@inner
def is_over_lava(memory: Memory, x: int, y: int, z: int) -> bool:
    """Whether who falls from a place falls into lava, as far as that is known."""
    for below in range(1, DEEPEST + 1):
        stored = remembered(memory, x, y - below, z)
        if stored > 0 and (IS_LAVA[stored - 1] or COLLIDES[stored - 1]):
            return bool(IS_LAVA[stored - 1])
    return False


@inner
def _by_lava(memory: Memory, x: int, y: int, z: int) -> bool:
    """Whether a blow could push one who stands there into lava."""
    for side in range(4):
        i, k = x + _SIDE_X[side], z + _SIDE_Z[side]
        if _is_lava(memory, i, y, k) or _is_lava(memory, i, y - 1, k):
            return True
    return False


@inner
def body_ticks(memory: Memory, search: Search, x: int, y: int, z: int) -> float:
    """Ticks that it takes to have a place clear for feet and head."""
    ticks = clear(memory, search, x, y, z) + clear(memory, search, x, y + 1, z)
    return ticks + _DIVING if is_water(memory, x, y + 1, z) else ticks


@inner
def footing(memory: Memory, x: int, y: int, z: int) -> float:
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
def look_out(memory: Memory, search: Search) -> None:
    """Note in a search whether there are monsters or lava to keep away from."""
    search.wary, search.hot = 0, 1 if memory.nearest[_LAVA, 0] < SIDE else 0
    for row in range(memory.n_sightings):
        if HOSTILE_KIND[memory.sightings[row, 0]]:
            search.wary = 1
