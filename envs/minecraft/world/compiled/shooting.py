"""Arrows, of skeletons and of the player; whatever else is shot at the player flies like one."""

from __future__ import annotations

import math

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bodies import add_body, drop_item
from envs.minecraft.world.compiled.chance import normal
from envs.minecraft.world.compiled.hitting import BY_PLAYER, hurt_body
from envs.minecraft.world.compiled.land import collides
from envs.minecraft.world.compiled.sight import HEIGHT, SOLIDS, distance_to_body, first_block
from envs.minecraft.world.compiled.wounds import ARROW as BY_ARROW
from envs.minecraft.world.compiled.wounds import hurt_player
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.items import ITEM
from envs.minecraft.world.tables.mobs import ARROW, MOBS
from envs.minecraft.world.tables.parameters import place_of

_SPEED, _DAMAGE, _GRAVITY = place_of("arrow.speed"), place_of("arrow.damage"), place_of("arrow.gravity")
_HEIGHT, _WIDTH = place_of("player.height"), place_of("player.width")
_ITEM = integer(ITEM["arrow"])
_WOUNDS = np.array([0.0, 0.0, 0.0, *(mob.damage for mob in MOBS)])
_LEAST, _HARDER, _VARIES, _SCATTER, _RANGE = (
    place_of(n) for n in ("arrow.least", "arrow.harder", "arrow.varies", "arrow.scatter", "skeleton.range")
)
_IS_ARCHER = np.array([False, False, False, *(mob.name in ("skeleton", "stray") for mob in MOBS)])
_LASTS = 1200


@inner
def shoot(world: World, i: int) -> None:
    """Have a mob shoot at the player."""
    body = world.bodies[i]
    x, y, z = body.x, body.y + HEIGHT[body.kind] * 0.85, body.z
    kind = integer(body.kind)
    dx, dz = world.x - x, world.z - z
    flat = math.sqrt(dx * dx + dz * dz)
    dy = world.y + world.rules[_HEIGHT] / 3.0 - y + flat * 0.2
    length = max(1e-6, math.sqrt(dx * dx + dy * dy + dz * dz))
    shot = add_body(world, integer(ARROW), x + dx / length * 0.5, y, z + dz / length * 0.5)
    if shot >= 0:
        arrow = world.bodies[shot]
        speed, scatter = world.rules[_SPEED], world.rules[_SCATTER]
        arrow.vx = (dx / length + normal(world) * scatter) * speed
        arrow.vy = (dy / length + normal(world) * scatter) * speed
        arrow.vz = (dz / length + normal(world) * scatter) * speed
        arrow.thing, arrow.life = kind, _wound(world, kind, math.sqrt(flat * flat + dy * dy))


@inner
def _wound(world: World, kind: int, away: float) -> float:
    """Half hearts that a shot takes a block/tick of its speed; those of archers tell how far they stood."""
    if not _IS_ARCHER[kind]:
        return float(_WOUNDS[kind])
    part = min(1.0, max(world.rules[_LEAST], away / world.rules[_RANGE]))
    wound = part * world.rules[_DAMAGE] + normal(world) * world.rules[_VARIES] + world.rules[_HARDER]
    return max(0.0, float(wound))


@inner
def update_arrow(world: World, i: int) -> None:
    """Let an arrow fly, and hit."""
    arrow = world.bodies[i]
    arrow.age += 1
    speed = math.sqrt(arrow.vx**2 + arrow.vy**2 + arrow.vz**2)
    if arrow.age > _LASTS or speed < 1e-3:
        arrow.kind = 0
        return
    dx, dy, dz = arrow.vx / speed, arrow.vy / speed, arrow.vz / speed
    x, y, z, face, far = first_block(world, arrow.x, arrow.y, arrow.z, dx, dy, dz, speed, SOLIDS)
    stops = face != -2 and collides(world, x, y, z)
    if not stops:
        far = speed
    if arrow.mine:
        if _hit_mob(world, i, dx, dy, dz, far, speed):
            return
    elif _hits_player(world, i, dx, dy, dz, far):
        kind = integer(arrow.thing)
        if _IS_ARCHER[kind]:
            wound = math.ceil(speed * arrow.life)
        else:
            wound = min(arrow.life + 1.0, math.ceil(speed * world.rules[_DAMAGE]))
        hurt_player(world, wound, BY_ARROW, kind)
        arrow.kind = 0
        return
    if stops:
        at_x, at_y, at_z = arrow.x + dx * far * 0.95, arrow.y + dy * far * 0.95, arrow.z + dz * far * 0.95
        mine = arrow.mine
        arrow.kind = 0
        if mine:
            drop_item(world, _ITEM, integer(1), integer(0), at_x, at_y, at_z)
        return
    arrow.x, arrow.y, arrow.z = arrow.x + arrow.vx, arrow.y + arrow.vy, arrow.z + arrow.vz
    arrow.vx, arrow.vz = arrow.vx * 0.99, arrow.vz * 0.99
    arrow.vy = arrow.vy * 0.99 - world.rules[_GRAVITY]


@inner
def _hit_mob(world: World, i: int, dx: float, dy: float, dz: float, far: float, speed: float) -> bool:
    arrow = world.bodies[i]
    found, nearest = -1, far
    for other in range(world.n_bodies):
        if world.bodies[other].kind > 2:
            distance = distance_to_body(world, other, arrow.x, arrow.y, arrow.z, dx, dy, dz)
            if distance <= nearest:
                found, nearest = other, distance
    if found < 0:
        return False
    hurt_body(
        world, found, math.ceil(speed * world.rules[_DAMAGE]), arrow.x - dx, arrow.z - dz, 0.4, BY_PLAYER
    )
    arrow.kind = 0
    return True


@inner
def _hits_player(world: World, i: int, dx: float, dy: float, dz: float, far: float) -> bool:
    """Whether the player's body is on an arrow's way; it is looked at in steps of a quarter of a block."""
    arrow = world.bodies[i]
    half = world.rules[_WIDTH] / 2 + 0.3
    for n in range(int(far * 4.0) + 1):
        x, y, z = arrow.x + dx * n / 4.0, arrow.y + dy * n / 4.0, arrow.z + dz * n / 4.0
        beside = abs(x - world.x) < half and abs(z - world.z) < half
        if beside and world.y - 0.3 < y < world.y + world.rules[_HEIGHT] + 0.3:
            return True
    return False
