"""The nearest of everything that is remembered. Compiled."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import (
    BIT_OF_KIND,
    BIT_OF_STATE,
    KIND_OF_BIT,
    KIND_OF_STATE,
    LOG,
    N_BLOCK_KINDS,
    N_INDEXED,
    N_KINDS,
    TREE,
)
from envs.minecraft.direct.memory import MAX_GIVEN_UP, N_LAYERS, N_PARTS, PART, Memory
from envs.minecraft.world.compiled.sight import eyes_of
from envs.minecraft.world.state import N_CHUNKS, WINDOW, World

NONE = 1e9
"""The distance of what is not known."""

_CLOSE = 36.0
_BANDS = np.array([0.0, _CLOSE, 400.0, 1_600.0, 6_400.0, 1e18])
"""Squared distances of cubes, which are looked through from the nearest band to the farthest."""

_MASK, _PARTS = WINDOW - 1, N_PARTS - 1
_WIDE, _SMALL = integer(16), integer(PART)
_NO_BITS = np.uint64(0)
_ALL = np.bitwise_or.reduce(BIT_OF_KIND)

_LOGS_FIRST = 5.0
"""Blocks by which logs may be farther than leaves and still come first."""


@inner
def is_given_up(memory: Memory, x: int, y: int, z: int) -> bool:
    """Whether a place is among those that could not be got at."""
    for row in range(min(memory.n_given_up, MAX_GIVEN_UP)):
        place = memory.given_up[row]
        if place[0] == x and place[1] == y and place[2] == z:
            return True
    return False


@inner
def give_up(memory: Memory, x: int, y: int, z: int) -> None:
    """Leave a place alone from now on."""
    place = memory.given_up[memory.n_given_up % MAX_GIVEN_UP]
    place[0], place[1], place[2] = x, y, z
    memory.n_given_up += 1


@inner
def _gap(at: float, low: int, wide: int) -> float:
    """From a number to the nearest one of those from `low` to `low + wide`."""
    return max(0.0, max(low - at, at - (low + wide)))


@inner
def _scan_part(
    world: World, memory: Memory, x0: int, y0: int, z0: int, sought: np.uint64, ranks: NDArray[np.int64],
    rank: int,
) -> None:  # fmt: skip
    """Take in the blocks of one cube of 4; those of one distance are taken in the order of their ranks."""
    x, y, z = world.x - 0.5, eyes_of(world) - 0.5, world.z - 0.5
    for a in range(x0, x0 + PART):
        for c in range(z0, z0 + PART):
            for b in range(y0, y0 + PART):
                stored = memory.blocks[a & _MASK, c & _MASK, b]
                if stored == 0 or not BIT_OF_STATE[stored - 1] & sought:
                    continue
                kind = integer(KIND_OF_STATE[stored - 1])
                dx, dy, dz = a - x, b - y, c - z
                far = dx * dx + dy * dy + dz * dz
                best = memory.nearest[kind]
                if far > best[0]:
                    continue
                its_rank = rank + ((a & 15) * 16 + (c & 15)) * 16 + (b & 15)
                if (far < best[0] or its_rank < ranks[kind]) and not is_given_up(memory, a, b, c):
                    best[0], best[1], best[2], best[3] = far, a, b, c
                    ranks[kind] = its_rank


@inner
def _nearer(memory: Memory, least: float, kinds: np.uint64) -> np.uint64:
    """Those of some kinds, as bits, of which a block at this squared distance would be the nearest."""
    found = _NO_BITS
    for bit in range(len(KIND_OF_BIT)):
        if kinds & BIT_OF_KIND[KIND_OF_BIT[bit]] and least < memory.nearest[KIND_OF_BIT[bit], 0]:
            found |= BIT_OF_KIND[KIND_OF_BIT[bit]]
    return found


@inner
def _scan(
    world: World, memory: Memory, i: int, k: int, layer: int, sought: np.uint64, ranks: NDArray[np.int64],
    rank: int,
) -> None:  # fmt: skip
    """Take in the parts of one cube of 16 that may hold something nearer."""
    x0, y0, z0 = memory.chunk_x[i, k] * 16, layer * 16, memory.chunk_z[i, k] * 16
    eyes = eyes_of(world)
    for x in range(x0, x0 + 16, PART):
        gap_x = _gap(world.x, x, _SMALL)
        for z in range(z0, z0 + 16, PART):
            gap_z = _gap(world.z, z, _SMALL)
            for y in range(y0, y0 + 16, PART):
                there = memory.parts[(x // PART) & _PARTS, (z // PART) & _PARTS, y // PART] & sought
                if there:
                    gap_y = _gap(eyes, y, _SMALL)
                    there = _nearer(memory, gap_x * gap_x + gap_y * gap_y + gap_z * gap_z, there)
                    if there:
                        _scan_part(world, memory, x, y, z, there, ranks, rank)


@inner
def _search(
    world: World, memory: Memory, low: float, high: float, sought: np.uint64, ranks: NDArray[np.int64]
) -> None:
    """Scan the cubes whose squared distance is from `low` on and below `high`."""
    y = eyes_of(world)
    for i in range(N_CHUNKS):
        for k in range(N_CHUNKS):
            if not memory.used[i, k]:
                continue
            gap_x = _gap(world.x, memory.chunk_x[i, k] * 16, _WIDE)
            gap_z = _gap(world.z, memory.chunk_z[i, k] * 16, _WIDE)
            flat = gap_x * gap_x + gap_z * gap_z
            if flat >= high:
                continue
            for layer in range(N_LAYERS):
                there = memory.cubes[i, k, layer] & sought
                if not there:
                    continue
                gap_y = _gap(y, layer * 16, _WIDE)
                least = flat + gap_y * gap_y
                if least < low or least >= high:
                    continue
                there = _nearer(memory, least, there)
                if there:
                    rank = (((least >= _CLOSE) * N_CHUNKS + i) * N_CHUNKS + k) * N_LAYERS + layer
                    _scan(world, memory, i, k, layer, there, ranks, integer(rank * 4096))


@inner
def _nearest_mobs(world: World, memory: Memory) -> None:
    for kind in range(N_BLOCK_KINDS, N_KINDS):
        memory.known[kind] = 0
    for row in range(memory.n_sightings):
        seen = memory.sightings[row]
        kind = seen[0]
        memory.known[kind] += 1
        dx, dy, dz = seen[1] + 0.5 - world.x, seen[2] + 0.5 - world.y, seen[3] + 0.5 - world.z
        far = dx * dx + dy * dy + dz * dz
        best = memory.nearest[kind]
        if far < best[0]:
            best[0], best[1], best[2], best[3] = far, seen[1], seen[2], seen[3]


@inner
def survey(world: World, memory: Memory) -> None:
    """Bring `Memory.nearest` up to date."""
    memory.nearest[:, 0] = NONE * NONE
    ranks = np.zeros(N_INDEXED, np.int64)
    for band in range(len(_BANDS) - 1):
        sought = _nearer(memory, _BANDS[band], _ALL)
        if sought:
            _search(world, memory, _BANDS[band], _BANDS[band + 1], sought, ranks)
    _nearest_mobs(world, memory)
    for kind in range(len(memory.known)):
        memory.nearest[kind, 0] = math.sqrt(memory.nearest[kind, 0])
    if memory.nearest[LOG, 0] <= memory.nearest[TREE, 0] + _LOGS_FIRST:
        memory.nearest[TREE, :] = memory.nearest[LOG]
