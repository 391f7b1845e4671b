"""The table of bodies: mobs, things that lie about, arrows."""

from __future__ import annotations

import math

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bag import add_item
from envs.minecraft.world.compiled.chance import uniform
from envs.minecraft.world.compiled.land import block_at, is_lava, is_water
from envs.minecraft.world.compiled.motion import moved_x, moved_y, moved_z
from envs.minecraft.world.compiled.sight import HALF, HEIGHT
from envs.minecraft.world.state import COUNTERS, MAX_BODIES, World
from envs.minecraft.world.tables.mobs import ITEM
from envs.minecraft.world.tables.parameters import place_of

_PICKED = COUNTERS.index("picked_up")
_REACH, _REACH_UP = place_of("item.reach"), place_of("item.reach_up")
_DELAY, _LASTS = place_of("item.delay"), place_of("item.lasts")
_WIDTH, _HEIGHT = place_of("player.width"), place_of("player.height")


@inner
def add_body(world: World, kind: int, x: float, y: float, z: float) -> int:
    """Add a body that stands still. With no room, the first thing that lies about makes place; else -1."""
    i = integer(world.n_bodies)
    if i >= MAX_BODIES:
        i = integer(-1)
        for other in range(MAX_BODIES):
            if world.bodies[other].kind == ITEM:
                i = integer(other)
                break
        if i < 0:
            return i
    else:
        world.n_bodies += 1
    body = world.bodies[i]
    body.kind, body.x, body.y, body.z = kind, x, y, z
    body.vx = body.vy = body.vz = 0.0
    body.yaw, body.life, body.goal_x, body.goal_z = 0.0, 0.0, x, z
    body.thing = body.count = body.wear = body.age = body.hurt = body.timer = 0
    body.panic = body.angry = body.grounded = body.sheared = body.burning = body.mine = 0
    return i


@inner
def drop_item(world: World, item: int, count: int, wear: int, x: float, y: float, z: float) -> int:
    """Have things lie about, with a small push in some direction; returns the body, -1 for no room."""
    i = add_body(world, ITEM, x, y, z)
    if i >= 0:
        body = world.bodies[i]
        body.thing, body.count, body.wear = item, count, wear
        body.timer = int(world.rules[_DELAY])
        body.vx = uniform(world) * 0.2 - 0.1
        body.vz = uniform(world) * 0.2 - 0.1
        body.vy = 0.2
    return i


@inner
def move_body(world: World, i: int) -> bool:
    """Move a body by its velocity, as far as blocks let it; returns whether a wall stopped it."""
    body = world.bodies[i]
    half, height = HALF[body.kind], HEIGHT[body.kind]
    by_y = moved_y(world, body.x, body.y, body.z, half, height, body.vy)
    body.y += by_y
    body.grounded = 1 if body.vy < 0.0 and by_y != body.vy else 0
    by_x = moved_x(world, body.x, body.y, body.z, half, height, body.vx)
    body.x += by_x
    by_z = moved_z(world, body.x, body.y, body.z, half, height, body.vz)
    body.z += by_z
    stopped = by_x != body.vx or by_z != body.vz
    if by_y != body.vy:
        body.vy = 0.0
    if by_x != body.vx:
        body.vx = 0.0
    if by_z != body.vz:
        body.vz = 0.0
    return stopped


@inner
def update_item(world: World, i: int) -> None:
    """Let a thing that lies about fall, float, burn, be picked up or fade."""
    body = world.bodies[i]
    inside = block_at(world, math.floor(body.x), math.floor(body.y + 0.1), math.floor(body.z))
    if is_lava(inside) or body.age >= world.rules[_LASTS]:
        body.kind = 0
        return
    body.age += 1
    body.timer = max(0, body.timer - 1)
    body.vy += 0.02 if is_water(inside) else -0.04
    moving = abs(body.vx) + abs(body.vz) > 1e-3 or not body.grounded or is_water(inside)
    if moving or body.age % 8 == 0:
        move_body(world, i)
    slow = 0.546 * 0.98 if body.grounded else 0.98
    body.vx, body.vz, body.vy = body.vx * slow, body.vz * slow, body.vy * 0.98
    if is_water(inside):
        body.vy = min(body.vy, 0.1)
    if body.timer == 0 and not world.dead and _in_reach(world, i):
        left = add_item(world, body.thing, body.count, body.wear)
        world.counts[_PICKED, body.thing] += body.count - left
        body.count = left
        if left == 0:
            body.kind = 0


@inner
def _in_reach(world: World, i: int) -> bool:
    body = world.bodies[i]
    sideways = world.rules[_WIDTH] / 2 + world.rules[_REACH] + HALF[ITEM]
    up = world.rules[_REACH_UP]
    beside = abs(body.x - world.x) < sideways and abs(body.z - world.z) < sideways
    below = body.y < world.y + world.rules[_HEIGHT] + up
    return bool(beside and below and body.y + HEIGHT[ITEM] > world.y - up)


@inner
def compact(world: World) -> None:
    """Drop bodies that are gone from the table; the others keep their order."""
    kept = 0
    for i in range(world.n_bodies):
        if world.bodies[i].kind != 0:
            if kept != i:
                world.bodies[kept] = world.bodies[i]
            kept += 1
    world.n_bodies = kept
