"""Moving boxes through whole blocks."""

from __future__ import annotations

import math

from envs.grid.compiling import inner
from envs.minecraft.world.compiled.land import collides
from envs.minecraft.world.state import World

_SKIN = 1e-7


@inner
def _cells(low: float, high: float) -> tuple[int, int]:
    """The first and the last cell that an extent reaches into."""
    return math.floor(low + _SKIN), math.floor(high - _SKIN)


@inner
def moved_y(world: World, x: float, y: float, z: float, half: float, height: float, by: float) -> float:
    """How far a box gets upwards, or downwards if `by` is negative."""
    x0, x1 = _cells(x - half, x + half)
    z0, z1 = _cells(z - half, z + half)
    first = math.floor(y + height - _SKIN) + 1 if by > 0 else math.floor(y + _SKIN) - 1
    last = math.floor(y + height + by - _SKIN) if by > 0 else math.floor(y + by + _SKIN)
    step = 1 if by > 0 else -1
    cell = first
    while (cell <= last) if by > 0 else (cell >= last):
        for i in range(x0, x1 + 1):
            for k in range(z0, z1 + 1):
                if collides(world, i, cell, k):
                    return max(0.0, cell - y - height) if by > 0 else min(0.0, cell + 1.0 - y)
        cell += step
    return by


@inner
def moved_x(world: World, x: float, y: float, z: float, half: float, height: float, by: float) -> float:
    """How far a box gets along x."""
    y0, y1 = _cells(y, y + height)
    z0, z1 = _cells(z - half, z + half)
    first = math.floor(x + half - _SKIN) + 1 if by > 0 else math.floor(x - half + _SKIN) - 1
    last = math.floor(x + half + by - _SKIN) if by > 0 else math.floor(x - half + by + _SKIN)
    step = 1 if by > 0 else -1
    cell = first
    while (cell <= last) if by > 0 else (cell >= last):
        for j in range(y0, y1 + 1):
            for k in range(z0, z1 + 1):
                if collides(world, cell, j, k):
                    return max(0.0, cell - x - half) if by > 0 else min(0.0, cell + 1.0 - x + half)
        cell += step
    return by


@inner
def moved_z(world: World, x: float, y: float, z: float, half: float, height: float, by: float) -> float:
    """How far a box gets along z."""
    y0, y1 = _cells(y, y + height)
    x0, x1 = _cells(x - half, x + half)
    first = math.floor(z + half - _SKIN) + 1 if by > 0 else math.floor(z - half + _SKIN) - 1
    last = math.floor(z + half + by - _SKIN) if by > 0 else math.floor(z - half + by + _SKIN)
    step = 1 if by > 0 else -1
    cell = first
    while (cell <= last) if by > 0 else (cell >= last):
        for j in range(y0, y1 + 1):
            for i in range(x0, x1 + 1):
                if collides(world, i, j, cell):
                    return max(0.0, cell - z - half) if by > 0 else min(0.0, cell + 1.0 - z + half)
        cell += step
    return by


@inner
def blocked(world: World, x: float, y: float, z: float, half: float, height: float) -> bool:
    """Whether a box at a place would be inside a block."""
    x0, x1 = _cells(x - half, x + half)
    y0, y1 = _cells(y, y + height)
    z0, z1 = _cells(z - half, z + half)
    for i in range(x0, x1 + 1):
        for j in range(y0, y1 + 1):
            for k in range(z0, z1 + 1):
                if collides(world, i, j, k):
                    return True
    return False
