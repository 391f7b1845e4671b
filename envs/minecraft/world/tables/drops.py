"""What a block leaves when it is dug: out of `envs.minecraft.sources`, and itself where that says nothing."""

from __future__ import annotations

from typing import Final

import numpy as np

from envs.minecraft.sources import SOURCES, Source
from envs.minecraft.world.tables.blocks import STATES, Block
from envs.minecraft.world.tables.items import ITEM
from envs.minecraft.world.tables.parameters import place_of

MOST: Final = 3
"""Kinds of things that one block can leave."""

DROP_DTYPE: Final = np.dtype(
    [
        ("thing", np.int64),
        ("low", np.int64),
        ("high", np.int64),
        ("chance", np.int64),
        ("tool", np.int64),
        ("instead", np.int64),
    ],
    align=True,
)
"""One thing that a block may leave: `thing` its item, fewest, most; `chance` is the place of a figure of
`envs.minecraft.world.tables.parameters`, -1 for always; `tool` the kind of `items.TOOL_KIND` that it takes, 0
for any; `instead` 1 where the rows after it then count for nothing."""

_SHEARS: Final = 6
_NOTHING: Final = frozenset(
    [
        "glass",
        "glass_pane",
        "stained_glass",
        "stained_glass_pane",
        "glowstone",
        "ice",
        "packed_ice",
        "monster_egg",
        "mob_spawner",
        "fire",
        "bedrock",
        "water",
        "flowing_water",
        "lava",
        "flowing_lava",
        "brown_mushroom_block",
        "red_mushroom_block",
        "deadbush",
        "vine",
        "web",
        "snow_layer",
        "wheat",
        "carrots",
        "potatoes",
        "beetroots",
        "cake",
        "chorus_plant",
        "tallgrass",
        "bookshelf",
        "clay",
        "leaves",
        "leaves2",
        "ender_chest",
    ]
)
_OTHERS: Final = {
    "grass:0": ("dirt", 1, 1),
    "mycelium:0": ("dirt", 1, 1),
    "farmland:0": ("dirt", 1, 1),
    "grass_path:0": ("dirt", 1, 1),
    "snow_layer:0": ("snowball", 1, 1),
    "snow:0": ("snowball", 4, 4),
    "bookshelf:0": ("book", 3, 3),
    "sea_lantern:0": ("prismarine_crystals", 2, 3),
    "deadbush:0": ("stick", 0, 2),
    "ender_chest:0": ("obsidian", 8, 8),
    "wheat:0": ("wheat_seeds", 1, 1),
    "carrots:0": ("carrot", 1, 1),
    "potatoes:0": ("potato", 1, 1),
    "beetroots:0": ("beetroot_seeds", 1, 1),
    "double_plant:0": ("double_plant", 1, 1),
    "reeds:0": ("reeds", 1, 1),
    "cactus:0": ("cactus", 1, 1),
    "cocoa:8": ("dye", 3, 3),
    "web:0": ("string", 1, 1),
    "brown_mushroom_block:14": ("brown_mushroom", 0, 2),
    "brown_mushroom_block:10": ("brown_mushroom", 0, 0),
    "red_mushroom_block:14": ("red_mushroom", 0, 2),
    "tallgrass:2": ("wheat_seeds", 1, 1),
}
"""Blocks that leave something else than themselves and that `SOURCES` does not name so. A thing named there is
what a player gets from the whole of it (three reeds from a cane); here it is one block of it."""

_CHANCES: Final = {
    ("leaves", "sapling"): "chance.sapling",
    ("leaves2", "sapling"): "chance.sapling",
    ("leaves", "apple"): "chance.apple",
    ("tallgrass", "wheat_seeds"): "chance.seeds",
    ("gravel", "flint"): "chance.flint",
}

Row = tuple[int, int, int, int, int, int]


def _of_sources(block: Block) -> list[Source]:
    """The ways in which `SOURCES` says that this block itself gives something by being dug."""
    found = [way for way in SOURCES if way.thing == block.thing and not (way.kills or way.takes)]
    if block.name in ("log", "log2"):
        return [way for way in found if way.drop == "log" and block.name == "log"]
    if block.name in ("leaves", "leaves2"):
        kept = [way for way in found if way.drop in ("leaves", "sapling", "apple")]
        return [way for way in kept if block.name == "leaves" or way.drop == "sapling"]
    if block.thing == "flower":
        return [way for way in found if way.drop == block.name]
    return found


def _rows(block: Block) -> list[Row]:
    title = f"{block.name}:{block.meta}"
    shears = [(ITEM[block.name], 1, 1, -1, _SHEARS, 1)] if block.name in _SHEARED else []
    if title in _OTHERS:
        item, low, high = _OTHERS[title]
        return [*shears, (ITEM[item], low, high, _chance(block, item), 0, 0)]
    ways = [way for way in _of_sources(block) if way.tool not in ("shears", "fishing_rod")]
    if not ways:
        leaves_itself = block.name in ITEM and block.name not in _NOTHING
        return [*shears, (ITEM[block.name], 1, 1, -1, 0, 0)] if leaves_itself else shears
    rows = sorted(ways, key=lambda way: _chance(block, way.drop), reverse=True)
    found = [(ITEM[way.drop], way.low, way.high, _chance(block, way.drop), 0, 0) for way in rows]
    if block.name == "gravel":
        (flint, low, high, chance, tool, _), gravel = found
        found = [(flint, low, high, chance, tool, 1), gravel]
    return [*shears, *found]


_SHEARED: Final = frozenset({"leaves", "leaves2", "vine", "tallgrass", "deadbush", "web"})
"""What shears bring home whole."""


def _chance(block: Block, item: str) -> int:
    name = _CHANCES.get((block.name, item))
    return -1 if name is None else place_of(name)


def _table() -> np.ndarray[tuple[int, ...], np.dtype[np.void]]:
    table = np.zeros((256, MOST), DROP_DTYPE)
    for block in STATES:
        for column, row in enumerate(_rows(block)[:MOST]):
            table[block.number, column] = row
    return table


DROPS: Final = _table()
"""What each state may leave, DROP_DTYPE[256, MOST]; thing 0 ends a row."""
