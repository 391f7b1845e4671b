"""What grows on a chunk when it is made: trees, grass, flowers, cactus and the like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.chance import at_place
from envs.minecraft.world.state import CHUNK, LAYERS
from envs.minecraft.world.tables.biomes import BIOME, BIOMES
from envs.minecraft.world.tables.blocks import FIRST_STATE, NUMBER

LETTERS = "obsjdawm"
"""Oak, birch, spruce, jungle, dark oak, acacia, swamp oak, huge mushroom: what `Biome.tree` is made of."""

_AIR = integer(0)
_LOGS = np.array(
    [
        NUMBER[n]
        for n in ("log:0", "log:2", "log:1", "log:3", "log2:1", "log2:0", "log:0", "brown_mushroom_block:10")
    ]
)
_LEAVES = np.array(
    [
        NUMBER[n]
        for n in (
            "leaves:0", "leaves:2", "leaves:1", "leaves:3", "leaves2:1", "leaves2:0", "leaves:0",
            "red_mushroom_block:14",
        )
    ]
)  # fmt: skip
_TALL = np.array([4, 5, 6, 6, 6, 5, 5, 5])
"""Least height of a trunk."""
_KINDS = np.array(
    [[LETTERS.index(b.tree[n % len(b.tree)]) if b.tree else -1 for n in range(12)] for b in BIOMES]
)
_TREES = np.array([b.trees for b in BIOMES])
_GRASSES = np.array([b.grass for b in BIOMES])
_FLOWERS = np.array([b.flowers for b in BIOMES])
_SPRUCE, _ACACIA, _JUNGLE_TREE, _SWAMP_OAK, _MUSHROOM = (integer(LETTERS.index(c)) for c in "sajwm")
_GRASS, _DIRT, _SAND, _MYCELIUM, _WATER, _SNOW, _GRAVEL, _CLAY_TOP = (
    integer(FIRST_STATE[n])
    for n in ("grass", "dirt", "sand", "mycelium", "water", "snow_layer", "gravel", "hardened_clay")
)
_TALLGRASS, _FERN, _YELLOW, _RED, _DEADBUSH, _CACTUS, _REEDS, _PUMPKIN, _MELON, _LILY, _VINE, _COCOA = (
    integer(FIRST_STATE[n]) if n != "fern" else integer(NUMBER["tallgrass:2"])
    for n in (
        "tallgrass", "fern", "yellow_flower", "red_flower", "deadbush", "cactus", "reeds", "pumpkin",
        "melon_block", "waterlily", "vine", "cocoa",
    )
)  # fmt: skip
_BROWN, _RED_MUSHROOM = integer(FIRST_STATE["brown_mushroom"]), integer(FIRST_STATE["red_mushroom"])
_DESERT, _MESA, _JUNGLE, _SWAMP, _TAIGA, _ISLE, _DARK, _PLAINS, _FOREST = (
    integer(BIOME[n].number)
    for n in (
        "desert", "mesa", "jungle", "swampland", "taiga", "mushroom_island", "roofed_forest", "plains",
        "forest",
    )
)  # fmt: skip
_SEA = integer(63)


@inner
def grow_plants(
    blocks: NDArray[np.uint8],
    biomes: NDArray[np.uint8],
    heights: NDArray[np.int64],
    seed: int,
    chunk_x: int,
    chunk_z: int,
) -> None:
    """Grow everything on a chunk, by the biome of its middle."""
    biome = integer(biomes[8, 8])
    trees = _TREES[biome]
    count = int(trees) + (1 if at_place(seed + 6, chunk_x, 0, chunk_z) < trees - int(trees) else 0)
    for n in range(count):
        i = 2 + int(at_place(seed + 7, chunk_x, n, chunk_z) * (CHUNK - 4))
        k = 2 + int(at_place(seed + 8, chunk_x, n, chunk_z) * (CHUNK - 4))
        roll = at_place(seed + 9, chunk_x, n, chunk_z)
        plant_tree(blocks, i, k, heights[i, k], _KINDS[biomes[i, k], int(roll * 12)], roll * 7.0 % 1.0)
    for n in range(_GRASSES[biome] * 4):
        _sow(blocks, heights, seed + 10, chunk_x, n, chunk_z, _FERN if biome == _TAIGA else _TALLGRASS)
    for n in range(_FLOWERS[biome]):
        flower = _YELLOW if at_place(seed + 11, chunk_x, n, chunk_z) < 0.6 else _RED
        _sow(blocks, heights, seed + 12, chunk_x, n, chunk_z, flower)
    if biome in (_DESERT, _MESA):
        for n in range(10):
            _sow(blocks, heights, seed + 13, chunk_x, n, chunk_z, _CACTUS if n < 6 else _DEADBUSH)
    _grow_patches(blocks, heights, seed, chunk_x, chunk_z, biome)
    for n in range(24):
        _sow(blocks, heights, seed + 14, chunk_x, n, chunk_z, _REEDS)
    if biome == _SWAMP:
        for n in range(16):
            _sow(blocks, heights, seed + 15, chunk_x, n, chunk_z, _LILY)


@inner
def _grow_patches(
    blocks: NDArray[np.uint8], heights: NDArray[np.int64], seed: int, chunk_x: int, chunk_z: int, biome: int
) -> None:
    """Mushrooms, pumpkins and melons: a few chunks have several."""
    roll = at_place(seed + 16, chunk_x, 0, chunk_z)
    damp = biome in (_SWAMP, _TAIGA, _DARK, _ISLE)
    if roll < (0.5 if damp else 0.1):
        for n in range(4):
            _sow(
                blocks,
                heights,
                seed + 17,
                chunk_x,
                n,
                chunk_z,
                _BROWN if roll * 100 % 1.0 < 0.6 else _RED_MUSHROOM,
            )
    if at_place(seed + 18, chunk_x, 0, chunk_z) < 1.0 / 32.0:
        for n in range(6):
            _sow(blocks, heights, seed + 19, chunk_x, n, chunk_z, _PUMPKIN)
    if biome == _JUNGLE and at_place(seed + 20, chunk_x, 0, chunk_z) < 1.0 / 3.0:
        for n in range(4):
            _sow(blocks, heights, seed + 21, chunk_x, n, chunk_z, _MELON)


@inner
def _sow(
    blocks: NDArray[np.uint8],
    heights: NDArray[np.int64],
    seed: int,
    chunk_x: int,
    n: int,
    chunk_z: int,
    plant: int,
) -> None:
    """Put a plant on some column, if it can stand there."""
    i = int(at_place(seed, chunk_x, 2 * n, chunk_z) * CHUNK)
    k = int(at_place(seed, chunk_x, 2 * n + 1, chunk_z) * CHUNK)
    y = heights[i, k] + 1
    if plant == _LILY:
        if blocks[i, k, _SEA - 1] == _WATER and blocks[i, k, _SEA] == _AIR:
            blocks[i, k, _SEA] = plant
        return
    if y + 4 >= LAYERS or blocks[i, k, y] != _AIR:
        return
    ground = integer(blocks[i, k, y - 1])
    if plant == _CACTUS:
        if ground == _SAND and _free_beside(blocks, i, k, y):
            for layer in range(y, y + 1 + int(at_place(seed, chunk_x, -n - 1, chunk_z) * 3)):
                blocks[i, k, layer] = plant
    elif plant == _DEADBUSH:
        if ground in (_SAND, _CLAY_TOP):
            blocks[i, k, y] = plant
    elif plant == _REEDS:
        if (ground in (_GRASS, _DIRT, _SAND)) and _water_beside(blocks, i, k, y - 1):
            for layer in range(y, y + 2 + int(at_place(seed, chunk_x, -n - 1, chunk_z) * 2)):
                blocks[i, k, layer] = plant
    elif ground in (_GRASS, _MYCELIUM):
        blocks[i, k, y] = plant


@inner
def _free_beside(blocks: NDArray[np.uint8], i: int, k: int, y: int) -> bool:
    if not (0 < i < CHUNK - 1 and 0 < k < CHUNK - 1):
        return False
    return bool(
        blocks[i - 1, k, y] == _AIR
        and blocks[i + 1, k, y] == _AIR
        and blocks[i, k - 1, y] == _AIR
        and blocks[i, k + 1, y] == _AIR
    )


@inner
def _water_beside(blocks: NDArray[np.uint8], i: int, k: int, y: int) -> bool:
    return bool(
        (i > 0 and blocks[i - 1, k, y] == _WATER)
        or (i < CHUNK - 1 and blocks[i + 1, k, y] == _WATER)
        or (k > 0 and blocks[i, k - 1, y] == _WATER)
        or (k < CHUNK - 1 and blocks[i, k + 1, y] == _WATER)
    )


@inner
def plant_tree(blocks: NDArray[np.uint8], i: int, k: int, height: int, kind: int, roll: float) -> None:
    """Plant a tree whose crown stays within two columns, if its ground is earth and there is room.

    Args:
        blocks: uint8[16, 16, LAYERS].
        i: column, two or more from the edge.
        k: column.
        height: layer of the ground.
        kind: place in `LETTERS`; -1 for none.
        roll: a number in [0, 1) that the tree's shape follows from.
    """
    if kind < 0 or height < _SEA - 1:
        return
    ground = blocks[i, k, height]
    tall = integer(_TALL[kind]) + int(roll * 3)
    if kind == _JUNGLE_TREE and roll > 0.85:
        tall += 8
    if ground not in (_GRASS, _DIRT, _MYCELIUM) or height + tall + 3 >= LAYERS:
        return
    for layer in range(height + 1, height + tall + 1):
        state = blocks[i, k, layer]
        if state != _AIR and state != _SNOW:
            return
    leaf, top = integer(_LEAVES[kind]), height + tall
    low = height + 2 if kind == _SPRUCE else top if kind in (_ACACIA, _MUSHROOM) else top - 2
    for layer in range(low, top + 2):
        wide = 2 if layer < top else 1
        if kind == _SPRUCE:
            wide = min(2, (top + 1 - layer) % 3) if layer < top else 1 if layer == top else 0
        elif kind in (_ACACIA, _MUSHROOM):
            wide = 2 if layer == top else 1
        for a in range(-wide, wide + 1):
            for b in range(-wide, wide + 1):
                corner = abs(a) == wide and abs(b) == wide and wide > 0
                if corner and (layer >= top or (roll * 1000.0 + a * 3 + b * 7 + layer) % 2.0 < 1.0):
                    continue
                here = blocks[i + a, k + b, layer]
                if here in (_AIR, _SNOW):
                    blocks[i + a, k + b, layer] = leaf
    for layer in range(height + 1, top + 1):
        blocks[i, k, layer] = _LOGS[kind]
    blocks[i, k, height] = ground if ground == _MYCELIUM else _DIRT
    if kind in (_SWAMP_OAK, _JUNGLE_TREE):
        for layer in range(top - 4, top - 1):
            if blocks[i + 2, k + 1, layer + 1] != _AIR and blocks[i + 2, k + 1, layer] == _AIR:
                blocks[i + 2, k + 1, layer] = _VINE
        if roll * 50.0 % 1.0 < 0.5 and blocks[i + 1, k, height + 2] == _AIR and kind == _JUNGLE_TREE:
            blocks[i + 1, k, height + 2] = _COCOA
