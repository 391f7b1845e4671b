"""Using what is in the hand: on mobs, on blocks, by itself."""

from __future__ import annotations

import math

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bag import HAND, add_item, find_item, take_from, wear_out
from envs.minecraft.world.compiled.bodies import add_body, drop_item
from envs.minecraft.world.compiled.chance import between
from envs.minecraft.world.compiled.land import (
    AIR,
    LAVA,
    WATER,
    block_at,
    flow_around,
    put_block,
)
from envs.minecraft.world.compiled.settling import fall, falls, holds
from envs.minecraft.world.compiled.sight import (
    FACE_X,
    FACE_Y,
    FACE_Z,
    HALF,
    HEIGHT,
    eyes_of,
    first_block,
    look_of,
)
from envs.minecraft.world.state import COUNTERS, TOTALS, World
from envs.minecraft.world.tables.blocks import COLLIDES, FIRST_STATE, NUMBER, REPLACED
from envs.minecraft.world.tables.gear import FOOD
from envs.minecraft.world.tables.items import ITEM, ITEMS, PLACED_AS, TOOL_KIND
from envs.minecraft.world.tables.mobs import ARROW, MOB, MOBS
from envs.minecraft.world.tables.parameters import place_of

_USED, _EATEN, _PLACED = COUNTERS.index("used"), COUNTERS.index("eaten"), COUNTERS.index("placed")
_SLEEPS = TOTALS.index("sleeps")
_FOOD = np.array([FOOD.get(name, (0, 0.0))[0] for name in ITEMS])
_SATURATION = np.array([FOOD.get(name, (0, 0.0))[1] for name in ITEMS])
_BOWLS = np.array([name in ("mushroom_stew", "beetroot_soup", "rabbit_stew") for name in ITEMS])
_SHEARS, _BUCKET, _MILK, _BOW, _SHOT, _BOWL = (
    integer(ITEM[name]) for name in ("shears", "bucket", "milk_bucket", "bow", "arrow", "bowl")
)
_WATER_BUCKET, _LAVA_BUCKET = integer(ITEM["water_bucket"]), integer(ITEM["lava_bucket"])
_SEEDS, _REEDS, _BED, _WOOL = (integer(ITEM[name]) for name in ("wheat_seeds", "reeds", "bed", "wool"))
_CARROT, _POTATO, _FLINT_AND_STEEL = (integer(ITEM[n]) for n in ("carrot", "potato", "flint_and_steel"))
_BEETROOT_SEEDS, _STEW = integer(ITEM["beetroot_seeds"]), integer(ITEM["mushroom_stew"])
_SHEEP, _COW, _MOOSHROOM = (integer(MOB[name].number) for name in ("sheep", "cow", "mooshroom"))
_GRASS, _DIRT, _FARMLAND, _BED_BLOCK, _FIRE, _SAND = (
    integer(FIRST_STATE[name]) for name in ("grass", "dirt", "farmland", "bed", "fire", "sand")
)
_CANE, _WHEAT, _CARROTS, _POTATOES, _BEETROOTS = (
    integer(NUMBER[f"{name}:0"]) for name in ("reeds", "wheat", "carrots", "potatoes", "beetroots")
)
_HOE = 4
_REACH, _FULL, _PAUSE = place_of("player.reach"), place_of("food.full"), 4
_WOOL_LOW, _WOOL_HIGH = place_of("sheep.wool_low"), place_of("sheep.wool_high")
_BED_FROM, _BED_UNTIL = place_of("time.bed_from"), place_of("time.bed_until")
_BOW_FULL, _BOW_SPEED = place_of("bow.full"), place_of("bow.speed")
_WIDTH, _HEIGHT = place_of("player.width"), place_of("player.height")
_WAYS = ("", "", "", *(mob.way for mob in MOBS))
_HUNTS = np.array([way in ("chase", "shoot", "explode") for way in _WAYS])


@inner
def use_hand(world: World, body: int, i: int, j: int, k: int, face: int) -> None:
    """Use what is in the hand on a body, or on a block, or by itself."""
    item = integer(world.slot_item[HAND])
    if body >= 0 and _use_on_body(world, body, item):
        world.use_pause = _PAUSE
        return
    if face >= 0 and body < 0 and _use_on_block(world, i, j, k, face, item):
        world.use_pause = _PAUSE
        return
    if item == AIR or world.slot_count[HAND] == 0:
        return
    if item == _BOW:
        world.drawn = world.drawn + 1 if find_item(world, _SHOT) >= 0 else 0
    elif item in (_BUCKET, _WATER_BUCKET, _LAVA_BUCKET):
        _use_bucket(world, item)
        world.use_pause = _PAUSE
    elif _FOOD[item] > 0 or item == _MILK:
        _eat(world, item)
        world.use_pause = _PAUSE


