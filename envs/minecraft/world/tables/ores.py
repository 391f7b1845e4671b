"""Ores and lodes: how many a chunk, how large, how deep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from envs.minecraft.world.tables.figures import parsed_rows


@dataclass(frozen=True, slots=True)
class Lode:
    """One kind of lode.

    Attributes:
        block: the block that replaces stone.
        tries: lodes a chunk of 16 by 16.
        size: the number that 1.11.2's generator is given; a lode has about as many blocks.
        low: the lowest layer of a lode's middle.
        high: the layer that its middle stays below; with `peaked`, twice the middle of a triangle.
        peaked: whether the middle layer is the likeliest.
        source: where 1.11.2's figures come from, in words.
    """

    block: str
    tries: int
    size: int
    low: int
    high: int
    peaked: bool
    source: str


_TABLE: Final = """
dirt | 10 | 33 | 0 | 128 | | ChunkProviderSettings; 1.11.2 goes up to 256 layers
gravel | 8 | 33 | 0 | 128 | | ChunkProviderSettings; 1.11.2 goes up to 256 layers
coal_ore | 20 | 17 | 0 | 128 | | ChunkProviderSettings
iron_ore | 20 | 9 | 0 | 64 | | ChunkProviderSettings
gold_ore | 2 | 9 | 0 | 32 | | ChunkProviderSettings
redstone_ore | 8 | 8 | 0 | 16 | | ChunkProviderSettings
diamond_ore | 1 | 8 | 0 | 16 | | ChunkProviderSettings
lapis_ore | 1 | 7 | 0 | 32 | peaked | ChunkProviderSettings; middle 16, spread 16
emerald_ore | 5 | 1 | 4 | 32 | | BiomeHills; three to eight single blocks, in hills only
"""
LODES: Final = tuple(
    Lode(block, int(tries), int(size), int(low), int(high), bool(peaked), source)
    for block, tries, size, low, high, peaked, source in parsed_rows(_TABLE, 7)
)
"""Lodes in the order in which they are laid, as `WorldGenMinable` of 1.11.2 does."""
