"""The nearest of everything that is remembered. Compiled."""

from __future__ import annotations

import math

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import KIND_OF_STATE, LOG, N_BLOCK_KINDS, N_KINDS, NO_KIND, TREE
from envs.minecraft.direct.memory import MAX_GIVEN_UP, N_LAYERS, Memory
from envs.minecraft.world.compiled.sight import eyes_of
from envs.minecraft.world.state import N_CHUNKS, World

NONE = 1e9
"""The distance of what is not known."""

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
def _gap(at: float, low: int) -> float:
    """From a number to the nearest of the sixteen that begin with `low`."""
    return max(0.0, max(low - at, at - (low + 16)))


@inner
def _scan(world: World, memory: Memory, i: int, k: int, layer: int) -> None:
    """Take in the blocks of one cube of 16."""
    x0, y0, z0 = memory.chunk_x[i, k] * 16, layer * 16, memory.chunk_z[i, k] * 16
    x, y, z = world.x - 0.5, eyes_of(world) - 0.5, world.z - 0.5
    for a in range(16):
        for c in range(16):
            for b in range(16):
                stored = memory.blocks[i * 16 + a, k * 16 + c, y0 + b]
                if stored == 0:
                    continue
                kind = integer(KIND_OF_STATE[stored - 1])
                if kind == NO_KIND:
                    continue
                dx, dy, dz = x0 + a - x, y0 + b - y, z0 + c - z
                far = dx * dx + dy * dy + dz * dz
                best = memory.nearest[kind]
                if far < best[0] and not is_given_up(memory, x0 + a, y0 + b, z0 + c):
                    best[0], best[1], best[2], best[3] = far, x0 + a, y0 + b, z0 + c


@inner
def _search(world: World, memory: Memory, close: bool) -> None:
    """Scan the cubes that may hold something nearer; only those around the player, or only the others."""
    y = eyes_of(world)
    for i in range(N_CHUNKS):
        for k in range(N_CHUNKS):
            if not memory.used[i, k]:
                continue
            gap_x = _gap(world.x, memory.chunk_x[i, k] * 16)
            gap_z = _gap(world.z, memory.chunk_z[i, k] * 16)
            for layer in range(N_LAYERS):
                gap_y = _gap(y, layer * 16)
                least = gap_x * gap_x + gap_y * gap_y + gap_z * gap_z
                if (least < 36.0) != close:
                    continue
                for kind in range(len(memory.known)):
                    if memory.sections[i, k, layer, kind] > 0 and least < memory.nearest[kind, 0]:
                        _scan(world, memory, i, k, layer)
                        break


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
    _search(world, memory, True)
    _search(world, memory, False)
    _nearest_mobs(world, memory)
    for kind in range(len(memory.known)):
        memory.nearest[kind, 0] = math.sqrt(memory.nearest[kind, 0])
    if memory.nearest[LOG, 0] <= memory.nearest[TREE, 0] + _LOGS_FIRST:
        memory.nearest[TREE, :] = memory.nearest[LOG]
