"""What mobs do in a tick: graze, flee, chase, shoot, explode, swim, flutter."""

from __future__ import annotations

import math

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bodies import drop_item, move_body
from envs.minecraft.world.compiled.chance import below, between, uniform
from envs.minecraft.world.compiled.exploding import explode
from envs.minecraft.world.compiled.hitting import BY_OTHERS, hurt_body
from envs.minecraft.world.compiled.land import block_at, is_lava, is_water, put_block
from envs.minecraft.world.compiled.light import darkness_of, sees_sky
from envs.minecraft.world.compiled.shooting import shoot
from envs.minecraft.world.compiled.sight import HALF, HEIGHT, SOLIDS, eyes_of, first_block, look_of
from envs.minecraft.world.compiled.wounds import MOB as BY_MOB
from envs.minecraft.world.compiled.wounds import hurt_player
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import COLLIDES, FIRST_STATE
from envs.minecraft.world.tables.items import ITEM
from envs.minecraft.world.tables.mobs import MOB, MOBS, WAYS
from envs.minecraft.world.tables.parameters import place_of

_GRAZE, _HOP, _SWIM, _FLUTTER, _CHASE, _SHOOT, _EXPLODE, _STARE, _SIT = (
    integer(WAYS.index(way))
    for way in ("graze", "hop", "swim", "flutter", "chase", "shoot", "explode", "stare", "sit")
)
_WAY = np.array([0, 0, 0, *(WAYS.index(mob.way) for mob in MOBS)])
_SPEED = np.array([0.0, 0.0, 0.0, *(mob.speed for mob in MOBS)])
_SEES = np.array([0.0, 0.0, 0.0, *(mob.sees for mob in MOBS)])
_DAMAGE = np.array([0.0, 0.0, 0.0, *(mob.damage for mob in MOBS)])
_BURNS = np.array([False, False, False, *(mob.sun for mob in MOBS)])
_PREYS = np.array([False, False, False, *(mob.sees > 0 for mob in MOBS)])
_SHEEP, _CHICKEN, _SPIDER, _GHAST = (
    integer(MOB[name].number) for name in ("sheep", "chicken", "spider", "ghast")
)
_CREEPER, _RABBIT = integer(MOB["creeper"].number), integer(MOB["rabbit"].number)
_EGG = integer(ITEM["egg"])
_GRASS, _DIRT = integer(FIRST_STATE["grass"]), integer(FIRST_STATE["dirt"])
_ACTS, _FUSE, _NEAR, _FAR, _BLAST = (
    place_of(n) for n in ("mob.acts_within", "creeper.fuse", "creeper.near", "creeper.far", "creeper.blast")
)
_PAUSE, _RANGE, _SUN = place_of("skeleton.pause"), place_of("skeleton.range"), place_of("dusk.burns")
_EGG_LOW, _EGG_HIGH, _GRAZES = (place_of(n) for n in ("chicken.egg_low", "chicken.egg_high", "sheep.grazes"))
_GRAVITY, _DRAG, _FRICTION, _EYES = (
    place_of(f"player.{name}") for name in ("gravity", "drag", "friction", "eyes")
)
_STROLL, _TURN = integer(120), integer(10)
_FLEES = 1.6
_BLOW_PAUSE = 20


