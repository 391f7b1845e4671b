"""Looking along a ray: the first block and the first body that it meets."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.land import AIR, block_at, is_lava, is_water
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.mobs import MOBS
from envs.minecraft.world.tables.parameters import place_of

_EYES = place_of("player.eyes")
_FAR = 1e30
LIQUIDS, SOLIDS = cast(bool, np.bool_(True)), cast(bool, np.bool_(False))
"""Whether a ray stops at liquids, as `first_block` takes it."""
FACE_X = np.array([-1, 1, 0, 0, 0, 0])
FACE_Y = np.array([0, 0, -1, 1, 0, 0])
FACE_Z = np.array([0, 0, 0, 0, -1, 1])
"""The six faces of a block: west, east, below, above, north, south."""

HALF = np.array([0.0, 0.125, 0.25, *(mob.width / 2 for mob in MOBS)])
HEIGHT = np.array([0.0, 0.25, 0.5, *(mob.height for mob in MOBS)])
"""Half the width, and the height, of each kind of body."""


@inner
def eyes_of(world: World) -> float:
    """The height of the player's eyes above the ground of the world."""
    return float(world.y + world.rules[_EYES] - (0.08 if world.sneaking else 0.0))


@inner
def look_of(yaw: float, pitch: float) -> tuple[float, float, float]:
    """The direction of a look, of length 1."""
    turn, tilt = math.radians(yaw), math.radians(pitch)
    return -math.sin(turn) * math.cos(tilt), -math.sin(tilt), math.cos(turn) * math.cos(tilt)


@inner
def first_block(
    world: World,
    x: float,
    y: float,
    z: float,
    dx: float,
    dy: float,
    dz: float,
    far: float,
    liquids: bool,
) -> tuple[int, int, int, int, float]:
    """The first block along a ray that is not air.

    Args:
        world: where.
        x: where the ray begins.
        y: where the ray begins.
        z: where the ray begins.
        dx: its direction, of length 1.
        dy: its direction.
        dz: its direction.
        far: where it ends, in blocks.
        liquids: whether it stops at liquids.

    Returns:
        Its place, the face by which the ray enters it (-1 where it begins inside; -2 where there is none),
        and the distance, `far` for none.
    """
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    step_x, step_y, step_z = (1 if dx > 0 else -1), (1 if dy > 0 else -1), (1 if dz > 0 else -1)
    each_x = abs(1.0 / dx) if dx != 0.0 else _FAR
    each_y = abs(1.0 / dy) if dy != 0.0 else _FAR
    each_z = abs(1.0 / dz) if dz != 0.0 else _FAR
    next_x = ((i + 1 - x) if dx > 0 else (x - i)) * each_x if dx != 0.0 else _FAR
    next_y = ((j + 1 - y) if dy > 0 else (y - j)) * each_y if dy != 0.0 else _FAR
    next_z = ((k + 1 - z) if dz > 0 else (z - k)) * each_z if dz != 0.0 else _FAR
    distance, face = 0.0, -1
    while distance <= far:
        state = block_at(world, i, j, k)
        if state != AIR and (liquids or not (is_water(state) or is_lava(state))):
            return i, j, k, face, distance
        if next_x <= next_y and next_x <= next_z:
            distance, face = next_x, 0 if dx > 0 else 1
            i += step_x
            next_x += each_x
        elif next_y <= next_z:
            distance, face = next_y, 2 if dy > 0 else 3
            j += step_y
            next_y += each_y
        else:
            distance, face = next_z, 4 if dz > 0 else 5
            k += step_z
            next_z += each_z
    return math.floor(x + dx * far), math.floor(y + dy * far), math.floor(z + dz * far), -2, far


@inner
def _slab(low: float, high: float, at: float, along: float) -> tuple[float, float]:
    """Where a ray enters and leaves the space between two planes."""
    if along == 0.0:
        return (-_FAR, _FAR) if low <= at <= high else (_FAR, -_FAR)
    first, second = (low - at) / along, (high - at) / along
    return (first, second) if first <= second else (second, first)


@inner
def distance_to_body(
    world: World, i: int, x: float, y: float, z: float, dx: float, dy: float, dz: float
) -> float:
    """How far along a ray a body is; a very large number where the ray misses it."""
    body = world.bodies[i]
    half, height = HALF[body.kind], HEIGHT[body.kind]
    in_x, out_x = _slab(body.x - half, body.x + half, x, dx)
    in_y, out_y = _slab(body.y, body.y + height, y, dy)
    in_z, out_z = _slab(body.z - half, body.z + half, z, dz)
    enters, leaves = max(in_x, max(in_y, in_z)), min(out_x, min(out_y, out_z))
    if enters > leaves or leaves < 0.0:
        return _FAR
    return max(enters, 0.0)


@inner
def first_body(
    world: World, x: float, y: float, z: float, dx: float, dy: float, dz: float, far: float
) -> tuple[int, float]:
    """The first mob along a ray, and how far it is; -1 for none."""
    found, nearest = integer(-1), far
    for i in range(world.n_bodies):
        if world.bodies[i].kind > 2:
            distance = distance_to_body(world, i, x, y, z, dx, dy, dz)
            if distance <= nearest:
                found, nearest = integer(i), distance
    return found, nearest
