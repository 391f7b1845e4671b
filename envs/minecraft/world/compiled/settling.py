"""What becomes of blocks when the one beside them is gone: sand falls, plants and torches come off."""

from __future__ import annotations

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bodies import drop_item
from envs.minecraft.world.compiled.chance import between, uniform
from envs.minecraft.world.compiled.land import AIR, block_at, collides, flow_around, put_block
from envs.minecraft.world.state import LAYERS, World
from envs.minecraft.world.tables.blocks import FIRST_STATE, NUMBER, REPLACED, STATES
from envs.minecraft.world.tables.drops import DROPS

_FALLS = np.array([block.name in ("sand", "gravel") for block in STATES])
_FRAIL = ("plant", "grassy", "circuit", "snowfall", "carpet", "cactus")
_STANDS = np.array([block.material.name in _FRAIL for block in STATES])
_TALL = np.array([block.name in ("reeds", "cactus") for block in STATES])
_AT_WALLS = ("torch", "redstone_torch", "ladder", "cocoa")
_HANGS = np.array([block.name in _AT_WALLS for block in STATES])
_SNOW = integer(FIRST_STATE["snow_layer"])
_COCOA = integer(NUMBER["cocoa:8"])


@inner
def falls(state: int) -> bool:
    """Whether a block falls when nothing is under it."""
    return bool(_FALLS[state])


@inner
def holds(world: World, x: int, y: int, z: int, state: int) -> bool:
    """Whether a block can stand at a place."""
    if _HANGS[state] and (
        collides(world, x - 1, y, z)
        or collides(world, x + 1, y, z)
        or collides(world, x, y, z - 1)
        or collides(world, x, y, z + 1)
    ):
        return True
    if state == _COCOA:
        return False
    return collides(world, x, y - 1, z) or (_TALL[state] and block_at(world, x, y - 1, z) == state)


@inner
def settle(world: World, x: int, y: int, z: int) -> None:
    """Let the blocks around a place that has just become empty come down or off."""
    _come_down(world, x, y + 1, z)
    _come_off(world, x - 1, y, z)
    _come_off(world, x + 1, y, z)
    _come_off(world, x, y, z - 1)
    _come_off(world, x, y, z + 1)


@inner
def _come_down(world: World, x: int, y: int, z: int) -> None:
    """Let what stands on top of a place fall or come off, and what stands on that."""
    for layer in range(y, LAYERS):
        state = block_at(world, x, layer, z)
        if falls(state):
            fall(world, x, layer, z)
        elif _STANDS[state] and not holds(world, x, layer, z, state):
            _lose(world, x, layer, z, state)
        else:
            return


@inner
def _come_off(world: World, x: int, y: int, z: int) -> None:
    state = block_at(world, x, y, z)
    if _HANGS[state] and not holds(world, x, y, z, state):
        _lose(world, x, y, z, state)


@inner
def _lose(world: World, x: int, y: int, z: int, state: int) -> None:
    put_block(world, x, y, z, AIR)
    row = DROPS[state, 0]
    by_luck = row.chance >= 0 and uniform(world) >= world.rules[row.chance]
    if row.thing != 0 and row.tool == 0 and state != _SNOW and not by_luck:
        count = between(world, row.low, row.high)
        if count > 0:
            drop_item(world, row.thing, count, integer(0), x + 0.5, y + 0.3, z + 0.5)


@inner
def fall(world: World, x: int, y: int, z: int) -> None:
    """Let sand or gravel at a place fall as far as it can, at once."""
    state = block_at(world, x, y, z)
    bottom = y
    while bottom > 0 and REPLACED[block_at(world, x, bottom - 1, z)]:
        bottom -= 1
    if bottom < y:
        put_block(world, x, y, z, AIR)
        put_block(world, x, bottom, z, state)
        flow_around(world, x, y, z)
