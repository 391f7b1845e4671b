"""Smooth noise that follows from a seed and a place."""

from __future__ import annotations

import math

from envs.grid.compiling import inner
from envs.minecraft.world.compiled.chance import at_place


@inner
def _eased(t: float) -> float:
    return t * t * (3.0 - 2.0 * t)


@inner
def smooth2(seed: int, x: float, z: float) -> float:
    """Noise of the plane, in 0..1, with one hill a unit or so."""
    i, k = math.floor(x), math.floor(z)
    u, v = _eased(x - i), _eased(z - k)
    low = at_place(seed, i, 0, k) * (1.0 - u) + at_place(seed, i + 1, 0, k) * u
    high = at_place(seed, i, 0, k + 1) * (1.0 - u) + at_place(seed, i + 1, 0, k + 1) * u
    return low * (1.0 - v) + high * v


@inner
def rough2(seed: int, x: float, z: float) -> float:
    """The same with smaller hills on it: three octaves."""
    one, two, three = smooth2(seed, x, z), smooth2(seed + 1, x * 2, z * 2), smooth2(seed + 2, x * 4, z * 4)
    return (one * 4.0 + two * 2.0 + three) / 7.0


@inner
def smooth3(seed: int, x: float, y: float, z: float) -> float:
    """Noise of space, in 0..1."""
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    u, v, w = _eased(x - i), _eased(y - j), _eased(z - k)
    found = 0.0
    for b in range(2):
        for c in range(2):
            row = at_place(seed, i, j + b, k + c) * (1.0 - u) + at_place(seed, i + 1, j + b, k + c) * u
            found += row * (v if b else 1.0 - v) * (w if c else 1.0 - w)
    return found
