"""The land that is loaded: reading blocks and changing them."""

from __future__ import annotations

from envs.grid.compiling import inner, integer
from envs.minecraft.world.state import LAYERS, MAX_FLOWS, WINDOW, World
from envs.minecraft.world.tables.blocks import COLLIDES, FIRST_STATE, HIDES, NUMBER
from envs.minecraft.world.tables.parameters import place_of

AIR = integer(0)
_BEDROCK = integer(FIRST_STATE["bedrock"])
_MASK = WINDOW - 1
WATER, LAVA = integer(NUMBER["water:0"]), integer(NUMBER["lava:0"])
LAST_WATER, LAST_LAVA = integer(NUMBER["flowing_water:8"]), integer(NUMBER["flowing_lava:8"])
_WATER_TICK, _LAVA_TICK = place_of("water.tick"), place_of("lava.tick")


@inner
def block_at(world: World, x: int, y: int, z: int) -> int:
    """The state at a place: bedrock below the land, air above it and where nothing is loaded."""
    if y >= LAYERS:
        return AIR
    if y < 0:
        return _BEDROCK
    return integer(world.blocks[x & _MASK, z & _MASK, y])


@inner
def is_loaded(world: World, x: int, z: int) -> bool:
    """Whether the chunk of a column is loaded."""
    i, k = (x & _MASK) >> 4, (z & _MASK) >> 4
    return bool(world.loaded[i, k]) and world.chunk_x[i, k] == x >> 4 and world.chunk_z[i, k] == z >> 4


@inner
def is_water(state: int) -> bool:
    """Whether a state is water, still or flowing."""
    return WATER <= state <= LAST_WATER


@inner
def is_lava(state: int) -> bool:
    """Whether a state is lava, still or flowing."""
    return LAVA <= state <= LAST_LAVA


@inner
def collides(world: World, x: int, y: int, z: int) -> bool:
    """Whether bodies stop at a place."""
    return bool(COLLIDES[block_at(world, x, y, z)])


@inner
def put_block(world: World, x: int, y: int, z: int, state: int) -> None:
    """Change a place, if it is loaded; nothing else follows."""
    if not 0 <= y < LAYERS or not is_loaded(world, x, z):
        return
    column_x, column_z = x & _MASK, z & _MASK
    world.blocks[column_x, column_z, y] = state
    world.changed[column_x >> 4, column_z >> 4] = 1
    top = integer(world.tops[column_x, column_z])
    if HIDES[state]:
        if y >= top:
            world.tops[column_x, column_z] = y + 1
    elif y == top - 1:
        while top > 0 and not HIDES[world.blocks[column_x, column_z, top - 1]]:
            top -= 1
        world.tops[column_x, column_z] = top


@inner
def flow_later(world: World, x: int, y: int, z: int) -> None:
    """Have a liquid at a place, if there is one, look around itself before long."""
    state = block_at(world, x, y, z)
    wait = _WATER_TICK if is_water(state) else _LAVA_TICK
    if not (is_water(state) or is_lava(state)) or world.n_flows >= MAX_FLOWS:
        return
    for i in range(world.n_flows):
        if world.flows[i, 0] == x and world.flows[i, 1] == y and world.flows[i, 2] == z:
            return
    row = world.flows[world.n_flows]
    row[0], row[1], row[2], row[3] = x, y, z, world.ticks + int(world.rules[wait])
    world.n_flows += 1


@inner
def flow_around(world: World, x: int, y: int, z: int) -> None:
    """Have liquids at a place and beside it look around themselves before long."""
    flow_later(world, x, y, z)
    flow_later(world, x - 1, y, z)
    flow_later(world, x + 1, y, z)
    flow_later(world, x, y, z - 1)
    flow_later(world, x, y, z + 1)
    flow_later(world, x, y + 1, z)
    flow_later(world, x, y - 1, z)
