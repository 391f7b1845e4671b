"""What grows, spreads and withers: places drawn at random, a few a tick."""

from __future__ import annotations

import math

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.chance import below, uniform
from envs.minecraft.world.compiled.digging import break_block
from envs.minecraft.world.compiled.land import AIR, block_at, put_block
from envs.minecraft.world.compiled.light import sees_sky
from envs.minecraft.world.state import LAYERS, World
from envs.minecraft.world.tables.blocks import FIRST_STATE, HIDES, NUMBER
from envs.minecraft.world.tables.parameters import place_of

_EACH, _REACH, _TO_LOG = place_of("tick.random"), place_of("tick.random_reach"), place_of("leaves.reach")
_GRASS, _DIRT, _SAPLING, _REEDS, _CACTUS = (
    integer(FIRST_STATE[name]) for name in ("grass", "dirt", "sapling", "reeds", "cactus")
)
_LEAVES, _LAST_LEAVES = integer(NUMBER["leaves:0"]), integer(NUMBER["leaves2:1"])
_LOG, _LAST_LOG = integer(NUMBER["log:0"]), integer(NUMBER["log2:1"])
_WHEAT, _CARROTS, _POTATOES, _BEETROOTS = (
    integer(NUMBER[f"{name}:0"]) for name in ("wheat", "carrots", "potatoes", "beetroots")
)
_RIPENS = 1.0 / 70.0
_SECTION = 16
_SPREAD = 32
"""Steps in which a cane or cactus grows by one, about, in place of 1.11.2's counter of sixteen."""


@inner
def grow(world: World) -> None:
    """Let some places around the player have their turn."""
    reach = int(world.rules[_REACH])
    middle_x, middle_z = math.floor(world.x) >> 4, math.floor(world.z) >> 4
    width = (2 * reach + 1) * _SECTION
    low_x, low_z = (middle_x - reach) * _SECTION, (middle_z - reach) * _SECTION
    chunks = (2 * reach + 1) * (2 * reach + 1)
    for _ in range(chunks * (LAYERS // _SECTION) * int(world.rules[_EACH])):
        cell = below(world, width * width * LAYERS)
        x, rest = low_x + cell // (width * LAYERS), cell % (width * LAYERS)
        z, y = low_z + rest // LAYERS, rest % LAYERS
        state = block_at(world, x, y, z)
        if _LEAVES <= state <= _LAST_LEAVES:
            _wither(world, x, y, z)
        elif state in (_DIRT, _SAPLING, _REEDS, _CACTUS, _WHEAT, _CARROTS, _POTATOES, _BEETROOTS):
            _grow_one(world, x, y, z, state)


@inner
def _grow_one(world: World, x: int, y: int, z: int, state: int) -> None:
    above = block_at(world, x, y + 1, z)
    if state == _DIRT:
        if not HIDES[above] and sees_sky(world, x, y + 1, z) and _grass_beside(world, x, y, z):
            put_block(world, x, y, z, _GRASS)
    elif state == _SAPLING:
        if sees_sky(world, x, y, z) and uniform(world) < 1.0 / 14.0:
            _grow_tree(world, x, y, z)
    elif state in (_REEDS, _CACTUS):
        short = block_at(world, x, y - 1, z) != state or block_at(world, x, y - 2, z) != state
        if above == AIR and short and y + 1 < LAYERS and below(world, _SPREAD) == 0:
            put_block(world, x, y + 1, z, state)
    elif sees_sky(world, x, y, z) and uniform(world) < _RIPENS:
        put_block(world, x, y, z, state + 1)


@inner
def _grass_beside(world: World, x: int, y: int, z: int) -> bool:
    for i in range(-1, 2):
        for j in range(-1, 2):
            for k in range(-1, 2):
                if block_at(world, x + i, y + j, z + k) == _GRASS:
                    return True
    return False


@inner
def _wither(world: World, x: int, y: int, z: int) -> None:
    """Let leaves come off that no log is near; the trunk is looked for first where it mostly is."""
    reach = int(world.rules[_TO_LOG])
    for wide in range(1, reach + 1):
        for i in range(-wide, wide + 1):
            for k in range(-wide, wide + 1):
                if max(abs(i), abs(k)) != wide and wide > 1:
                    continue
                rest = reach - abs(i) - abs(k)
                for j in range(-rest, rest + 1):
                    if _LOG <= block_at(world, x + i, y + j, z + k) <= _LAST_LOG:
                        return
    break_block(world, x, y, z, AIR)


@inner
def _grow_tree(world: World, x: int, y: int, z: int) -> None:
    """Make an oak of a sapling, if there is room."""
    tall = 4 + below(world, integer(3))
    for layer in range(y + 1, y + tall + 2):
        if block_at(world, x, layer, z) != AIR:
            return
    for layer in range(y + tall - 3, y + tall + 1):
        wide = 2 if layer < y + tall - 1 else 1
        for i in range(-wide, wide + 1):
            for k in range(-wide, wide + 1):
                if block_at(world, x + i, layer, z + k) == AIR:
                    put_block(world, x + i, layer, z + k, _LEAVES)
    for layer in range(y, y + tall):
        put_block(world, x, layer, z, _LOG)
