"""The random generator of a world, and numbers that follow from a place.

Source:
    Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014 (SplitMix64).
"""

from __future__ import annotations

import math

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.state import World

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
_PARTS = 1.0 / 9007199254740992.0
_X, _Y, _Z = np.uint64(0x8DA6B343A1B2C3D5), np.uint64(0xD8163841F0E1D2C3), np.uint64(0xCB1AB31F5A6B7C8D)


@inner
def mixed(value: np.uint64) -> np.uint64:
    """SplitMix64's last step."""
    value = (value ^ (value >> _S30)) * _FIRST
    value = (value ^ (value >> _S27)) * _SECOND
    return value ^ (value >> _S31)


@inner
def uniform(world: World) -> float:
    """The next number of a world's generator, in [0, 1)."""
    state = np.uint64(integer(world.random)) + _GAMMA
    world.random = integer(state)
    return float(mixed(state) >> _S11) * _PARTS


@inner
def below(world: World, n: int) -> int:
    """The next integer of a world's generator, 0..n - 1."""
    return int(uniform(world) * n)


@inner
def between(world: World, low: int, high: int) -> int:
    """The next integer of a world's generator, low..high."""
    return low + int(uniform(world) * (high - low + 1))


@inner
def normal(world: World) -> float:
    """A number of mean 0 and deviation 1. Source: Box and Muller, 1958."""
    length = math.sqrt(-2.0 * math.log(1.0 - uniform(world)))
    return length * math.cos(2.0 * math.pi * uniform(world))


@inner
def at_place(seed: int, x: int, y: int, z: int) -> float:
    """A number in [0, 1) that follows from a seed and a place."""
    value = np.uint64(integer(seed)) + np.uint64(integer(x)) * _X
    value += np.uint64(integer(y)) * _Y + np.uint64(integer(z)) * _Z
    return float(mixed(value) >> _S11) * _PARTS
