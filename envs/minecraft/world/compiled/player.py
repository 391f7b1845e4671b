"""How the player moves, and what the body needs."""

from __future__ import annotations

import math

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.land import block_at, is_lava, is_water
from envs.minecraft.world.compiled.motion import moved_x, moved_y, moved_z
from envs.minecraft.world.compiled.wounds import FALL, NOBODY, exhaust, hurt_player
from envs.minecraft.world.state import TOTALS, TRAVELS, World
from envs.minecraft.world.tables.blocks import FIRST_STATE, NUMBER
from envs.minecraft.world.tables.parameters import place_of

FORWARD, BACK, LEFT, RIGHT, JUMP, SNEAK, SPRINT, USE, ATTACK, DROP, PITCH, YAW, PLACE = range(13)
"""Places of the controls in their array; the last is the slot of what is put down, -1 for nothing."""
N_CONTROLS = 13

_WIDTH, _HEIGHT, _EYES = (place_of(f"player.{name}") for name in ("width", "height", "eyes"))
_WALK, _SPRINT, _SNEAK, _AIR = (
    place_of(f"player.{name}") for name in ("walk", "sprint", "sneak", "air_control")
)
_GRAVITY, _DRAG, _FRICTION = (place_of(f"player.{name}") for name in ("gravity", "drag", "friction"))
_JUMP, _SPRINT_JUMP = place_of("player.jump"), place_of("player.sprint_jump")
_WATER_DRAG, _LAVA_DRAG = place_of("player.water_drag"), place_of("player.lava_drag")
_WATER_GRAVITY, _SWIM_UP, _CLIMB = (place_of(f"player.{n}") for n in ("water_gravity", "swim_up", "climb"))
_SPRINT_AT, _SAFE = place_of("food.sprint_at"), place_of("fall.safe")
_COST_SPRINT, _COST_SWIM, _COST_JUMP, _COST_SPRINT_JUMP = (
    place_of(f"exhaustion.{name}") for name in ("sprint", "swim", "jump", "sprint_jump")
)
_ROUNDING = 1e-6
_WALKED, _CROUCHED, _SPRINTED, _SWUM, _FALLEN, _CLIMBED, _DIVED = range(len(TRAVELS))
_JUMPS, _SNEAK_TICKS = TOTALS.index("jumps"), TOTALS.index("sneak_ticks")
_LADDER, _VINE = integer(FIRST_STATE["ladder"]), integer(FIRST_STATE["vine"])
_WEB, _SOUL_SAND = integer(FIRST_STATE["web"]), integer(NUMBER["soul_sand:0"])


@inner
def feel_surroundings(world: World) -> None:
    """Note whether the player is in water or lava."""
    i, k = math.floor(world.x), math.floor(world.z)
    feet = block_at(world, i, math.floor(world.y + 0.4), k)
    low = block_at(world, i, math.floor(world.y + 0.001), k)
    eyes = block_at(world, i, math.floor(world.y + world.rules[_EYES]), k)
    world.in_water = 1 if is_water(feet) or is_water(low) else 0
    world.in_lava = 1 if is_lava(feet) or is_lava(low) else 0
    world.eyes_in_water = 1 if is_water(eyes) else 0


@inner
def _push(world: World, ahead: float, aside: float, strength: float) -> None:
    """Speed up in the direction of the keys; `aside` is to the left."""
    length = ahead * ahead + aside * aside
    if length < 1e-4:
        return
    strength /= max(1.0, math.sqrt(length))
    sine, cosine = math.sin(math.radians(world.yaw)), math.cos(math.radians(world.yaw))
    world.vx += strength * (aside * cosine - ahead * sine)
    world.vz += strength * (ahead * cosine + aside * sine)


@inner
def _kept_from_edge(world: World, by_x: float, by_z: float) -> tuple[float, float]:
    """A sneaking player's move, shortened so that there is ground under it."""
    half, height = world.rules[_WIDTH] / 2, world.rules[_HEIGHT]
    while by_x != 0.0 and moved_y(world, world.x + by_x, world.y, world.z, half, height, -1.0) == -1.0:
        by_x = 0.0 if abs(by_x) < 0.05 else by_x - math.copysign(0.05, by_x)
    while by_z != 0.0 and moved_y(world, world.x, world.y, world.z + by_z, half, height, -1.0) == -1.0:
        by_z = 0.0 if abs(by_z) < 0.05 else by_z - math.copysign(0.05, by_z)
    while (
        by_x != 0.0
        and by_z != 0.0
        and moved_y(world, world.x + by_x, world.y, world.z + by_z, half, height, -1.0) == -1.0
    ):
        by_x = 0.0 if abs(by_x) < 0.05 else by_x - math.copysign(0.05, by_x)
        by_z = 0.0 if abs(by_z) < 0.05 else by_z - math.copysign(0.05, by_z)
    return by_x, by_z