@inner
def update_mob(world: World, i: int) -> None:
    """Let one mob have its turn."""
    body = world.bodies[i]
    body.age += 1
    body.hurt = max(0, body.hurt - 1)
    dx, dy, dz = world.x - body.x, world.y - body.y, world.z - body.z
    away = math.sqrt(dx * dx + dy * dy + dz * dz)
    if away > world.rules[_ACTS]:
        return
    inside = block_at(world, math.floor(body.x), math.floor(body.y + 0.3), math.floor(body.z))
    _suffer(world, i, inside)
    if body.kind == 0:
        return
    way = _WAY[body.kind]
    body.panic, body.angry = max(0, body.panic - 1), max(0, body.angry - 1)
    ahead = 0.0
    if way in (_SWIM, _FLUTTER):
        _drift(world, i, way == _FLUTTER or is_water(inside))
    elif way == _EXPLODE:
        ahead = _stalk(world, i, away)
    elif body.panic > 0 and _DAMAGE[body.kind] == 0.0:
        ahead = _flee(world, i)
    elif _after_player(world, i, way, away):
        ahead = _hunt(world, i, way, away)
    else:
        ahead = _graze(world, i, away)
    if body.kind != 0 and way != _SWIM and way != _FLUTTER:
        _walk(world, i, ahead, is_water(inside) or is_lava(inside))
        _produce(world, i)


@inner
def _suffer(world: World, i: int, inside: int) -> None:
    """Burn in lava and, if it is of that kind, in the sun."""
    body = world.bodies[i]
    if is_lava(inside):
        body.burning = 300
        hurt_body(world, i, 4.0, body.x, body.z, 0.0, BY_OTHERS)
    if _BURNS[body.kind] and body.age % 20 == 0 and darkness_of(world) < 4 and not world.raining:
        top = math.floor(body.y + HEIGHT[body.kind])
        if (
            sees_sky(world, math.floor(body.x), top, math.floor(body.z))
            and not is_water(inside)
            and body.burning <= 0
        ):
            body.burning = int(world.rules[_SUN])
    if is_water(inside):
        body.burning = 0
    if body.kind != 0 and body.burning > 0:
        body.burning -= 1
        if body.burning % 20 == 0:
            hurt_body(world, i, 1.0, body.x, body.z, 0.0, BY_OTHERS)


@inner
def sees_player(world: World, i: int) -> bool:
    """Whether nothing stands between the eyes of a mob and those of the player."""
    body = world.bodies[i]
    y = body.y + HEIGHT[body.kind] * 0.85
    dx, dy, dz = world.x - body.x, eyes_of(world) - y, world.z - body.z
    away = math.sqrt(dx * dx + dy * dy + dz * dz)
    if away < 1e-3:
        return True
    _, _, _, face, _ = first_block(world, body.x, y, body.z, dx / away, dy / away, dz / away, away, SOLIDS)
    return face == -2


@inner
def _after_player(world: World, i: int, way: int, away: float) -> bool:
    """Whether a mob comes after the player now; it looks around every half second."""
    body = world.bodies[i]
    kind = integer(body.kind)
    if world.dead or _DAMAGE[kind] == 0.0:
        return False
    if body.angry > 0 and (_PREYS[kind] or _DAMAGE[kind] > 0.0) and body.angry % _TURN != 0:
        return True
    if not _PREYS[kind] or away > _SEES[kind] or (body.age + i) % _TURN != 0:
        return body.angry > 0
    wants = sees_player(world, i)
    if kind == _SPIDER:
        wants = wants and (
            darkness_of(world) >= 4
            or not sees_sky(world, math.floor(body.x), math.floor(body.y + 1.0), math.floor(body.z))
        )
    if way == _STARE:
        wants = wants and _stared_at(world, i, away)
    if wants:
        body.angry = max(body.angry, 60 if way != _STARE else 400)
    return body.angry > 0


@inner
def _stared_at(world: World, i: int, away: float) -> bool:
    """Whether the player looks a mob in the eyes. Source: `EntityEnderman.shouldAttackPlayer` of 1.11.2."""
    body = world.bodies[i]
    x, y, z = look_of(world.yaw, world.pitch)
    dx, dy, dz = body.x - world.x, body.y + HEIGHT[body.kind] * 0.88 - eyes_of(world), body.z - world.z
    length = max(1e-6, math.sqrt(dx * dx + dy * dy + dz * dz))
    return (x * dx + y * dy + z * dz) / length > 1.0 - 0.025 / max(length, 1e-6) and away > 0.0


