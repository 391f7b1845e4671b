"""What the player does with the hands: digging, hitting, using, dropping."""

from __future__ import annotations

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bag import HAND, take_from
from envs.minecraft.world.compiled.bodies import drop_item
from envs.minecraft.world.compiled.digging import dig
from envs.minecraft.world.compiled.hitting import strike
from envs.minecraft.world.compiled.sight import (
    FACE_X,
    FACE_Y,
    FACE_Z,
    SOLIDS,
    eyes_of,
    first_block,
    first_body,
    look_of,
)
from envs.minecraft.world.compiled.using import fits, let_go, place_block, use_hand
from envs.minecraft.world.state import COUNTERS, TOTALS, World
from envs.minecraft.world.tables.items import PLACED_AS
from envs.minecraft.world.tables.parameters import place_of

_REACH, _REACH_MOB = place_of("player.reach"), place_of("player.reach_mob")
_HELD, _DELAY = place_of("player.held_attack"), place_of("item.dropped_delay")
_DROPPED, _DROPS = COUNTERS.index("dropped"), TOTALS.index("drops")


@inner
def aim(world: World) -> tuple[int, int, int, int, int]:
    """What the player looks at within reach: a body, -1 for none; else a block and its face, -2 for none."""
    dx, dy, dz = look_of(world.yaw, world.pitch)
    x, y, z = world.x, eyes_of(world), world.z
    i, j, k, face, far = first_block(world, x, y, z, dx, dy, dz, world.rules[_REACH], SOLIDS)
    body, _ = first_body(world, x, y, z, dx, dy, dz, min(far, world.rules[_REACH_MOB]))
    return body, i, j, k, face


@inner
def put_down(world: World, slot: int) -> None:
    """Put what is in a slot down before the face that is looked at.

    Source: `PlaceCommandsImplementation` of Malmo; it asks neither whether the place is free nor for ground.
    """
    item = integer(world.slot_item[slot])
    placed = integer(PLACED_AS[item])
    if world.slot_count[slot] == 0 or placed < 0:
        return
    body, i, j, k, face = aim(world)
    if body >= 0 or face < 0:
        return
    i, j, k = i + FACE_X[face], j + FACE_Y[face], k + FACE_Z[face]
    if fits(world, i, j, k, placed):
        take_from(world, slot, integer(1))
        place_block(world, i, j, k, item, placed)


@inner
def act(world: World, attack: bool, use: bool, drop: bool) -> None:
    """Attack, use and drop, for one tick."""
    world.swing += 1
    world.use_pause = max(0, world.use_pause - 1)
    if attack:
        body, i, j, k, face = aim(world)
        if body >= 0:
            world.digging = 0.0
            strike(world, body, not world.attacked, world.rules[_HELD] != 0.0)
        elif face >= -1:
            dig(world, i, j, k)
        else:
            world.digging = 0.0
    else:
        world.digging, world.dig_y = 0.0, integer(-1)
        world.dig_pause = 0
    if use:
        if world.use_pause == 0:
            body, i, j, k, face = aim(world)
            use_hand(world, body, i, j, k, face)
    elif world.used:
        let_go(world)
    if drop:
        drop_one(world)
    world.attacked, world.used = 1 if attack else 0, 1 if use else 0


@inner
def drop_one(world: World) -> None:
    """Throw one piece of what is in the hand away, forwards."""
    item, wear = integer(world.slot_item[HAND]), integer(world.slot_wear[HAND])
    if world.slot_count[HAND] == 0:
        return
    dx, dy, dz = look_of(world.yaw, world.pitch)
    i = drop_item(world, item, integer(1), wear, world.x, eyes_of(world) - 0.3, world.z)
    take_from(world, HAND, integer(1))
    world.counts[_DROPPED, item] += 1
    world.totals[_DROPS] += 1
    if i >= 0:
        body = world.bodies[i]
        body.vx, body.vy, body.vz = dx * 0.3, dy * 0.3 + 0.1, dz * 0.3
        body.timer = int(world.rules[_DELAY])
