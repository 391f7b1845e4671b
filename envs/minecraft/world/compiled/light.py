"""How light it is at a place: light of the sky and of torches, fading by one a block."""

from __future__ import annotations

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.land import block_at
from envs.minecraft.world.state import LAYERS, WINDOW, World
from envs.minecraft.world.tables.blocks import HIDES, LIGHT

_MASK = WINDOW - 1
_FULL = integer(15)
_REACH = 15
_SIDE = 2 * _REACH + 1
MOST = 4096
"""Places that are looked at for one answer."""


@inner
def sees_sky(world: World, x: int, y: int, z: int) -> bool:
    """Whether nothing above a place hides the sky."""
    return bool(y >= world.tops[x & _MASK, z & _MASK])


@inner
def _spread(world: World, x: int, y: int, z: int, darkness: int) -> tuple[int, int]:
    """Light of the sky at noon and of blocks, looked for by way of places that light gets through.

    With a `darkness` of 0 and more the search ends as soon as the brighter of the two, the sky's less the
    darkness, is certain; with -1 when both are.
    """
    here = block_at(world, x, y, z)
    if y >= LAYERS:
        return _FULL, integer(0)
    sky, glow = integer(0), integer(LIGHT[here])
    if sees_sky(world, x, y, z):
        sky = _FULL
    seen = np.zeros((_SIDE, _SIDE, _SIDE), np.bool_)
    queue = np.empty((MOST, 4), np.int16)
    queue[0, 0], queue[0, 1], queue[0, 2], queue[0, 3] = 0, 0, 0, 0
    seen[_REACH, _REACH, _REACH] = True
    first, last = 0, 1
    while first < last:
        i, j, k, away = queue[first, 0], queue[first, 1], queue[first, 2], queue[first, 3]
        first += 1
        if darkness >= 0:
            if 14 - away <= max(glow, sky - darkness):
                break
        elif 14 - away <= glow and 15 - away <= sky:
            break
        for way in range(6):
            a = i + (way == 0) - (way == 1)
            b = j + (way == 2) - (way == 3)
            c = k + (way == 4) - (way == 5)
            if max(abs(a), max(abs(b), abs(c))) > _REACH or seen[a + _REACH, b + _REACH, c + _REACH]:
                continue
            seen[a + _REACH, b + _REACH, c + _REACH] = True
            state = block_at(world, x + a, y + b, z + c)
            glow = max(glow, integer(LIGHT[state]) - (away + 1))
            if HIDES[state]:
                continue
            if sees_sky(world, x + a, y + b, z + c):
                sky = max(sky, _FULL - (away + 1))
            if last < MOST:
                queue[last, 0], queue[last, 1], queue[last, 2], queue[last, 3] = a, b, c, away + 1
                last += 1
    return sky, glow


@inner
def light_at(world: World, x: int, y: int, z: int) -> tuple[int, int]:
    """The light of the sky at noon, and of blocks, at a place; 0..15 each."""
    return _spread(world, x, y, z, integer(-1))


@inner
def darkness_of(world: World) -> int:
    """By how much the light of the sky is less than at noon.

    Source: `World.calculateSkylightSubtracted` of 1.11.2, as generally known.
    """
    turn = day_angle(world.time)
    bright = 1.0 - (np.cos(turn * 2.0 * np.pi) * 2.0 + 0.5)
    bright = 1.0 - max(0.0, min(1.0, bright))
    if world.raining:
        bright *= 1.0 - 5.0 / 16.0
    return int((1.0 - bright) * 11.0)


@inner
def day_angle(time: int) -> float:
    """How far the sun is on its way, 0 at noon.

    Source: `WorldProvider.calculateCelestialAngle` of 1.11.2, as generally known.
    """
    at = time / 24000.0 - 0.25
    if at < 0.0:
        at += 1.0
    bent = 1.0 - (np.cos(at * np.pi) + 1.0) / 2.0
    return float(at + (bent - at) / 3.0)


@inner
def total_light(world: World, x: int, y: int, z: int) -> int:
    """Light at a place now, 0..15; the search ends sooner than that of `light_at`."""
    darkness = integer(darkness_of(world))
    sky, glow = _spread(world, x, y, z, darkness)
    return max(glow, max(integer(0), sky - darkness))
