"""Where to look for what is not known yet. Compiled."""

from __future__ import annotations

import math

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.memory import COARSE, Memory
from envs.minecraft.direct.remembering import ground_at, open_at
from envs.minecraft.places import EXPLORABLE
from envs.minecraft.world.state import WINDOW, World
from envs.minecraft.world.tables.biomes import BIOMES

REGIONS = {name: number for number, name in enumerate(EXPLORABLE)}
_KINDS_OF = {
    "forest": ("forest", "jungle", "taiga"),
    "plains": ("plains", "savanna"),
    "desert": ("desert", "mesa"),
    "jungle": ("jungle",),
    "swamp": ("swamp",),
    "taiga": ("taiga", "snow"),
    "hills": ("hills",),
    "snow": ("snow", "taiga"),
    "waterside": ("river", "beach", "swamp", "ocean"),
    "ocean": ("ocean",),
}
WANTED = np.array(
    [[biome.kind in _KINDS_OF.get(region, ()) for biome in BIOMES] for region in EXPLORABLE], np.bool_
)
"""bool[regions, biomes]: whether a region is looked for there."""

_WET = np.array([biome.kind in ("ocean", "river") for biome in BIOMES], np.bool_)
_DEPTHS = {"underground": 40, "caves": 32, "depths": 11}
LAYER = np.array([_DEPTHS.get(region, -1) for region in EXPLORABLE], np.int64)
"""int64[regions]: the layer to dig down to, -1 where one stays on the surface."""

DX, DZ = np.array([1, 0, -1, 0]), np.array([0, 1, 0, -1])
_MASK, _SQUARES = WINDOW - 1, COARSE - 1
_REACH = 12
"""Squares each way among which the nearest unseen one is looked for."""

_SEEN = 20
"""Columns of a square whose ground was seen, from which on it counts as seen."""

_LIKES, _DISLIKES, _TRIED, _TURN = 60.0, 40.0, 40.0, 10.0
"""Blocks by which squares seem nearer or farther: land of the right kind, water, tried in vain, behind."""

_DEEP, _ROOF = 58, 4
_FALL, _RUN, _NEAR_LAYER = 10, 12, 6
"""Blocks that are dug down, or along, at a time; those from the layer within which one digs along."""


@inner
def _price(world: World, memory: Memory, region: int, x: int, z: int) -> float:
    """How far a square seems, in blocks."""
    dx, dz = x * 8 + 4 - world.x, z * 8 + 4 - world.z
    far = math.sqrt(dx * dx + dz * dz)
    turn = math.radians(world.yaw)
    ahead = (-math.sin(turn) * dx + math.cos(turn) * dz) / max(far, 1.0)
    price = far + _TURN * (1.0 - ahead)
    known, likes, wet = False, False, False
    for side in range(4):
        i, k = x + DX[side], z + DZ[side]
        if open_at(memory, i, k) > 0:
            biome = world.biomes[(i * 8 + 4) & _MASK, (k * 8 + 4) & _MASK]
            known = True
            likes = likes or WANTED[region, biome]
            wet = wet or bool(_WET[biome])
    if not known:
        price += _DISLIKES
    if likes:
        price -= _LIKES
    elif wet:
        price += _DISLIKES
    return float(price + _TRIED * memory.tried[x & _SQUARES, z & _SQUARES])


@inner
def surface_goal(world: World, memory: Memory, region: int) -> tuple[int, int]:
    """The middle of the square of unseen land that seems nearest."""
    here_x, here_z = math.floor(world.x) >> 3, math.floor(world.z) >> 3
    found_x, found_z, best = here_x + 2, here_z, 1e18
    for i in range(here_x - _REACH, here_x + _REACH + 1):
        for k in range(here_z - _REACH, here_z + _REACH + 1):
            if (i == here_x and k == here_z) or open_at(memory, i, k) >= _SEEN:
                continue
            price = _price(world, memory, region, i, k)
            if price < best:
                found_x, found_z, best = i, k, price
    return integer(found_x * 8 + 4), integer(found_z * 8 + 4)


@inner
def explore_goal(world: World, memory: Memory, region: int) -> tuple[int, int, int, int, bool]:
    """Where to go while nothing sought is known: a place, what of it counts, whether to dig.

    What counts is 0 all of it, 1 all but its height, 2 its height alone.
    """
    x, y, z = math.floor(world.x), math.floor(world.y), math.floor(world.z)
    along_x, along_z = DX[memory.heading], DZ[memory.heading]
    layer = LAYER[region]
    if layer >= 0 and world.in_water:
        return integer(x + _RUN * along_x), integer(y), integer(z + _RUN * along_z), integer(1), False
    if layer >= 0:
        fall = integer(min(_FALL, max(-_FALL, y - layer)))
        counts = integer(2 if abs(fall) > _NEAR_LAYER else 0)
        return integer(x + _RUN * along_x), integer(y - fall), integer(z + _RUN * along_z), counts, True
    if y < _DEEP and ground_at(memory, x, z) > y + _ROOF:
        return integer(x + 12 * along_x), integer(y + 12), integer(z + 12 * along_z), integer(0), True
    goal_x, goal_z = surface_goal(world, memory, region)
    return goal_x, integer(y), goal_z, integer(1), False
