"""Where mobs come from and where they go.

Source:
    `WorldEntitySpawner`, `EntityLiving.despawnEntity` and `Biome` of 1.11.2, as generally known.
"""

from __future__ import annotations

import math

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bodies import add_body
from envs.minecraft.world.compiled.chance import at_place, below, uniform
from envs.minecraft.world.compiled.land import block_at, collides, is_loaded, is_water
from envs.minecraft.world.compiled.light import darkness_of, light_at, sees_sky
from envs.minecraft.world.compiled.motion import blocked
from envs.minecraft.world.compiled.sight import HALF, HEIGHT
from envs.minecraft.world.state import LAYERS, WINDOW, World
from envs.minecraft.world.tables.biomes import BIOMES
from envs.minecraft.world.tables.blocks import FIRST_STATE, HIDES
from envs.minecraft.world.tables.mobs import MOBS
from envs.minecraft.world.tables.parameters import place_of

LIFE = np.array([0.0, 0.0, 0.0, *(mob.life for mob in MOBS)])
"""Life of each kind of body at its best."""
_GROUPS = ("", "monster", "animal", "swimmer")
_GROUP = np.array([0, 0, 0, *(_GROUPS.index(mob.group) for mob in MOBS)])
MONSTER, ANIMAL, SWIMMER = (integer(n) for n in (1, 2, 3))
_PREYS = np.array([False, False, False, *(mob.sees > 0 for mob in MOBS)])