@inner
def _use_on_body(world: World, i: int, item: int) -> bool:
    body = world.bodies[i]
    if item == _SHEARS and body.kind == _SHEEP and not body.sheared:
        body.sheared = 1
        count = between(world, int(world.rules[_WOOL_LOW]), int(world.rules[_WOOL_HIGH]))
        for _ in range(count):
            drop_item(world, _WOOL, integer(1), integer(0), body.x, body.y + 1.0, body.z)
        world.counts[_USED, _SHEARS] += 1
        wear_out(world, HAND, integer(1))
        return True
    if item == _BUCKET and (body.kind == _COW or body.kind == _MOOSHROOM):
        _exchange(world, _BUCKET, _MILK)
        return True
    if item == _BOWL and body.kind == _MOOSHROOM:
        _exchange(world, _BOWL, _STEW)
        return True
    return False


@inner
def _exchange(world: World, item: int, result: int) -> None:
    """Use one of what is in the hand up, and get something else for it."""
    world.counts[_USED, item] += 1
    take_from(world, HAND, integer(1))
    if world.slot_count[HAND] == 0:
        world.slot_item[HAND], world.slot_count[HAND], world.slot_wear[HAND] = result, 1, 0
    elif add_item(world, result, integer(1), integer(0)):
        drop_item(world, result, integer(1), integer(0), world.x, world.y + 1.0, world.z)


@inner
def _use_on_block(world: World, i: int, j: int, k: int, face: int, item: int) -> bool:
    state = block_at(world, i, j, k)
    if state == _BED_BLOCK and not world.sneaking:
        return _lie_down(world)
    if item == AIR or world.slot_count[HAND] == 0:
        return False
    above = block_at(world, i, j + 1, k)
    if TOOL_KIND[item] == _HOE and (state in (_GRASS, _DIRT)) and above == AIR and face != 2:
        put_block(world, i, j, k, _FARMLAND)
        world.counts[_USED, item] += 1
        wear_out(world, HAND, integer(1))
        return True
    plant = _planted(item)
    if plant != AIR and state == _FARMLAND and above == AIR and face == 3:
        _set_down(world, i, j + 1, k, item, plant)
        return True
    if item == _FLINT_AND_STEEL and face == 3 and above == AIR:
        put_block(world, i, j + 1, k, _FIRE)
        world.counts[_USED, item] += 1
        wear_out(world, HAND, integer(1))
        return True
    placed = _CANE if item == _REEDS else _BED_BLOCK if item == _BED else integer(PLACED_AS[item])
    if placed < 0:
        return False
    if not REPLACED[state]:
        i, j, k = i + FACE_X[face], j + FACE_Y[face], k + FACE_Z[face]
    if fits(world, i, j, k, placed):
        _set_down(world, i, j, k, item, placed)
        return True
    return False


@inner
def _planted(item: int) -> int:
    if item == _SEEDS:
        return _WHEAT
    if item == _CARROT:
        return _CARROTS
    if item == _POTATO:
        return _POTATOES
    if item == _BEETROOT_SEEDS:
        return _BEETROOTS
    return AIR


@inner
def fits(world: World, i: int, j: int, k: int, placed: int) -> bool:
    """Whether a block can be put at a place: it is free, nobody stands there, and plants have ground."""
    if not REPLACED[block_at(world, i, j, k)]:
        return False
    if COLLIDES[placed]:
        if _touches(i, j, k, world.x, world.y, world.z, world.rules[_WIDTH] / 2, world.rules[_HEIGHT]):
            return False
        for other in range(world.n_bodies):
            body = world.bodies[other]
            if body.kind > 2 and _touches(
                i, j, k, body.x, body.y, body.z, HALF[body.kind], HEIGHT[body.kind]
            ):
                return False
        return True
    if placed == _CANE:
        return _wet(world, i, j, k) or block_at(world, i, j - 1, k) == _CANE
    return holds(world, i, j, k, placed)


@inner
def _wet(world: World, i: int, j: int, k: int) -> bool:
    """Whether cane grows at a place: earth or sand below, with water beside that."""
    ground = block_at(world, i, j - 1, k)
    return (ground in (_GRASS, _DIRT, _SAND)) and (
        block_at(world, i - 1, j - 1, k) == WATER
        or block_at(world, i + 1, j - 1, k) == WATER
        or block_at(world, i, j - 1, k - 1) == WATER
        or block_at(world, i, j - 1, k + 1) == WATER
    )


