"""What the body needs: food, air, and to stay out of fire, lava, walls and cactus."""

from __future__ import annotations

import math

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.land import block_at, collides
from envs.minecraft.world.compiled.wounds import (
    CACTUS,
    DROWN,
    FIRE,
    LAVA,
    NOBODY,
    STARVE,
    WALL,
    exhaust,
    hurt_player,
)
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import FIRST_STATE, HIDES
from envs.minecraft.world.tables.parameters import place_of

_EXHAUSTION, _HEALS_AT = place_of("food.exhaustion"), place_of("food.heals_at")
_HEAL_TICKS, _FAST_TICKS, _HEAL_COST = (
    place_of(f"food.{name}") for name in ("heal_ticks", "fast_ticks", "heal_cost")
)
_STARVE_TICKS, _STARVE_LEFT, _FULL = (place_of(f"food.{n}") for n in ("starve_ticks", "starve_left", "full"))
_AIR, _GASP, _AIR_DAMAGE = place_of("air.full"), place_of("air.gasp"), place_of("air.damage")
_LAVA_DAMAGE, _LAVA_BURNS = place_of("lava.damage"), place_of("lava.burns")
_FIRE_DAMAGE, _FIRE_BURNS = place_of("fire.damage"), place_of("fire.burns")
_WALL_DAMAGE, _CACTUS_DAMAGE = place_of("wall.damage"), place_of("cactus.damage")
_LIFE, _EYES, _WIDTH = place_of("player.life"), place_of("player.eyes"), place_of("player.width")
_FIRE, _CACTUS = integer(FIRST_STATE["fire"]), integer(FIRST_STATE["cactus"])


@inner
def update_needs(world: World) -> None:
    """A tick of hunger, air, fire and the like."""
    world.hurt = max(0, world.hurt - 1)
    _digest(world)
    _breathe(world)
    _burn(world)
    i, k = math.floor(world.x), math.floor(world.z)
    head = math.floor(world.y + world.rules[_EYES])
    if HIDES[block_at(world, i, head, k)] and collides(world, i, head, k):
        hurt_player(world, world.rules[_WALL_DAMAGE], WALL, NOBODY)
    if _touches_cactus(world):
        hurt_player(world, world.rules[_CACTUS_DAMAGE], CACTUS, NOBODY)


@inner
def _digest(world: World) -> None:
    """Source: `FoodStats.onUpdate` of 1.11.2, as generally known."""
    if world.exhaustion > world.rules[_EXHAUSTION]:
        world.exhaustion -= world.rules[_EXHAUSTION]
        if world.saturation > 0.0:
            world.saturation = max(0.0, world.saturation - 1.0)
        else:
            world.food = max(0, world.food - 1)
    hurt = 0.0 < world.life < world.rules[_LIFE]
    if hurt and world.saturation > 0.0 and world.food >= world.rules[_FULL]:
        world.food_timer += 1
        if world.food_timer >= world.rules[_FAST_TICKS]:
            share = min(world.saturation, world.rules[_HEAL_COST])
            world.life = min(world.rules[_LIFE], world.life + share / world.rules[_HEAL_COST])
            exhaust(world, share)
            world.food_timer = 0
    elif hurt and world.food >= world.rules[_HEALS_AT]:
        world.food_timer += 1
        if world.food_timer >= world.rules[_HEAL_TICKS]:
            world.life = min(world.rules[_LIFE], world.life + 1.0)
            exhaust(world, world.rules[_HEAL_COST])
            world.food_timer = 0
    elif world.food <= 0:
        world.food_timer += 1
        if world.food_timer >= world.rules[_STARVE_TICKS]:
            if world.life > world.rules[_STARVE_LEFT]:
                hurt_player(world, 1.0, STARVE, NOBODY)
            world.food_timer = 0
    else:
        world.food_timer = 0


@inner
def _breathe(world: World) -> None:
    if not world.eyes_in_water:
        world.air = int(world.rules[_AIR])
        return
    world.air -= 1
    if world.air <= -world.rules[_GASP]:
        world.air = 0
        hurt_player(world, world.rules[_AIR_DAMAGE], DROWN, NOBODY)


@inner
def _burn(world: World) -> None:
    feet = block_at(world, math.floor(world.x), math.floor(world.y + 0.1), math.floor(world.z))
    if world.in_lava:
        hurt_player(world, world.rules[_LAVA_DAMAGE], LAVA, NOBODY)
        world.burning = int(world.rules[_LAVA_BURNS])
        world.fallen *= 0.5
    elif feet == _FIRE:
        hurt_player(world, world.rules[_FIRE_DAMAGE], FIRE, NOBODY)
        world.burning = max(world.burning, int(world.rules[_FIRE_BURNS]))
    if world.in_water:
        world.burning = 0
    if world.burning > 0:
        if world.burning % 20 == 0 and not world.in_lava:
            hurt_player(world, world.rules[_FIRE_DAMAGE], FIRE, NOBODY)
        world.burning -= 1


@inner
def _touches_cactus(world: World) -> bool:
    half = world.rules[_WIDTH] / 2 + 0.01
    for j in range(math.floor(world.y - 0.01), math.floor(world.y + 1.79) + 1):
        for i in range(math.floor(world.x - half), math.floor(world.x + half) + 1):
            for k in range(math.floor(world.z - half), math.floor(world.z + half) + 1):
                if block_at(world, i, j, k) == _CACTUS:
                    return True
    return False