def _weights() -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Group, biome, kind of mob -> weight."""
    table = np.zeros((4, len(BIOMES), 3 + len(MOBS)), np.int64)
    for mob in MOBS:
        for biome in BIOMES:
            if mob.group and (not mob.where or biome.kind in mob.where):
                table[_GROUPS.index(mob.group), biome.number, mob.number] = mob.weight
    return table


_WEIGHTS = _weights()
_MONSTERS, _ANIMALS, _SWIMMERS, _NEAR, _FAR, _IDLE, _IDLE_TICKS, _IDLE_CHANCE, _LIGHT, _PACK, _OF_CHUNKS = (
    place_of(f"spawn.{n}")
    for n in (
        "monsters", "animals", "swimmers", "near", "far", "idle", "idle_ticks", "idle_chance", "light",
        "pack", "chunk_animals",
    )
)  # fmt: skip
_LOADED, _SEA = place_of("world.loaded"), place_of("world.sea")
_GRASS, _SAND, _MYCELIUM, _SNOW_GROUND = (
    integer(FIRST_STATE[n]) for n in ("grass", "sand", "mycelium", "snow")
)
_MASK = WINDOW - 1
_EVERY = 400
_ALL_CHUNKS = 289.0


@inner
def add_mob(world: World, kind: int, x: float, y: float, z: float) -> int:
    """Add a mob with its full life; returns its row, -1 where there is no room."""
    i = add_body(world, kind, x, y, z)
    if i >= 0:
        body = world.bodies[i]
        body.life = LIFE[kind]
        body.yaw = uniform(world) * 360.0 - 180.0
    return i


@inner
def _kind_for(group: int, biome: int, roll: float) -> int:
    """A kind of mob of a group, by the weights of a biome; 0 where there is none."""
    total = 0
    for kind in range(_WEIGHTS.shape[2]):
        total += _WEIGHTS[group, biome, kind]
    left = roll * total
    for kind in range(_WEIGHTS.shape[2]):
        left -= _WEIGHTS[group, biome, kind]
        if left < 0.0:
            return integer(kind)
    return integer(0)


@inner
def populate(world: World, chunk_x: int, chunk_z: int) -> None:
    """Have the animals of a chunk that has just been loaded stand in it; they follow from the seed."""
    if at_place(world.seed + 30, chunk_x, 0, chunk_z) >= world.rules[_OF_CHUNKS]:
        return
    x, z = chunk_x * 16 + 8, chunk_z * 16 + 8
    kind = _kind_for(
        ANIMAL, integer(world.biomes[x & _MASK, z & _MASK]), at_place(world.seed + 31, chunk_x, 0, chunk_z)
    )
    if kind == 0:
        return
    for n in range(int(world.rules[_PACK])):
        i = x + int(at_place(world.seed + 32, chunk_x, n, chunk_z) * 8.0) - 4
        k = z + int(at_place(world.seed + 33, chunk_x, n, chunk_z) * 8.0) - 4
        y = integer(world.tops[i & _MASK, k & _MASK])
        if _stands(world, kind, i, y, k):
            add_mob(world, kind, i + 0.5, float(y), k + 0.5)


@inner
def _stands(world: World, kind: int, x: int, y: int, z: int) -> bool:
    """Whether an animal can stand on the ground at a place."""
    ground = block_at(world, x, y - 1, z)
    if ground not in (_GRASS, _MYCELIUM, _SAND):
        return False
    if is_water(block_at(world, x, y, z)):
        return False
    return not blocked(world, x + 0.5, float(y), z + 0.5, HALF[kind], HEIGHT[kind])


@inner
def spawn(world: World) -> None:
    """Let mobs appear, group by group, where there are too few."""
    counts = np.zeros(4, np.int64)
    for i in range(world.n_bodies):
        counts[_GROUP[world.bodies[i].kind]] += 1
    reach = int(world.rules[_LOADED])
    chunks = (2 * reach + 1) * (2 * reach + 1)
    share = chunks / _ALL_CHUNKS
    for group in range(1, 4):
        limit = world.rules[_MONSTERS if group == 1 else _ANIMALS if group == 2 else _SWIMMERS] * share
        if counts[group] >= limit or (group == 2 and world.ticks % _EVERY != 0):
            continue
        for _ in range(chunks):
            _try_chunk(world, integer(group), reach)


@inner
def _try_chunk(world: World, group: int, reach: int) -> None:
    """Try a place in some loaded chunk, and the places around it."""
    width = (2 * reach + 1) * 16
    x = (math.floor(world.x) >> 4) * 16 - reach * 16 + below(world, width)
    z = (math.floor(world.z) >> 4) * 16 - reach * 16 + below(world, width)
    y = below(world, integer(world.tops[x & _MASK, z & _MASK]) // 16 * 16 + 16)
    if y < 1 or y >= LAYERS - 4 or HIDES[block_at(world, x, y, z)]:
        return
    kind = integer(0)
    for _ in range(int(world.rules[_PACK])):
        x += below(world, integer(6)) - below(world, integer(6))
        z += below(world, integer(6)) - below(world, integer(6))
        away = math.sqrt((x + 0.5 - world.x) ** 2 + (y - world.y) ** 2 + (z + 0.5 - world.z) ** 2)
        if away < world.rules[_NEAR] or away > world.rules[_FAR] or not is_loaded(world, x, z):
            continue
        if kind == 0:
            kind = _kind_for(group, integer(world.biomes[x & _MASK, z & _MASK]), uniform(world))
        if kind != 0 and _fits(world, group, kind, x, y, z):
            add_mob(world, kind, x + 0.5, float(y), z + 0.5)


@inner
def _fits(world: World, group: int, kind: int, x: int, y: int, z: int) -> bool:
    if group == SWIMMER:
        return is_water(block_at(world, x, y, z)) and is_water(block_at(world, x, y - 1, z)) and y > 45
    if not collides(world, x, y - 1, z) or not HIDES[block_at(world, x, y - 1, z)]:
        return False
    if is_water(block_at(world, x, y, z)) or blocked(
        world, x + 0.5, float(y), z + 0.5, HALF[kind], HEIGHT[kind]
    ):
        return False
    if group == ANIMAL:
        return _stands(world, kind, x, y, z) and sees_sky(world, x, y, z) and darkness_of(world) < 6
    return _dark(world, x, y, z)


@inner
def _dark(world: World, x: int, y: int, z: int) -> bool:
    """Whether it is dark enough for a monster; the darker the likelier."""
    if sees_sky(world, x, y, z) and (
        below(world, integer(32)) < 15 or darkness_of(world) < 15 - world.rules[_LIGHT]
    ):
        return False
    sky, glow = light_at(world, x, y, z)
    if sky > below(world, integer(32)):
        return False
    return max(glow, sky - darkness_of(world)) <= below(world, int(world.rules[_LIGHT]) + 1)


@inner
def despawn(world: World, i: int) -> None:
    """Let a mob go that is too far away, or has been far for long."""
    body = world.bodies[i]
    away = math.sqrt((body.x - world.x) ** 2 + (body.y - world.y) ** 2 + (body.z - world.z) ** 2)
    if not is_loaded(world, math.floor(body.x), math.floor(body.z)):
        body.kind = 0
    elif _PREYS[body.kind] or _GROUP[body.kind] == SWIMMER:
        long = away > world.rules[_IDLE] and body.age > world.rules[_IDLE_TICKS]
        if away > world.rules[_FAR] or (long and below(world, int(world.rules[_IDLE_CHANCE])) == 0):
            body.kind = 0