@inner
def _face(world: World, i: int, x: float, z: float) -> None:
    body = world.bodies[i]
    body.yaw = math.degrees(math.atan2(-(x - body.x), z - body.z))


@inner
def _hunt(world: World, i: int, way: int, away: float) -> float:
    """Go after the player and hit, or shoot; returns how fast it goes ahead."""
    body = world.bodies[i]
    kind = integer(body.kind)
    _face(world, i, world.x, world.z)
    body.timer = max(0, body.timer - 1)
    if way in (_SHOOT, _SIT):
        reach = world.rules[_RANGE] if kind != _GHAST else 32.0
        if body.timer == 0 and away < reach and sees_player(world, i):
            shoot(world, i)
            body.timer = int(world.rules[_PAUSE])
        return 0.0 if away < reach * 0.6 or way == _SIT else 1.0
    if way == _HOP and body.grounded and body.age % 10 == 0:
        body.vy = 0.42
    wide = HALF[kind] * 2.0
    level = abs(world.y - body.y) < HEIGHT[kind] + 0.5
    flat = math.sqrt((world.x - body.x) ** 2 + (world.z - body.z) ** 2)
    if flat * flat < wide * wide * 4.0 + 0.6 and level and body.timer == 0:
        body.timer = _BLOW_PAUSE
        if sees_player(world, i) and hurt_player(world, _DAMAGE[kind], BY_MOB, kind):
            push = max(0.2, flat)
            world.vx += (world.x - body.x) / push * 0.4
            world.vz += (world.z - body.z) / push * 0.4
            if world.grounded:
                world.vy = 0.36
    return 1.0


@inner
def _stalk(world: World, i: int, away: float) -> float:
    """Come up to the player and blow up. Source: `EntityCreeper` and `EntityAICreeperSwell` of 1.11.2."""
    body = world.bodies[i]
    if not world.dead and away <= _SEES[body.kind] and (body.age + i) % _TURN == 0 and sees_player(world, i):
        body.angry = max(body.angry, 60)
    most = world.rules[_FAR] if body.timer > 0 else world.rules[_NEAR]
    if body.angry > 0 and not world.dead and away < most and sees_player(world, i):
        _face(world, i, world.x, world.z)
        body.timer += 1
        if body.timer >= world.rules[_FUSE]:
            body.kind = 0
            explode(world, body.x, body.y + 0.5, body.z, world.rules[_BLAST], _CREEPER)
        return 0.0
    body.timer = max(0, body.timer - 1)
    if body.angry > 0:
        _face(world, i, world.x, world.z)
        return 1.0
    return _graze(world, i, away)


@inner
def _flee(world: World, i: int) -> float:
    body = world.bodies[i]
    if body.panic % 20 == 0 or body.panic == 99:
        turn = math.atan2(body.z - world.z, body.x - world.x) + (uniform(world) - 0.5) * 2.0
        body.goal_x, body.goal_z = body.x + math.cos(turn) * 8.0, body.z + math.sin(turn) * 8.0
    _face(world, i, body.goal_x, body.goal_z)
    return _FLEES


@inner
def _graze(world: World, i: int, away: float) -> float:
    """Stroll about now and then."""
    body = world.bodies[i]
    if body.kind == _RABBIT and away < 8.0 and body.panic == 0:
        body.panic = 60
    if below(world, _STROLL) == 0:
        body.goal_x = body.x + (uniform(world) - 0.5) * 20.0
        body.goal_z = body.z + (uniform(world) - 0.5) * 20.0
    dx, dz = body.goal_x - body.x, body.goal_z - body.z
    if dx * dx + dz * dz < 0.5:
        return 0.0
    if _drops_ahead(world, i, dx, dz):
        body.goal_x, body.goal_z = body.x, body.z
        return 0.0
    _face(world, i, body.goal_x, body.goal_z)
    if _WAY[body.kind] == _HOP and body.grounded and body.age % 8 == 0:
        body.vy = 0.35
    return 1.0


