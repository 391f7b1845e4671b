"""Writing into the remembered map and reading it, compiled."""

from __future__ import annotations

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import BIT_OF_KIND, BIT_OF_STATE, IS_WATER, KIND_OF_STATE, NO_KIND
from envs.minecraft.direct.memory import COARSE, N_LAYERS, N_PARTS, PART, Memory
from envs.minecraft.world.state import LAYERS, N_CHUNKS, WINDOW
from envs.minecraft.world.tables.blocks import COLLIDES, FIRST_STATE

_MASK = WINDOW - 1
_SLOTS = N_CHUNKS - 1
_SQUARES = COARSE - 1
_PARTS = N_PARTS - 1
_A = 16 // PART
"""Parts of a chunk each way."""

_NO_BITS = np.uint64(0)
_BEDROCK = integer(FIRST_STATE["bedrock"] + 1)
_AIR = integer(1)
UNSEEN = integer(0)
GROUND = np.logical_or(COLLIDES, IS_WATER)
"""bool[256], by state: what land ends with above, water included."""


@inner
def owns(memory: Memory, x: int, z: int) -> bool:
    """Whether something is remembered of the chunk of a column."""
    i, k = (x >> 4) & _SLOTS, (z >> 4) & _SLOTS
    return bool(memory.used[i, k]) and memory.chunk_x[i, k] == x >> 4 and memory.chunk_z[i, k] == z >> 4


@inner
def remembered(memory: Memory, x: int, y: int, z: int) -> int:
    """1 + the state remembered at a place, 0 where nothing was seen; air above the land, bedrock below."""
    if y >= LAYERS:
        return _AIR
    if y < 0:
        return _BEDROCK
    if not owns(memory, x, z):
        return UNSEEN
    return integer(memory.blocks[x & _MASK, z & _MASK, y])


@inner
def ground_at(memory: Memory, x: int, z: int) -> int:
    """1 + the highest layer remembered to be solid or water in a column, 0 for none."""
    return integer(memory.ground[x & _MASK, z & _MASK]) if owns(memory, x, z) else integer(0)


@inner
def open_at(memory: Memory, square_x: int, square_z: int) -> int:
    """Columns of a square of 8 by 8 whose ground was seen."""
    if not owns(memory, square_x * 8, square_z * 8):
        return integer(0)
    return integer(memory.open[square_x & _SQUARES, square_z & _SQUARES])


@inner
def _claim(memory: Memory, x: int, z: int) -> None:
    """Forget the chunk whose part of the window another one needs."""
    i, k = x & _SLOTS, z & _SLOTS
    if memory.used[i, k]:
        memory.blocks[i * 16 : i * 16 + 16, k * 16 : k * 16 + 16, :] = 0
        memory.ground[i * 16 : i * 16 + 16, k * 16 : k * 16 + 16] = 0
        for layer in range(N_LAYERS):
            for kind in range(len(memory.known)):
                memory.known[kind] -= memory.sections[i, k, layer, kind]
                memory.sections[i, k, layer, kind] = 0
            memory.cubes[i, k, layer] = _NO_BITS
        memory.parts[i * _A : i * _A + _A, k * _A : k * _A + _A, :] = _NO_BITS
    memory.open[i * 2 : i * 2 + 2, k * 2 : k * 2 + 2] = 0
    memory.tried[i * 2 : i * 2 + 2, k * 2 : k * 2 + 2] = 0
    memory.used[i, k], memory.chunk_x[i, k], memory.chunk_z[i, k] = 1, x, z


@inner
def have(memory: Memory, x: int, z: int) -> None:
    """Let the chunk of a column have its part of the window."""
    if not owns(memory, x, z):
        _claim(memory, x >> 4, z >> 4)


@inner
def _come(memory: Memory, x: int, y: int, z: int, state: int) -> None:
    """Count a block that is remembered from now on."""
    kind = integer(KIND_OF_STATE[state])
    if kind == NO_KIND:
        return
    i, k = (x >> 4) & _SLOTS, (z >> 4) & _SLOTS
    memory.sections[i, k, y >> 4, kind] += 1
    memory.known[kind] += 1
    memory.cubes[i, k, y >> 4] |= BIT_OF_KIND[kind]
    memory.parts[(x // PART) & _PARTS, (z // PART) & _PARTS, y // PART] |= BIT_OF_KIND[kind]


@inner
def _go(memory: Memory, x: int, y: int, z: int, state: int) -> None:
    """Count a block no longer, after another one is remembered in its place."""
    kind = integer(KIND_OF_STATE[state])
    if kind == NO_KIND:
        return
    i, k = (x >> 4) & _SLOTS, (z >> 4) & _SLOTS
    memory.sections[i, k, y >> 4, kind] -= 1
    memory.known[kind] -= 1
    if memory.sections[i, k, y >> 4, kind] == 0:
        memory.cubes[i, k, y >> 4] &= ~BIT_OF_KIND[kind]
    a, c, b = (x // PART) & _PARTS, (z // PART) & _PARTS, y // PART
    bits = _NO_BITS
    for column in range(PART * PART):
        for layer in range(PART):
            stored = memory.blocks[a * PART + column // PART, c * PART + column % PART, b * PART + layer]
            if stored > 0:
                bits |= BIT_OF_STATE[stored - 1]
    memory.parts[a, c, b] = bits


@inner
def _follow_ground(memory: Memory, x: int, y: int, z: int, state: int) -> None:
    """Bring the ground of a column up to date, after a place of it was seen."""
    i, k = x & _MASK, z & _MASK
    old = integer(memory.ground[i, k])
    if GROUND[state]:
        if y >= old:
            memory.ground[i, k] = y + 1
            if old == 0:
                memory.open[(x >> 3) & _SQUARES, (z >> 3) & _SQUARES] += 1
    elif y == old - 1:
        top = y
        while top > 0 and (memory.blocks[i, k, top - 1] == 0 or not GROUND[memory.blocks[i, k, top - 1] - 1]):
            top -= 1
        memory.ground[i, k] = top
        if top == 0:
            memory.open[(x >> 3) & _SQUARES, (z >> 3) & _SQUARES] -= 1


@inner
def remember(memory: Memory, x: int, y: int, z: int, state: int) -> None:
    """Remember what is at a place."""
    if not 0 <= y < LAYERS:
        return
    have(memory, x, z)
    old = integer(memory.blocks[x & _MASK, z & _MASK, y])
    if old == state + 1:
        return
    memory.changes += 1
    memory.blocks[x & _MASK, z & _MASK, y] = state + 1
    if old != 0:
        _go(memory, x, y, z, old - 1)
    _come(memory, x, y, z, state)
    _follow_ground(memory, x, y, z, state)
