"""Where mobs come from and where they go."""

from __future__ import annotations

import numpy as np

from envs.grid.compiling import inner
from envs.minecraft.world.compiled.bodies import add_body
from envs.minecraft.world.compiled.chance import uniform
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.mobs import MOBS

LIFE = np.array([0.0, 0.0, 0.0, *(mob.life for mob in MOBS)])


@inner
def add_mob(world: World, kind: int, x: float, y: float, z: float) -> int:
    """Add a mob with its full life; returns its row, -1 where there is no room."""
    i = add_body(world, kind, x, y, z)
    if i >= 0:
        body = world.bodies[i]
        body.life = LIFE[kind]
        body.yaw = uniform(world) * 360.0 - 180.0
    return i


@inner
def populate(world: World, chunk_x: int, chunk_z: int) -> None:
    """Have the animals of a chunk that has just been loaded stand in it."""
