"""The facts, written out of a world and a memory. Compiled."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.facts import FAR
from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import HOSTILE_KIND, KINDS, LOG, N_KINDS, TREE
from envs.minecraft.direct.memory import Memory
from envs.minecraft.facts import FACTS, REACH, TABLE_REACH
from envs.minecraft.names import TIERS, TOOL_KINDS
from envs.minecraft.world.compiled.acting import aim
from envs.minecraft.world.compiled.land import block_at
from envs.minecraft.world.compiled.light import sees_sky, total_light
from envs.minecraft.world.state import COUNTERS, WINDOW, World
from envs.minecraft.world.tables.biomes import BIOMES
from envs.minecraft.world.tables.blocks import COLLIDES, STATES
from envs.minecraft.world.tables.gear import ARMOUR
from envs.minecraft.world.tables.items import ITEM, ITEMS
from envs.minecraft.world.tables.mobs import MOBS

AT: Final = {fact.name: place for place, fact in enumerate(FACTS)}
"""Fact -> its place."""

HIGH: Final = np.array([fact.high for fact in FACTS], np.int64)
_NONE = -1
_MASK = WINDOW - 1


def _places(form: str, names: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array([AT.get(form.format(name), _NONE) for name in names], np.int64)


def _tool_places() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    places, tiers = np.full(len(ITEMS), _NONE, np.int64), np.zeros(len(ITEMS), np.int64)
    for name, number in ITEM.items():
        material, _, kind = name.partition("_")
        if material in TIERS and kind in TOOL_KINDS:
            places[number], tiers[number] = AT[f"{kind}.tier"], TIERS[material]
    return places, tiers


_COUNTED = _places("{}", ITEMS)
_HELD = _places("hand.{}", ITEMS)
_WORN = _places("worn.{}", ITEMS)
_TOOL, _TIER = _tool_places()
_POINTS = np.array([ARMOUR.get(item, 0) for item in ITEMS], np.int64)
_NEAR, _KNOWN, _DISTANCE = (_places(form, tuple(KINDS)) for form in ("near.{}", "known.{}", "distance.{}"))
_WITHIN = np.array([TABLE_REACH if kind in ("table", "furnace") else REACH for kind in KINDS], np.float64)
_BIOME = np.array([AT[f"biome.{biome.kind}"] for biome in BIOMES], np.int64)
_MINED = _places("mined.{}", tuple(block.name for block in STATES))
_KILLED = _places("killed.{}", ("", "", "", *(mob.name for mob in MOBS)))
_ROWS = np.array([COUNTERS.index(row) for row in ("crafted", "smelted", "placed", "eaten")], np.int64)
_DONE = np.array([_places(f"{row}.{{}}", ITEMS) for row in ("crafted", "smelted", "placed", "eaten")])
(
    _LIFE, _FOOD, _OXYGEN, _ARMOR, _XP, _OVERWORLD, _LIGHT, _SKY, _RAINING, _TIME, _HEIGHT, _SLEEPING,
    _WATER, _LAVA, _FALLING, _ENCLOSED, _THREAT, _SOLID, _MOB, _DIGGING, _TICKS,
) = (
    AT[name]
    for name in (
        "life", "food", "oxygen", "armor", "xp", "in.overworld", "light", "sky", "raining", "time", "height",
        "sleeping", "in.water", "in.lava", "falling", "enclosed", "threat", "facing.solid", "facing.mob",
        "digging", "ticks",
    )
)  # fmt: skip
_EAST, _SOUTH = np.array([1, 0, -1, 0]), np.array([0, 1, 0, -1])
_CARRIED = 36
_FULL_AIR = 300


@inner
def _tell_carried(world: World, out: NDArray[np.int32]) -> None:
    for slot in range(len(world.slot_item)):
        item, count = integer(world.slot_item[slot]), integer(world.slot_count[slot])
        if count == 0:
            continue
        if slot < _CARRIED:
            if _COUNTED[item] >= 0:
                out[_COUNTED[item]] += count
            if _TOOL[item] >= 0:
                out[_TOOL[item]] = max(integer(out[_TOOL[item]]), _TIER[item])
            if slot == 0 and _HELD[item] >= 0:
                out[_HELD[item]] = 1
        elif slot < 40:
            out[_ARMOR] += _POINTS[item]
            if _WORN[item] >= 0:
                out[_WORN[item]] = 1


@inner
def _tell_surroundings(world: World, memory: Memory, out: NDArray[np.int32]) -> None:
    for kind in range(N_KINDS):
        known = memory.known[kind] + (memory.known[LOG] if kind == TREE else 0)
        far = memory.nearest[kind, 0]
        out[_KNOWN[kind]] = min(known, FAR)
        out[_DISTANCE[kind]] = min(FAR, math.floor(far + 0.5)) if known > 0 else FAR
        out[_NEAR[kind]] = 1 if known > 0 and far <= _WITHIN[kind] + 0.5 else 0


@inner
def threat(world: World, memory: Memory) -> float:
    """Blocks to the nearest monster in view; `FAR` for none."""
    nearest = float(FAR)
    for row in range(memory.n_sightings):
        seen = memory.sightings[row]
        if seen[5] == 0 or not HOSTILE_KIND[seen[0]]:
            continue
        dx, dy, dz = seen[1] + 0.5 - world.x, seen[2] - world.y, seen[3] + 0.5 - world.z
        nearest = min(nearest, math.sqrt(dx * dx + dy * dy + dz * dz))
    return nearest


@inner
def enclosed(world: World) -> bool:
    """Whether blocks close the player in on all sides, at the feet, at the head, above and below."""
    x, y, z = math.floor(world.x), math.floor(world.y + 0.01), math.floor(world.z)
    for up in range(-1, 3):
        for side in range(4):
            i, k = x + _EAST[side], z + _SOUTH[side]
            if 0 <= up <= 1 and not COLLIDES[block_at(world, i, y + up, k)]:
                return False
        if not 0 <= up <= 1 and not COLLIDES[block_at(world, x, y + up, z)]:
            return False
    return True


@inner
def _tell_moment(world: World, memory: Memory, out: NDArray[np.int32]) -> None:
    x, y, z = math.floor(world.x), math.floor(world.y + 0.01), math.floor(world.z)
    out[_LIFE] = math.ceil(world.life)
    out[_FOOD] = world.food
    out[_OXYGEN] = max(0, min(_FULL_AIR, world.air))
    out[_XP] = world.xp
    out[_OVERWORLD] = 1
    out[_BIOME[world.biomes[x & _MASK, z & _MASK]]] = 1
    out[_LIGHT] = total_light(world, x, y, z)
    out[_SKY] = 1 if sees_sky(world, x, y + 1, z) else 0
    out[_RAINING] = world.raining
    out[_TIME] = world.time // 100
    out[_HEIGHT] = max(0, y)
    out[_SLEEPING] = 1 if world.asleep else 0
    out[_WATER], out[_LAVA] = world.in_water, world.in_lava
    out[_FALLING] = math.floor(world.fallen)
    out[_ENCLOSED] = 1 if enclosed(world) else 0
    out[_THREAT] = math.floor(threat(world, memory))
    body, _, _, _, face = aim(world)
    out[_MOB] = 1 if body >= 0 else 0
    out[_SOLID] = 1 if body < 0 and face >= -1 else 0
    out[_DIGGING] = math.floor(100 * world.digging)
    out[_TICKS] = world.ticks


@inner
def _tell_done(world: World, out: NDArray[np.int32]) -> None:
    for state in range(len(_MINED)):
        if world.mined[state] and _MINED[state] >= 0:
            out[_MINED[state]] += world.mined[state]
    for kind in range(len(_KILLED)):
        if world.killed[kind] and _KILLED[kind] >= 0:
            out[_KILLED[kind]] += world.killed[kind]
    for row in range(len(_ROWS)):
        for item in range(_DONE.shape[1]):
            done = world.counts[_ROWS[row], item]
            if done and _DONE[row, item] >= 0:
                out[_DONE[row, item]] += done


@inner
def tell(world: World, memory: Memory, out: NDArray[np.int32]) -> None:
    """Write the facts.

    Args:
        world: the world.
        memory: what is remembered, surveyed.
        out: int32[len(FACTS)], out.
    """
    out[:] = 0
    _tell_carried(world, out)
    _tell_surroundings(world, memory, out)
    _tell_moment(world, memory, out)
    _tell_done(world, out)
    for place in range(len(out)):
        out[place] = min(integer(out[place]), HIGH[place])
