"""What a player is told to do, so that many ticks are one call: dig a block, go to a place."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner
from envs.minecraft.world.compiled.acting import aim
from envs.minecraft.world.compiled.land import block_at
from envs.minecraft.world.compiled.player import FORWARD, JUMP, PITCH, YAW
from envs.minecraft.world.state import World

NO_ORDER, DIG, GO_TO = 0.0, 1.0, 2.0
N_ORDER: Final = 7
"""An order, float64[N_ORDER]: which; place; number of the state that is dug; half hearts, with less of which
ticks end; out: whether the place was come to."""

FREE: Final = np.zeros(N_ORDER)
"""No order: the controls are held as they are."""

MIDDLE, HOLE, ARRIVED, LEVEL, AIMED = 0.3, 0.15, 0.45, 0.7, 0.05
"""Blocks: how near one comes to the middle of a place, nearer where one has to fall into it; when one is
there, to each side and up and down; nearer than what one does not turn to it any more."""

CLIMB_FROM, TILT, _LITTLE_AIR = 1.3, 12.0, 200
"""Blocks from which on one jumps up; degrees down of the look; ticks of air below which one swims up."""


@inner
def is_dug(world: World, order: NDArray[np.float64]) -> bool:
    """Whether the block that is dug is another one or is not looked at any more."""
    x, y, z = int(order[1]), int(order[2]), int(order[3])
    if block_at(world, x, y, z) != int(order[4]):
        return True
    body, i, j, k, face = aim(world)
    return body >= 0 or face < -1 or i != x or j != y or k != z


@inner
def turn_towards(world: World, order: NDArray[np.float64], controls: NDArray[np.float64]) -> bool:
    """Whether one is there; else turn to the place, and hold the keys that bring one nearer."""
    dx, dz = order[1] + 0.5 - world.x, order[3] + 0.5 - world.z
    near = max(abs(dx), abs(dz))
    at = math.floor(world.y + 0.01)
    borne = world.grounded != 0 or world.in_water != 0
    order[6] = 1.0 if near < ARRIVED and abs(world.y - order[2]) < LEVEL and borne else 0.0
    if order[6] != 0.0:
        return True
    controls[YAW], controls[PITCH] = 0.0, TILT - world.pitch
    if near > AIMED:
        controls[YAW] = (math.degrees(math.atan2(-dx, dz)) - world.yaw + 180.0) % 360.0 - 180.0
    controls[FORWARD] = 1.0 if near > (HOLE if order[2] < at else MIDDLE) else 0.0
    drowns = world.eyes_in_water != 0 and world.air < _LITTLE_AIR
    climbs = order[2] > at and near < CLIMB_FROM
    swims = world.in_water != 0 and order[2] >= math.floor(world.y)
    controls[JUMP] = 1.0 if drowns or climbs or swims else 0.0
    return False