@inner
def _move(world: World) -> None:
    """Move by the velocity, as far as blocks let the player; land, fall, hurt."""
    half, height = world.rules[_WIDTH] / 2, world.rules[_HEIGHT]
    want_x, want_z = world.vx, world.vz
    if world.sneaking and world.grounded:
        want_x, want_z = _kept_from_edge(world, want_x, want_z)
    by_y = moved_y(world, world.x, world.y, world.z, half, height, world.vy)
    world.y += by_y
    by_x = moved_x(world, world.x, world.y, world.z, half, height, want_x)
    world.x += by_x
    by_z = moved_z(world, world.x, world.y, world.z, half, height, want_z)
    world.z += by_z
    world.grounded = 1 if world.vy < 0.0 and by_y != world.vy else 0
    world.bumped = 1 if by_x != want_x or by_z != want_z else 0
    if by_x != world.vx:
        world.vx = 0.0
    if by_z != world.vz:
        world.vz = 0.0
    if by_y != world.vy:
        world.vy = 0.0
    _count_travel(world, math.sqrt(by_x * by_x + by_z * by_z), by_y)
    if world.in_water:
        world.fallen = 0.0
    elif by_y < 0.0:
        world.fallen -= by_y
    if world.grounded:
        wound = math.ceil(world.fallen - world.rules[_SAFE] - _ROUNDING)
        if wound > 0:
            hurt_player(world, float(wound), FALL, NOBODY)
        world.fallen = 0.0


@inner
def _count_travel(world: World, by: float, by_y: float) -> None:
    if world.eyes_in_water or world.in_water:
        world.travelled[_DIVED if world.eyes_in_water else _SWUM] += by
        exhaust(world, world.rules[_COST_SWIM] * by)
    elif world.grounded:
        kind = _SPRINTED if world.sprinting else _CROUCHED if world.sneaking else _WALKED
        world.travelled[kind] += by
        if world.sprinting:
            exhaust(world, world.rules[_COST_SPRINT] * by)
    elif by_y < 0.0:
        world.travelled[_FALLEN] -= by_y


@inner
def _jump(world: World) -> None:
    world.vy = world.rules[_JUMP]
    if world.sprinting:
        turn = math.radians(world.yaw)
        world.vx -= math.sin(turn) * world.rules[_SPRINT_JUMP]
        world.vz += math.cos(turn) * world.rules[_SPRINT_JUMP]
    exhaust(world, world.rules[_COST_SPRINT_JUMP if world.sprinting else _COST_JUMP])
    world.totals[_JUMPS] += 1


@inner
def move_player(world: World, ahead: float, aside: float, jump: bool) -> None:
    """Move for one tick.

    Source: `EntityLivingBase.moveEntityWithHeading` of 1.11.2, as generally known.
    """
    half, height = world.rules[_WIDTH] / 2, world.rules[_HEIGHT]
    if jump:
        if world.in_water or world.in_lava:
            world.vy += world.rules[_SWIM_UP]
        elif world.grounded:
            _jump(world)
    if world.in_water or world.in_lava:
        start = world.y
        _push(world, ahead, aside, world.rules[_AIR])
        _move(world)
        slow = world.rules[_WATER_DRAG] if world.in_water else world.rules[_LAVA_DRAG]
        world.vx *= slow
        world.vy = world.vy * slow - world.rules[_WATER_GRAVITY]
        world.vz *= slow
        up = world.vy + 0.6 - world.y + start
        if world.bumped and moved_y(world, world.x, world.y, world.z, half, height, up) == up:
            world.vy = 0.3
        return
    feet = block_at(world, math.floor(world.x), math.floor(world.y), math.floor(world.z))
    under = block_at(world, math.floor(world.x), math.floor(world.y - 0.1), math.floor(world.z))
    strength = world.rules[_AIR]
    if world.grounded:
        strength = world.rules[_WALK]
    if world.sprinting:
        strength *= world.rules[_SPRINT]
    _push(world, ahead, aside, strength)
    climbs = feet in (_LADDER, _VINE)
    if climbs:
        world.vx = max(-0.15, min(0.15, world.vx))
        world.vz = max(-0.15, min(0.15, world.vz))
        world.vy = max(0.0 if world.sneaking else -0.15, world.vy)
        world.fallen = 0.0
    if feet == _WEB:
        world.vx, world.vz, world.vy = world.vx * 0.25, world.vz * 0.25, world.vy * 0.05
        world.fallen = 0.0
    was_grounded = world.grounded
    start = world.y
    _move(world)
    if climbs and (world.bumped or jump):
        world.vy = world.rules[_CLIMB]
    if climbs:
        world.travelled[_CLIMBED] += max(0.0, world.y - start)
    slow = world.rules[_FRICTION] if was_grounded else 0.91
    if under == _SOUL_SAND and was_grounded:
        slow *= 0.4
    world.vx *= slow
    world.vz *= slow
    world.vy = (world.vy - world.rules[_GRAVITY]) * world.rules[_DRAG]


@inner
def steer(world: World, ahead: float, aside: float, jump: bool, sneak: bool, sprint: bool) -> None:
    """Turn keys into movement."""
    world.sneaking = 1 if sneak else 0
    if sneak:
        world.totals[_SNEAK_TICKS] += 1
        ahead, aside = ahead * world.rules[_SNEAK], aside * world.rules[_SNEAK]
    fit = ahead > 0.0 and not sneak and not world.bumped and world.food >= world.rules[_SPRINT_AT]
    world.sprinting = 1 if fit and (sprint or world.sprinting) else 0
    feel_surroundings(world)
    move_player(world, ahead * 0.98, aside * 0.98, jump)
    feel_surroundings(world)
