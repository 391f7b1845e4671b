"""One tick of a world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner
from envs.minecraft.world.compiled.acting import act, put_down
from envs.minecraft.world.compiled.bodies import compact, update_item
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
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.mobs import ITEM
from envs.minecraft.world.tables.parameters import place_of

_DAY = place_of("time.day")


@inner
def take_tick(world: World, controls: NDArray[np.float64], first: bool) -> None:
    """Let a world go on by one tick; `first` says whether the camera turns and things are dropped."""
    world.ticks += 1
    if world.time_passes:
        world.time += 1
        if world.time >= world.rules[_DAY]:
            world.time = 0
            world.day += 1
    if first:
        world.yaw = (world.yaw + controls[YAW] + 180.0) % 360.0 - 180.0
        world.pitch = max(-90.0, min(90.0, world.pitch + controls[PITCH]))
    if first and controls[PLACE] >= 0:
        put_down(world, int(controls[PLACE]))
    act(world, controls[ATTACK] != 0, controls[USE] != 0, first and controls[DROP] != 0)
    ahead, aside = controls[FORWARD] - controls[BACK], controls[LEFT] - controls[RIGHT]
    steer(world, ahead, aside, controls[JUMP] != 0, controls[SNEAK] != 0, controls[SPRINT] != 0)
    update_needs(world)
    for i in range(world.n_bodies):
        if world.bodies[i].kind == ITEM:
            update_item(world, i)
    compact(world)
