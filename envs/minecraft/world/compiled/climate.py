"""Which biome a column is of, and how high its land is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.noise import rough2
from envs.minecraft.world.tables.biomes import BIOME, BIOMES

BASE = np.array([biome.base for biome in BIOMES])
HILLY = np.array([biome.hilly for biome in BIOMES])
(
    _OCEAN, _PLAINS, _DESERT, _HILLS, _FOREST, _TAIGA, _SWAMP, _RIVER, _SNOW, _BEACH,
    _JUNGLE, _DARK, _SAVANNA, _MESA,
) = (
    integer(BIOME[name].number)
    for name in (
        "ocean", "plains", "desert", "extreme_hills", "forest", "taiga", "swampland", "river", "ice_flats",
        "beach", "jungle", "roofed_forest", "savanna", "mesa",
    )
)  # fmt: skip
_SIZE = 160.0
"""Blocks from one kind of land to the next, about."""
GRID = 9
"""Places of the lattice on which heights are smoothed: four blocks apart, from eight before a chunk."""


@inner
def biome_of(seed: int, kind: int, x: int, z: int) -> int:
    """The number of a column's biome; `kind` where all land is of one."""
    if kind >= 0:
        return kind
    land = rough2(seed + 11, x / (2.0 * _SIZE), z / (2.0 * _SIZE))
    if land < 0.34:
        return _OCEAN
    if land < 0.36:
        return _BEACH
    if abs(rough2(seed + 22, x / _SIZE, z / _SIZE) - 0.5) < 0.012:
        return _RIVER
    if rough2(seed + 33, x / _SIZE, z / _SIZE) > 0.66:
        return _HILLS
    warm, wet = rough2(seed + 44, x / _SIZE, z / _SIZE), rough2(seed + 55, x / _SIZE, z / _SIZE)
    if warm < 0.34:
        return _SNOW
    if warm < 0.43:
        return _TAIGA
    if warm > 0.6:
        return _MESA if wet < 0.32 else _DESERT if wet < 0.48 else _SAVANNA if wet < 0.56 else _JUNGLE
    if wet < 0.42:
        return _PLAINS
    return _FOREST if wet < 0.56 else _DARK if wet < 0.62 else _SWAMP


@inner
def smoothed(seed: int, kind: int, chunk_x: int, chunk_z: int, out: NDArray[np.float64]) -> None:
    """Height and hilliness about a chunk, float64[5, 5, 2], four blocks apart; biomes pass into others."""
    near = np.zeros((GRID, GRID), np.int64)
    for i in range(GRID):
        for k in range(GRID):
            near[i, k] = biome_of(seed, kind, chunk_x * 16 + i * 4 - 8, chunk_z * 16 + k * 4 - 8)
    for i in range(5):
        for k in range(5):
            base, hilly = 0.0, 0.0
            for a in range(5):
                for b in range(5):
                    base += BASE[near[i + a, k + b]]
                    hilly += HILLY[near[i + a, k + b]]
            out[i, k, 0], out[i, k, 1] = base / 25.0, hilly / 25.0


@inner
def height_of(seed: int, grid: NDArray[np.float64], x: int, z: int, i: int, k: int) -> int:
    """The layer of the topmost ground of a column; `i` and `k` are its place in the chunk."""
    a, b = i // 4, k // 4
    u, v = (i % 4) / 4.0, (k % 4) / 4.0
    base = (grid[a, b, 0] * (1 - u) + grid[a + 1, b, 0] * u) * (1 - v)
    base += (grid[a, b + 1, 0] * (1 - u) + grid[a + 1, b + 1, 0] * u) * v
    hilly = (grid[a, b, 1] * (1 - u) + grid[a + 1, b, 1] * u) * (1 - v)
    hilly += (grid[a, b + 1, 1] * (1 - u) + grid[a + 1, b + 1, 1] * u) * v
    shape = rough2(seed + 66, x / 48.0, z / 48.0) - 0.5
    return max(6, min(114, int(64.0 + base * 17.0 + hilly * 120.0 * shape)))