@inner
def _touches(i: int, j: int, k: int, x: float, y: float, z: float, half: float, height: float) -> bool:
    return (
        x - half < i + 1
        and x + half > i
        and y < j + 1
        and y + height > j
        and z - half < k + 1
        and z + half > k
    )


@inner
def _set_down(world: World, i: int, j: int, k: int, item: int, placed: int) -> None:
    take_from(world, HAND, integer(1))
    world.counts[_USED, item] += 1
    place_block(world, i, j, k, item, placed)


@inner
def place_block(world: World, i: int, j: int, k: int, item: int, placed: int) -> None:
    """Put a block at a place; it counts as placed."""
    world.counts[_PLACED, item] += 1
    put_block(world, i, j, k, placed)
    flow_around(world, i, j, k)
    if falls(placed):
        fall(world, i, j, k)


@inner
def _use_bucket(world: World, item: int) -> None:
    dx, dy, dz = look_of(world.yaw, world.pitch)
    x, y, z = world.x, eyes_of(world), world.z
    i, j, k, face, _ = first_block(world, x, y, z, dx, dy, dz, world.rules[_REACH], item == _BUCKET)
    if face == -2:
        return
    state = block_at(world, i, j, k)
    if item == _BUCKET:
        if state in (WATER, LAVA):
            put_block(world, i, j, k, AIR)
            flow_around(world, i, j, k)
            _exchange(world, _BUCKET, _WATER_BUCKET if state == WATER else _LAVA_BUCKET)
        return
    if not REPLACED[state] and face >= 0:
        i, j, k = i + FACE_X[face], j + FACE_Y[face], k + FACE_Z[face]
    if REPLACED[block_at(world, i, j, k)]:
        put_block(world, i, j, k, WATER if item == _WATER_BUCKET else LAVA)
        flow_around(world, i, j, k)
        _exchange(world, item, _BUCKET)


@inner
def _eat(world: World, item: int) -> None:
    if item == _MILK:
        world.counts[_EATEN, item] += 1
        _exchange(world, item, _BUCKET)
        return
    if world.food >= world.rules[_FULL] and _FOOD[item] > 0:
        return
    world.food = min(int(world.rules[_FULL]), world.food + _FOOD[item])
    world.saturation = min(float(world.food), world.saturation + _SATURATION[item])
    world.counts[_EATEN, item] += 1
    if _BOWLS[item]:
        _exchange(world, item, _BOWL)
    else:
        world.counts[_USED, item] += 1
        take_from(world, HAND, integer(1))


@inner
def _lie_down(world: World) -> bool:
    """Go to sleep, if it is night and no monster is near.

    Source: `EntityPlayer.trySleep` of 1.11.2, as generally known.
    """
    if not world.rules[_BED_FROM] <= world.time <= world.rules[_BED_UNTIL]:
        return False
    for other in range(world.n_bodies):
        body = world.bodies[other]
        near = abs(body.x - world.x) < 8 and abs(body.z - world.z) < 8 and abs(body.y - world.y) < 5
        if body.kind > 2 and near and _HUNTS[body.kind]:
            return False
    world.asleep = 1
    world.totals[_SLEEPS] += 1
    world.home_x, world.home_y, world.home_z = world.x, world.y, world.z
    world.vx = world.vy = world.vz = 0.0
    return True


@inner
def let_go(world: World) -> None:
    """Let the string of a bow go, if it was drawn."""
    drawn = world.drawn / world.rules[_BOW_FULL]
    world.drawn = 0
    strength = min(1.0, (drawn * drawn + drawn * 2.0) / 3.0)
    slot = find_item(world, _SHOT)
    if strength < 0.1 or world.slot_item[HAND] != _BOW or slot < 0:
        return
    take_from(world, slot, integer(1))
    world.counts[_USED, _BOW] += 1
    wear_out(world, HAND, integer(1))
    dx, dy, dz = look_of(world.yaw, world.pitch)
    i = add_body(world, integer(ARROW), world.x + dx * 0.5, eyes_of(world) - 0.1, world.z + dz * 0.5)
    if i >= 0:
        arrow = world.bodies[i]
        speed = strength * world.rules[_BOW_SPEED]
        arrow.vx, arrow.vy, arrow.vz = dx * speed, dy * speed, dz * speed
        arrow.mine = 1
        arrow.yaw = math.degrees(math.atan2(-dx, dz))
