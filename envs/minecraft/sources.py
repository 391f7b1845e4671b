"""Where things come from that no recipe makes: what blocks and mobs drop, and to which tool.

The package `minedojo` does not say this. The rows are the rules of Minecraft 1.11.2 from general knowledge;
what is uncertain is kept on the poorer side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from envs.minecraft.places import BLOCKS, MOBS


@dataclass(frozen=True, slots=True)
class Source:
    """One way to get one thing out of the world.

    Attributes:
        thing: the block, place or mob that it comes from, out of `envs.minecraft.places.SEEKABLE`.
        drop: the item.
        low: fewest at a time, once it drops.
        high: most at a time.
        tool: ``pickaxe``, ``shovel`` or an item that must be carried; empty for none.
        tier: of a kind of tool, the least that will do.
        takes: an item that goes into it; empty for none.
        kills: whether the mob dies of it.
    """

    thing: str
    drop: str
    low: int = 1
    high: int = 1
    tool: str = ""
    tier: int = 0
    takes: str = ""
    kills: bool = False


_FREE = """
tree log 1 1|tree sapling 1 1|tree apple 1 1|dirt dirt 1 1|sand sand 1 1|gravel gravel 1 1
gravel flint 1 1|clay clay_ball 4 4|tall_grass wheat_seeds 1 1|flower red_flower 1 1
flower yellow_flower 1 1|brown_mushroom brown_mushroom 1 1|red_mushroom red_mushroom 1 1|reeds reeds 1 3
cactus cactus 1 3|pumpkin pumpkin 1 1|melon melon 3 7|waterlily waterlily 1 1|wheat wheat 1 1
wheat wheat_seeds 1 3|carrots carrot 1 4|potatoes potato 1 4|beetroots beetroot 1 1
beetroots beetroot_seeds 1 3|cocoa dye 3 3|sponge sponge 1 1|soul_sand soul_sand 1 1
glowstone glowstone_dust 2 4|nether_wart nether_wart 2 4|chorus_plant chorus_fruit 1 1
chorus_flower chorus_flower 1 1|end_ship elytra 1 1|chicken egg 1 1
"""
_TOOLED = """
tree leaves 1 1 shears 0|vine vine 1 1 shears 0|web web 1 1 shears 0|sheep wool 1 3 shears 0
water fish 1 1 fishing_rod 0|snow snowball 1 1 shovel 1|stone cobblestone 1 1 pickaxe 1
coal_ore coal 1 1 pickaxe 1|iron_ore iron_ore 1 1 pickaxe 2|lapis_ore dye 4 8 pickaxe 2
gold_ore gold_ore 1 1 pickaxe 3|redstone_ore redstone 4 5 pickaxe 3|diamond_ore diamond 1 1 pickaxe 3
emerald_ore emerald 1 1 pickaxe 3|obsidian obsidian 1 1 pickaxe 4
mossy_cobblestone mossy_cobblestone 1 1 pickaxe 1|netherrack netherrack 1 1 pickaxe 1
quartz_ore quartz 1 1 pickaxe 1|magma magma 1 1 pickaxe 1|end_stone end_stone 1 1 pickaxe 1
prismarine prismarine 1 1 pickaxe 1|end_city purpur_block 1 1 pickaxe 1
"""
_KILLED = """
cow beef 1 3|cow leather 1 2|sheep mutton 1 2|sheep wool 1 1|pig porkchop 1 3|chicken chicken 1 1
chicken feather 1 2|rabbit rabbit 1 1|rabbit rabbit_hide 1 1|rabbit rabbit_foot 1 1|squid dye 1 3
zombie rotten_flesh 1 2|skeleton bone 1 2|skeleton arrow 1 2|spider string 1 2|spider spider_eye 1 1
creeper gunpowder 1 2|enderman ender_pearl 1 1|slime slime_ball 1 2|guardian prismarine_shard 1 2
guardian prismarine_crystals 1 1|evoker totem_of_undying 1 1|blaze blaze_rod 1 1|wither_skeleton skull 1 1
shulker shulker_shell 1 1|magma_cube magma_cream 1 1|witch glowstone_dust 1 2
"""
_FILLED = "cow milk_bucket bucket|water water_bucket bucket|lava lava_bucket bucket"


def _rows(table: str) -> Iterator[list[str]]:
    for row in table.replace("\n", "|").split("|"):
        if row.strip():
            yield row.split()


def _sources() -> Iterator[Source]:
    for thing, drop, low, high in _rows(_FREE):
        yield Source(thing, drop, int(low), int(high))
    for thing, drop, low, high, tool, tier in _rows(_TOOLED):
        yield Source(thing, drop, int(low), int(high), tool, int(tier))
    for thing, drop, low, high in _rows(_KILLED):
        yield Source(thing, drop, int(low), int(high), kills=True)
    yield Source("ghast", "ghast_tear", tool="bow", takes="arrow", kills=True)
    for thing, drop, takes in _rows(_FILLED):
        yield Source(thing, drop, takes=takes)


SOURCES: Final = tuple(_sources())
"""All ways; a thing and a drop name one, but for wool, which shears and killing bring."""

_NETHER = (
    "netherrack soul_sand nether_wart glowstone quartz_ore magma blaze ghast magma_cube wither_skeleton "
    "zombie_pigman"
)
_OUTER = "chorus_plant chorus_flower end_city end_ship shulker"
_BURIED = "gold_ore redstone_ore lapis_ore diamond_ore emerald_ore obsidian lava"

NETHER: Final = frozenset(_NETHER.split())
OUTER_ISLANDS: Final = frozenset(_OUTER.split())
"""What lies beyond the dragon; an ender pearl opens the way."""

END: Final = frozenset({*OUTER_ISLANDS, "end_stone", "ender_dragon"})
BURIED: Final = frozenset(_BURIED.split())
"""What is got to by digging, with any pickaxe."""

BUILT: Final = frozenset({"table", "furnace", "portal", "end_portal"})
"""What stands only where it was built or opened."""


def world_of(thing: str) -> str:
    """The world in which a thing is found.

    >>> world_of("cow"), world_of("blaze"), world_of("chorus_plant")
    ('overworld', 'nether', 'end')

    Raises:
        KeyError: nothing of that name is looked for.
    """
    if thing not in BLOCKS and thing not in MOBS:
        raise KeyError(thing)
    return "nether" if thing in NETHER else "end" if thing in END else "overworld"


SMELTING_TICKS: Final = 200
"""Ticks that a furnace burns for one thing."""

_BURNS = """
lava_bucket 20000|coal_block 16000|blaze_rod 2400|coal 1600|boat 400|log 300|log2 300|planks 300|fence 300
fence_gate 300|crafting_table 300|chest 300|trapped_chest 300|bookshelf 300|trapdoor 300|jukebox 300
noteblock 300|ladder 300|wooden_pressure_plate 300|daylight_detector 300|banner 300|bow 300
fishing_rod 300|oak_stairs 300|wooden_door 200|sign 200|wooden_pickaxe 200|wooden_axe 200
wooden_shovel 200|wooden_hoe 200|wooden_sword 200|wooden_slab 150|sapling 100|stick 100|bowl 100
wooden_button 100|wool 100|carpet 67
"""
BURN_TICKS: Final = {item: int(ticks) for item, ticks in _rows(_BURNS)}
"""Fuel -> ticks that one of it burns. Source: `TileEntityFurnace.getItemBurnTime` of 1.11.2."""

UNOBTAINABLE: Final = {
    "grass": "a block of grass drops itself only to a tool enchanted with silk touch, and no action enchants",
    "monster_egg": "the block drops nothing but its silverfish",
    "spawn_egg": "eggs that call up mobs are given in creative mode only",
    "chorus_plant": "the stem drops chorus fruit, never itself",
}
"""Items that tasks ask for and nobody can get -> why."""
