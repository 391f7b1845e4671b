"""Making a chunk of land out of nothing but the seed and its place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.chance import at_place
from envs.minecraft.world.state import CHUNK
from envs.minecraft.world.tables.biomes import BIOME
from envs.minecraft.world.tables.blocks import FIRST_STATE, NUMBER

_STONE, _DIRT, _GRASS, _BEDROCK = (integer(FIRST_STATE[n]) for n in ("stone", "dirt", "grass", "bedrock"))
_LOG, _LEAVES = integer(NUMBER["log:0"]), integer(NUMBER["leaves:0"])
_PLAINS = BIOME["plains"].number


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
    blocks[x - 2 : x + 3, z - 2 : z + 3, 68:70] = _LEAVES
    blocks[x - 1 : x + 2, z - 1 : z + 2, 70] = _LEAVES
    blocks[x, z, 65:70] = _LOG
