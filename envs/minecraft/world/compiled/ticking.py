"""One tick of a world."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.acting import act, put_down
from envs.minecraft.world.compiled.bodies import compact, update_item
from envs.minecraft.world.compiled.chance import between
from envs.minecraft.world.compiled.growth import grow
from envs.minecraft.world.compiled.liquids import run_liquids
from envs.minecraft.world.compiled.mobs import update_mob
from envs.minecraft.world.compiled.needs import update_needs
from envs.minecraft.world.compiled.player import (
    ATTACK,
    BACK,
    DROP,
    FORWARD,
    JUMP,
    LEFT,
    PITCH,
    PLACE,
    RIGHT,
    SNEAK,
    SPRINT,
    USE,
    YAW,
    steer,
)
from envs.minecraft.world.compiled.shooting import update_arrow
from envs.minecraft.world.compiled.spawning import despawn, spawn
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.mobs import ARROW, ITEM
from envs.minecraft.world.tables.parameters import place_of

_DAY, _SLEEP = place_of("time.day"), place_of("time.sleep")
_CLEAR_LOW, _CLEAR_HIGH, _RAIN_LOW, _RAIN_HIGH = (
    place_of(f"weather.{name}") for name in ("clear_low", "clear_high", "rain_low", "rain_high")
)


@inner
def take_tick(world: World, controls: NDArray[np.float64], first: bool) -> None:
    """Let a world go on by one tick; `first` says whether the camera turns and things are put down."""
    world.ticks += 1
    _pass_time(world)
    if first:
        world.yaw = (world.yaw + controls[YAW] + 180.0) % 360.0 - 180.0
        world.pitch = max(-90.0, min(90.0, world.pitch + controls[PITCH]))
    if world.asleep:
        _sleep(world)
    else:
        if first and controls[PLACE] >= 0:
            put_down(world, int(controls[PLACE]))
        act(world, controls[ATTACK] != 0, controls[USE] != 0, first and controls[DROP] != 0)
        ahead, aside = controls[FORWARD] - controls[BACK], controls[LEFT] - controls[RIGHT]
        steer(world, ahead, aside, controls[JUMP] != 0, controls[SNEAK] != 0, controls[SPRINT] != 0)
    update_needs(world)
    for i in range(world.n_bodies):
        kind = world.bodies[i].kind
        if kind == ITEM:
            update_item(world, i)
        elif kind == ARROW:
            update_arrow(world, i)
        elif kind != 0:
            update_mob(world, i)
            despawn(world, i)
    compact(world)
    run_liquids(world)
    grow(world)
    if world.mobs_spawn:
        spawn(world)


@inner
def _pass_time(world: World) -> None:
    if world.time_passes:
        world.time += 1
        if world.time >= world.rules[_DAY]:
            world.time = 0
            world.day += 1
    world.weather_left -= 1
    if world.weather_left <= 0:
        world.raining = 1 - world.raining
        low = world.rules[_RAIN_LOW] if world.raining else world.rules[_CLEAR_LOW]
        high = world.rules[_RAIN_HIGH] if world.raining else world.rules[_CLEAR_HIGH]
        world.weather_left = between(world, int(low), int(high))


@inner
def _sleep(world: World) -> None:
    """Sleep on; in the morning get up, and the rain is over."""
    world.asleep += 1
    if world.asleep >= world.rules[_SLEEP]:
        world.asleep = 0
        world.time = 0
        world.day += 1
        if world.raining:
            world.raining = 0
            world.weather_left = integer(math.floor(world.rules[_CLEAR_LOW]))
