"""The biomes of the block world: how high, how wet, what grows there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from envs.minecraft.world.tables.figures import parsed_rows


@dataclass(frozen=True, slots=True)
class Biome:
    """One biome.

    Attributes:
        number: its number here.
        name: as the registry and MineDojo have it.
        id: 1.11.2's number for it.
        kind: out of `envs.minecraft.places.BIOMES`.
        base: how high its land lies, as `Biome.getBaseHeight`; 0.1 is a little above the sea.
        hilly: how much that varies, as `Biome.getHeightVariation`.
        temperature: as `Biome.getTemperature`; below 0.15 it snows.
        rain: as `Biome.getRainfall`; 0 where it never rains.
        trees: tries for a tree a chunk; a tenth is one chance in ten.
        tree: which trees, a letter each: oak, birch, spruce, jungle, dark oak, acacia, swamp oak, huge mushroom.
        grass: tries for tall grass a chunk.
        flowers: tries for flowers a chunk.
        top: the block that its ground is made of.
    """

    number: int
    name: str
    id: int
    kind: str
    base: float
    hilly: float
    temperature: float
    rain: float
    trees: float
    tree: str
    grass: int
    flowers: int
    top: str


_TABLE: Final = """
ocean | 0 | ocean | -1 | 0.1 | 0.5 | 0.5 | 0 | | 0 | 0 | gravel
plains | 1 | plains | 0.125 | 0.05 | 0.8 | 0.4 | 0.05 | o | 10 | 4 | grass
desert | 2 | desert | 0.125 | 0.05 | 2 | 0 | 0 | | 0 | 0 | sand
extreme_hills | 3 | hills | 1 | 0.5 | 0.2 | 0.3 | 0.1 | os | 1 | 1 | grass
forest | 4 | forest | 0.1 | 0.2 | 0.7 | 0.8 | 10 | ooob | 2 | 2 | grass
taiga | 5 | taiga | 0.2 | 0.2 | 0.25 | 0.8 | 10 | s | 7 | 1 | grass
swampland | 6 | swamp | -0.2 | 0.1 | 0.8 | 0.9 | 2 | w | 5 | 1 | grass
river | 7 | river | -0.5 | 0 | 0.5 | 0.5 | 0 | | 1 | 0 | sand
ice_flats | 12 | snow | 0.125 | 0.05 | 0 | 0.5 | 0.1 | s | 1 | 0 | grass
mushroom_island | 14 | mushroom_island | 0.2 | 0.3 | 0.9 | 1 | 1 | m | 0 | 0 | mycelium
beach | 16 | beach | 0 | 0.025 | 0.8 | 0.4 | 0 | | 0 | 0 | sand
jungle | 21 | jungle | 0.1 | 0.2 | 0.95 | 0.9 | 50 | jjo | 25 | 4 | grass
roofed_forest | 29 | forest | 0.1 | 0.2 | 0.7 | 0.8 | 16 | ddo | 2 | 2 | grass
savanna | 35 | savanna | 0.125 | 0.05 | 1.2 | 0 | 1 | a | 20 | 4 | grass
mesa | 37 | mesa | 0.3 | 0.1 | 2 | 0 | 0 | | 0 | 0 | hardened_clay
"""
BIOMES: Final = tuple(
    Biome(
        number, name, int(id_), kind, float(base), float(hilly), float(temperature), float(rain),
        float(trees), tree, int(grass), int(flowers), top,
    )
    for number, (name, id_, kind, base, hilly, temperature, rain, trees, tree, grass, flowers, top)
    in enumerate(parsed_rows(_TABLE, 12))
)  # fmt: skip
"""All biomes. Heights, climates and plants a chunk: the biome classes of 1.11.2, as generally known."""

BIOME: Final = {biome.name: biome for biome in BIOMES}
"""Biomes by name."""
