"""Water and lava that run: down first, else sideways, getting less; and what they make of each other.

Source:
    `BlockDynamicLiquid` of 1.11.2, as generally known; here a liquid looks for no edge first.
"""

from __future__ import annotations

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.land import (
    AIR,
    LAVA,
    WATER,
    block_at,
    collides,
    flow_around,
    is_lava,
    is_water,
    put_block,
)
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import FIRST_STATE, REPLACED
from envs.minecraft.world.tables.parameters import place_of

_OBSIDIAN, _COBBLESTONE, _STONE = (integer(FIRST_STATE[n]) for n in ("obsidian", "cobblestone", "stone"))
_WATER_SPREAD, _LAVA_SPREAD = place_of("water.spread"), place_of("lava.spread")
_DRY = integer(99)
_AT_ONCE = 256


@inner
def run_liquids(world: World) -> None:
    """Let every liquid whose time has come look around itself."""
    kept, todo = 0, integer(world.n_flows)
    for n in range(todo):
        due = world.flows[n, 3]
        if due <= world.ticks and n - kept < _AT_ONCE:
            world.flows[n, 3] = -1
        else:
            kept += 1
    for n in range(todo):
        if world.flows[n, 3] == -1:
            _run(world, world.flows[n, 0], world.flows[n, 1], world.flows[n, 2])
    kept = 0
    for n in range(world.n_flows):
        if world.flows[n, 3] != -1:
            world.flows[kept, :] = world.flows[n, :]
            kept += 1
    world.n_flows = kept


@inner
def _level(state: int, base: int, most: int) -> int:
    """How far from its source a liquid is: 0 at the source and where it falls; `_DRY` for something else."""
    if not base <= state <= base + most + 1:
        return _DRY
    return integer(0) if state == base + most + 1 else state - base


@inner
def _run(world: World, x: int, y: int, z: int) -> None:
    state = block_at(world, x, y, z)
    if is_lava(state) and _quenched(world, x, y, z, state):
        return
    if is_water(state):
        _quench_around(world, x, y, z)
        base, most = WATER, int(world.rules[_WATER_SPREAD])
    elif is_lava(state):
        base, most = LAVA, int(world.rules[_LAVA_SPREAD])
    else:
        return
    if state != base:
        wanted = _wanted(world, x, y, z, base, most)
        if wanted != state:
            put_block(world, x, y, z, wanted)
            flow_around(world, x, y, z)
            return
    below = block_at(world, x, y - 1, z)
    if _takes(below, base, most):
        _spread(world, x, y - 1, z, base + most + 1, base)
        if state != base:
            return
    if state != base and base <= below <= base + most + 1:
        return
    level = _level(state, base, most) + 1
    if level > most:
        return
    for way in range(4):
        i, k = x + (way == 0) - (way == 1), z + (way == 2) - (way == 3)
        beside = block_at(world, i, y, k)
        thinner = base < beside <= base + most and beside - base > level
        if thinner or _takes(beside, base, most):
            _spread(world, i, y, k, base + level, base)


@inner
def _takes(state: int, base: int, most: int) -> bool:
    """Whether a liquid can run into a place; into its own kind it does not."""
    return bool(REPLACED[state]) and not base <= state <= base + most + 1


@inner
def _wanted(world: World, x: int, y: int, z: int, base: int, most: int) -> int:
    """What a running liquid should be, by what feeds it."""
    if base <= block_at(world, x, y + 1, z) <= base + most + 1:
        return base + most + 1
    lowest, sources = _DRY, 0
    for way in range(4):
        i, k = x + (way == 0) - (way == 1), z + (way == 2) - (way == 3)
        beside = block_at(world, i, y, k)
        lowest = min(lowest, _level(beside, base, most))
        sources += beside == base
    if (
        base == WATER
        and sources >= 2
        and (collides(world, x, y - 1, z) or block_at(world, x, y - 1, z) == base)
    ):
        return base
    return base + lowest + 1 if lowest + 1 <= most else AIR


@inner
def _spread(world: World, x: int, y: int, z: int, state: int, base: int) -> None:
    there = block_at(world, x, y, z)
    if base == LAVA and is_water(there):
        put_block(world, x, y, z, _STONE)
    elif base == WATER and is_lava(there):
        _quenched(world, x, y, z, there)
    else:
        put_block(world, x, y, z, state)
    flow_around(world, x, y, z)


@inner
def _quenched(world: World, x: int, y: int, z: int, state: int) -> bool:
    """Turn lava that water touches from the sides or above into stone; returns whether it did."""
    wet = (
        is_water(block_at(world, x, y + 1, z))
        or is_water(block_at(world, x - 1, y, z))
        or is_water(block_at(world, x + 1, y, z))
        or is_water(block_at(world, x, y, z - 1))
        or is_water(block_at(world, x, y, z + 1))
    )
    if wet:
        put_block(world, x, y, z, _OBSIDIAN if state == LAVA else _COBBLESTONE)
        flow_around(world, x, y, z)
    return wet


@inner
def _quench_around(world: World, x: int, y: int, z: int) -> None:
    """Quench the lava below and beside some water."""
    for way in range(5):
        i, j, k = x + (way == 0) - (way == 1), y - (way == 4), z + (way == 2) - (way == 3)
        state = block_at(world, i, j, k)
        if is_lava(state):
            _quenched(world, i, j, k, state)
