"""Making a chunk of land out of nothing but the seed and its place."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.chance import at_place
from envs.minecraft.world.compiled.climate import biome_of, height_of, smoothed
from envs.minecraft.world.compiled.noise import smooth3
from envs.minecraft.world.compiled.plants import grow_plants, plant_tree
from envs.minecraft.world.state import CHUNK, LAYERS
from envs.minecraft.world.tables.biomes import BIOME, BIOMES
from envs.minecraft.world.tables.blocks import FIRST_STATE
from envs.minecraft.world.tables.ores import LODES

_AIR = integer(0)
_STONE, _DIRT, _GRASS, _BEDROCK, _SAND, _GRAVEL, _CLAY, _WATER, _LAVA, _SANDSTONE, _ICE, _SNOW = (
    integer(FIRST_STATE[name])
    for name in (
        "stone", "dirt", "grass", "bedrock", "sand", "gravel", "clay", "water", "lava", "sandstone", "ice",
        "snow_layer",
    )
)  # fmt: skip
_TOP = np.array([FIRST_STATE[biome.top] for biome in BIOMES])
_COLD = np.array([biome.temperature < 0.15 for biome in BIOMES])
_PLAINS, _HILLS = integer(BIOME["plains"].number), integer(BIOME["extreme_hills"].number)
_SEA = integer(63)
_LAVA_BELOW = integer(11)
"""Caves are full of lava below this layer, as `MapGenCaves` of 1.11.2 has it."""
_LODES = np.array(
    [[FIRST_STATE[o.block], o.tries, o.size, o.low, o.high, int(o.peaked)] for o in LODES], np.int64
)
_EMERALD = integer(FIRST_STATE["emerald_ore"])
_WIDE = 0.085
"""How wide caves are, in noise."""


@inner
def fill_land(
    blocks: NDArray[np.uint8], biomes: NDArray[np.uint8], seed: int, chunk_x: int, chunk_z: int, kind: int
) -> None:
    """Make a chunk of land; see `envs.minecraft.world.compiled.calls.fill_chunk`."""
    grid = np.zeros((5, 5, 2))
    smoothed(seed, kind, chunk_x, chunk_z, grid)
    heights = np.zeros((CHUNK, CHUNK), np.int64)
    for i in range(CHUNK):
        for k in range(CHUNK):
            x, z = chunk_x * CHUNK + i, chunk_z * CHUNK + k
            biomes[i, k] = biome_of(seed, kind, x, z)
            heights[i, k] = height_of(seed, grid, x, z, i, k)
            _fill_column(blocks, i, k, heights[i, k], integer(biomes[i, k]), seed, x, z)
    _lay_lodes(blocks, seed, chunk_x, chunk_z, biomes[8, 8] == _HILLS)
    _dig_caves(blocks, heights, seed, chunk_x, chunk_z)
    grow_plants(blocks, biomes, heights, seed, chunk_x, chunk_z)


@inner
def _fill_column(
    blocks: NDArray[np.uint8], i: int, k: int, height: int, biome: int, seed: int, x: int, z: int
) -> None:
    top = integer(_TOP[biome])
    under = top if top in (_SAND, _GRAVEL) else _DIRT
    if top != _GRASS and top != _SAND and top != _GRAVEL and biome != _PLAINS:
        under = top
    for layer in range(height + 1):
        state = _STONE
        if layer < 5 and (layer == 0 or at_place(seed + 1, x, layer, z) < (5 - layer) / 5.0):
            state = _BEDROCK
        elif layer == height:
            state = top
        elif layer > height - 4:
            state = under
        elif layer > height - 7 and under == _SAND:
            state = _SANDSTONE
        blocks[i, k, layer] = state
    if height < _SEA - 1:
        bottom = at_place(seed + 2, x >> 2, 0, z >> 2)
        blocks[i, k, height] = (
            _CLAY if bottom < 0.06 else _SAND if bottom < 0.5 else _GRAVEL if bottom < 0.6 else _DIRT
        )
        for layer in range(height + 1, _SEA):
            blocks[i, k, layer] = _WATER
        if _COLD[biome]:
            blocks[i, k, _SEA - 1] = _ICE
    elif _COLD[biome] and height + 1 < LAYERS:
        blocks[i, k, height + 1] = _SNOW


@inner
def _lay_lodes(blocks: NDArray[np.uint8], seed: int, chunk_x: int, chunk_z: int, hilly: bool) -> None:
    """Lay every lode of a chunk.

    Source: `WorldGenMinable` of 1.11.2, as generally known: balls along a short line. A lode keeps to its
    chunk.
    """
    drawn = 0
    for row in range(len(_LODES)):
        block, tries, size, low, high, peaked = _LODES[row]
        if block == _EMERALD and not hilly:
            continue
        for _ in range(tries):
            drawn += 8
            rolls = np.zeros(8)
            for n in range(8):
                rolls[n] = at_place(seed + 3, chunk_x, drawn + n, chunk_z)
            depth = (rolls[2] + rolls[7]) / 2.0 if peaked else rolls[2]
            _lay_lode(blocks, block, size, rolls, low + depth * (high - low))


@inner
def _lay_lode(blocks: NDArray[np.uint8], block: int, size: int, rolls: NDArray[np.float64], y: float) -> None:
    reach = size / 8.0
    edge = reach + size / 32.0 + 0.5
    x = edge + rolls[0] * (CHUNK - 2.0 * edge)
    z = edge + rolls[1] * (CHUNK - 2.0 * edge)
    turn = rolls[3] * math.pi
    along_x, along_z = math.sin(turn) * reach, math.cos(turn) * reach
    start_y, end_y = y + int(rolls[4] * 3) - 2, y + int(rolls[5] * 3) - 2
    if size == 1:
        _replace(blocks, block, int(x), int(y), int(z))
        return
    for n in range(size):
        part = n / size
        wide = (math.sin(math.pi * part) + 1.0) * (rolls[6] * 0.6 + 0.2) * size / 16.0 + 1.0
        half = wide / 2.0
        a = x + along_x - 2.0 * along_x * part
        b = start_y + (end_y - start_y) * part
        c = z + along_z - 2.0 * along_z * part
        for i in range(math.floor(a - half), math.floor(a + half) + 1):
            for j in range(math.floor(b - half), math.floor(b + half) + 1):
                for k in range(math.floor(c - half), math.floor(c + half) + 1):
                    u, v, w = (i + 0.5 - a) / half, (j + 0.5 - b) / half, (k + 0.5 - c) / half
                    if u * u + v * v + w * w < 1.0:
                        _replace(blocks, block, i, j, k)


@inner
def _replace(blocks: NDArray[np.uint8], block: int, i: int, j: int, k: int) -> None:
    if 0 <= i < CHUNK and 0 <= k < CHUNK and 0 < j < LAYERS and blocks[i, k, j] == _STONE:
        blocks[i, k, j] = block


@inner
def _dig_caves(
    blocks: NDArray[np.uint8], heights: NDArray[np.int64], seed: int, chunk_x: int, chunk_z: int
) -> None:
    """Dig tunnels where two noises are both about in their middle."""
    rows = LAYERS // 4
    lattice = np.zeros((5, 5, rows, 2))
    for a in range(5):
        for c in range(5):
            x, z = (chunk_x * CHUNK + a * 4) / 26.0, (chunk_z * CHUNK + c * 4) / 26.0
            for b in range(rows):
                lattice[a, c, b, 0] = smooth3(seed + 4, x, b * 4 / 18.0, z)
                lattice[a, c, b, 1] = smooth3(seed + 5, x, b * 4 / 18.0, z)
    for i in range(CHUNK):
        for k in range(CHUNK):
            roof = heights[i, k] - 6 if heights[i, k] < _SEA + 1 else heights[i, k]
            a, c, u, w = i // 4, k // 4, (i % 4) / 4.0, (k % 4) / 4.0
            for j in range(5, roof + 1):
                b, v = j // 4, (j % 4) / 4.0
                if b + 1 >= rows:
                    break
                one = _between(lattice, a, c, b, 0, u, v, w) - 0.5
                two = _between(lattice, a, c, b, 1, u, v, w) - 0.5
                if one * one + two * two < _WIDE * _WIDE:
                    blocks[i, k, j] = _LAVA if j < _LAVA_BELOW else _AIR


@inner
def _between(
    lattice: NDArray[np.float64], a: int, c: int, b: int, n: int, u: float, v: float, w: float
) -> float:
    low = lattice[a, c, b, n] * (1 - u) + lattice[a + 1, c, b, n] * u
    low = low * (1 - w) + (lattice[a, c + 1, b, n] * (1 - u) + lattice[a + 1, c + 1, b, n] * u) * w
    high = lattice[a, c, b + 1, n] * (1 - u) + lattice[a + 1, c, b + 1, n] * u
    high = high * (1 - w) + (lattice[a, c + 1, b + 1, n] * (1 - u) + lattice[a + 1, c + 1, b + 1, n] * u) * w
    return float(low * (1 - v) + high * v)


@inner
def fill_flat(
    blocks: NDArray[np.uint8], biomes: NDArray[np.uint8], seed: int, chunk_x: int, chunk_z: int
) -> None:
    """Flat land with a tree a chunk."""
    biomes[:, :] = _PLAINS
    blocks[:, :, 0] = _BEDROCK
    blocks[:, :, 1:61] = _STONE
    blocks[:, :, 61:64] = _DIRT
    blocks[:, :, 64] = _GRASS
    x = 3 + int(at_place(seed, chunk_x, 0, chunk_z) * (CHUNK - 6))
    z = 3 + int(at_place(seed, chunk_x, 1, chunk_z) * (CHUNK - 6))
    plant_tree(blocks, x, z, integer(64), integer(0), at_place(seed, chunk_x, 2, chunk_z))
