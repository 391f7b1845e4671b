"""What a look shows: rays through the field of view, what is touched, the mobs in view. Compiled."""

from __future__ import annotations

import math

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import HIDES_VIEW, IS_WATER, KIND_OF_BODY, NO_KIND
from envs.minecraft.direct.memory import MAX_SIGHTINGS, Memory
from envs.minecraft.direct.remembering import have, remember
from envs.minecraft.world.compiled.land import block_at
from envs.minecraft.world.compiled.sight import HEIGHT, eyes_of, first_block, look_of
from envs.minecraft.world.state import LAYERS, WINDOW, World

_COLUMNS, _ROWS = 25, 15
_WIDE, _HIGH = 104.0, 75.0
"""Rays across and down a look, and the field of view in degrees: about Minecraft's 70 by the picture's shape.
Rays are shifted from look to look, so that gaps between them close."""

_FAR, _FAR_UP = 48.0, 20.0
"""Blocks that a look reaches; upwards there is little to see."""

_WATER_COSTS = 4.0
"""Blocks of air that one of water counts as."""

_MOBS_FAR, _KEPT_TICKS = 40.0, 600
_COS_VIEW = math.cos(math.radians(52.0))
_HUGE = 1e30
_MASK = WINDOW - 1


@inner
def _follow_ray(
    world: World, memory: Memory, x: float, y: float, z: float, dx: float, dy: float, dz: float, far: float
) -> None:
    """Remember all places along a ray, until something hides what is behind."""
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    step_x, step_y, step_z = (1 if dx > 0 else -1), (1 if dy > 0 else -1), (1 if dz > 0 else -1)
    each_x = abs(1.0 / dx) if dx != 0.0 else _HUGE
    each_y = abs(1.0 / dy) if dy != 0.0 else _HUGE
    each_z = abs(1.0 / dz) if dz != 0.0 else _HUGE
    next_x = ((i + 1 - x) if dx > 0 else (x - i)) * each_x if dx != 0.0 else _HUGE
    next_y = ((j + 1 - y) if dy > 0 else (y - j)) * each_y if dy != 0.0 else _HUGE
    next_z = ((k + 1 - z) if dz > 0 else (z - k)) * each_z if dz != 0.0 else _HUGE
    distance = 0.0
    chunk_x, chunk_z = (i >> 4) + 1, k >> 4
    while distance <= far:
        if j >= LAYERS and dy >= 0.0:
            return
        state = block_at(world, i, j, k)
        if 0 <= j < LAYERS:
            if i >> 4 != chunk_x or k >> 4 != chunk_z:
                chunk_x, chunk_z = i >> 4, k >> 4
                have(memory, i, k)
            if memory.blocks[i & _MASK, k & _MASK, j] != state + 1:
                remember(memory, i, j, k, state)
        if HIDES_VIEW[state]:
            return
        if IS_WATER[state]:
            far -= _WATER_COSTS
        if next_x <= next_y and next_x <= next_z:
            distance = next_x
            i += step_x
            next_x += each_x
        elif next_y <= next_z:
            distance = next_y
            j += step_y
            next_y += each_y
        else:
            distance = next_z
            k += step_z
            next_z += each_z


@inner
def _touch(world: World, memory: Memory) -> None:
    """Remember what the body stands in and next to, and what is seen over that."""
    x, y, z = math.floor(world.x), math.floor(world.y), math.floor(world.z)
    for up in range(-1, 3):
        remember(memory, x, y + up, z, block_at(world, x, y + up, z))
    for turn in range(4):
        i = x + (1 if turn == 0 else -1 if turn == 2 else 0)
        k = z + (1 if turn == 1 else -1 if turn == 3 else 0)
        for up in range(2):
            remember(memory, i, y + up, k, block_at(world, i, y + up, k))
        if not HIDES_VIEW[block_at(world, i, y, k)]:
            remember(memory, i, y - 1, k, block_at(world, i, y - 1, k))


@inner
def _in_view(world: World, x: float, y: float, z: float) -> bool:
    """Whether a place is within the field of view, or very close."""
    dx, dy, dz = x - world.x, y - eyes_of(world), z - world.z
    far = math.sqrt(dx * dx + dy * dy + dz * dz)
    lx, ly, lz = look_of(world.yaw, world.pitch)
    return far < 2.5 or dx * lx + dy * ly + dz * lz > far * _COS_VIEW


@inner
def _sees(world: World, x: float, y: float, z: float) -> bool:
    """Whether a point of a mob is in view, and nothing in front of it."""
    eyes = eyes_of(world)
    dx, dy, dz = x - world.x, y - eyes, z - world.z
    far = math.sqrt(dx * dx + dy * dy + dz * dz)
    if far > _MOBS_FAR or far < 1e-6 or not _in_view(world, x, y, z):
        return False
    _, _, _, face, clear = first_block(
        world, world.x, eyes, world.z, dx / far, dy / far, dz / far, far, False
    )
    return bool(face == -2 or clear >= far - 0.6)


@inner
def _sight_mobs(world: World, memory: Memory) -> None:
    """Remember mobs in view, and those seen lately that are not where one looks now."""
    kept = integer(0)
    for row in range(memory.n_sightings):
        seen = memory.sightings[row]
        if world.ticks - seen[4] > _KEPT_TICKS or _in_view(
            world, seen[1] + 0.5, seen[2] + 0.5, seen[3] + 0.5
        ):
            continue
        seen[5] = 0
        memory.sightings[kept, :] = seen
        kept += 1
    for row in range(world.n_bodies):
        body = world.bodies[row]
        kind = integer(KIND_OF_BODY[body.kind])
        if kind == NO_KIND or kept >= MAX_SIGHTINGS:
            continue
        if not (
            _sees(world, body.x, body.y + HEIGHT[body.kind] * 0.7, body.z)
            or _sees(world, body.x, body.y + HEIGHT[body.kind] * 0.9, body.z)
        ):
            continue
        seen = memory.sightings[kept]
        seen[0], seen[4], seen[5] = kind, world.ticks, 1
        seen[1], seen[2], seen[3] = math.floor(body.x), math.floor(body.y), math.floor(body.z)
        kept += 1
    memory.n_sightings = kept


@inner
def look(world: World, memory: Memory) -> None:
    """Take in what is in view now."""
    memory.looks += 1
    shift = (memory.looks * 0.6180339887498949) % 1.0
    shift_down = (memory.looks * 0.7548776662466927) % 1.0
    x, y, z = world.x, eyes_of(world), world.z
    sines, cosines = np.empty(_COLUMNS), np.empty(_COLUMNS)
    for column in range(_COLUMNS):
        turn = math.radians(world.yaw + ((column + shift) / _COLUMNS - 0.5) * _WIDE)
        sines[column], cosines[column] = math.sin(turn), math.cos(turn)
    for row in range(_ROWS):
        pitch = world.pitch + ((row + shift_down) / _ROWS - 0.5) * _HIGH
        if pitch < -90.0 or pitch > 90.0:
            continue
        far = _FAR if pitch > -8.0 else _FAR_UP
        level, dy = math.cos(math.radians(pitch)), -math.sin(math.radians(pitch))
        for column in range(_COLUMNS):
            dx, dz = -sines[column] * level, cosines[column] * level
            _follow_ray(world, memory, x, y, z, dx, dy, dz, far)
    _touch(world, memory)
    _sight_mobs(world, memory)