@inner
def _drops_ahead(world: World, i: int, dx: float, dz: float) -> bool:
    """Whether the ground ahead is more than three blocks down, or liquid."""
    body = world.bodies[i]
    length = math.sqrt(dx * dx + dz * dz)
    x, z = math.floor(body.x + dx / length), math.floor(body.z + dz / length)
    feet = math.floor(body.y + 0.1)
    for down in range(-1, 4):
        state = block_at(world, x, feet - down, z)
        if is_water(state) or is_lava(state):
            return True
        if COLLIDES[state]:
            return False
    return True


@inner
def _walk(world: World, i: int, ahead: float, wet: bool) -> None:
    """Move on the ground, with a jump where a block is in the way."""
    body = world.bodies[i]
    speed = _SPEED[body.kind] * ahead
    turn = math.radians(body.yaw)
    strength = speed * speed * 0.98 if body.grounded else min(0.02, speed * speed)
    body.vx -= math.sin(turn) * strength
    body.vz += math.cos(turn) * strength
    was_grounded = body.grounded
    resting = (
        was_grounded and abs(body.vx) + abs(body.vz) < 1e-3 and body.vy > -0.1 and (body.age + i) % 4 != 0
    )
    if resting:
        body.vx = body.vz = 0.0
        return
    bumped = move_body(world, i)
    if wet:
        body.vx, body.vz, body.vy = body.vx * 0.8, body.vz * 0.8, body.vy * 0.8 + 0.02
        if bumped:
            body.vy = 0.3
        return
    slow = world.rules[_FRICTION] if was_grounded else 0.91
    body.vx, body.vz = body.vx * slow, body.vz * slow
    if bumped and was_grounded and ahead > 0.0:
        body.vy = 0.42
    elif bumped and body.kind == _SPIDER and ahead > 0.0:
        body.vy = 0.2
    body.vy = (body.vy - world.rules[_GRAVITY]) * world.rules[_DRAG]
    if (body.kind == _CHICKEN or body.kind == _GHAST) and body.vy < 0.0:
        body.vy *= 0.6


@inner
def _drift(world: World, i: int, at_home: bool) -> None:
    """Swim or flutter about; out of water sink."""
    body = world.bodies[i]
    if at_home:
        if below(world, _TURN * 2) == 0:
            body.goal_x, body.goal_z = (uniform(world) - 0.5) * 0.2, (uniform(world) - 0.5) * 0.2
            body.vy = (uniform(world) - 0.5) * 0.12
        body.vx, body.vz = body.vx * 0.8 + body.goal_x * 0.2, body.vz * 0.8 + body.goal_z * 0.2
    else:
        body.vy = (body.vy - world.rules[_GRAVITY]) * world.rules[_DRAG]
        body.vx, body.vz = body.vx * 0.8, body.vz * 0.8
    start = body.y
    move_body(world, i)
    swims = _WAY[body.kind] == _SWIM
    top = block_at(world, math.floor(body.x), math.floor(body.y + 0.5), math.floor(body.z))
    if swims and at_home and not is_water(top):
        body.y, body.vy = start, -0.05


@inner
def _produce(world: World, i: int) -> None:
    """Sheep eat grass and get their wool back, hens lay eggs."""
    body = world.bodies[i]
    if body.kind == _SHEEP and below(world, int(world.rules[_GRAZES])) == 0:
        x, y, z = math.floor(body.x), math.floor(body.y) - 1, math.floor(body.z)
        if block_at(world, x, y, z) == _GRASS:
            put_block(world, x, y, z, _DIRT)
            body.sheared = 0
    elif body.kind == _CHICKEN:
        if body.timer <= 0:
            if body.age > 1:
                drop_item(world, _EGG, integer(1), integer(0), body.x, body.y, body.z)
            body.timer = between(world, int(world.rules[_EGG_LOW]), int(world.rules[_EGG_HIGH]))
        body.timer -= 1
