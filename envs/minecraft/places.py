"""What a player looks for in Minecraft, and where: blocks, mobs, regions."""

from __future__ import annotations

from typing import Final

BLOCKS: Final = {
    "tree": "a tree: logs and leaves",
    "grass": "ground with grass on it",
    "tall_grass": "tall grass, which hides seeds",
    "flower": "a flower: a dandelion, a poppy or another",
    "brown_mushroom": "a brown mushroom",
    "red_mushroom": "a red mushroom",
    "reeds": "sugar cane, beside water",
    "cactus": "a cactus, in a desert",
    "pumpkin": "a pumpkin",
    "melon": "a melon, in a jungle",
    "cocoa": "a cocoa pod, on a jungle tree",
    "vine": "vines, in jungles and swamps",
    "waterlily": "a lily pad, in a swamp",
    "dirt": "dirt",
    "sand": "sand",
    "gravel": "gravel",
    "clay": "clay, in shallow water",
    "snow": "snow on the ground",
    "ice": "ice",
    "stone": "plain stone",
    "coal_ore": "coal ore",
    "iron_ore": "iron ore",
    "gold_ore": "gold ore, deep down",
    "redstone_ore": "redstone ore, deep down",
    "lapis_ore": "lapis lazuli ore, deep down",
    "diamond_ore": "diamond ore, very deep down",
    "emerald_ore": "emerald ore, under extreme hills",
    "obsidian": "obsidian, where water met lava",
    "mossy_cobblestone": "mossy cobblestone, in dungeons",
    "monster_egg": "stone that a silverfish lives in",
    "web": "a cobweb, in mineshafts and strongholds",
    "wheat": "ripe wheat, on a field of a village",
    "carrots": "ripe carrots, on a field of a village",
    "potatoes": "ripe potatoes, on a field of a village",
    "beetroots": "ripe beetroots, on a field of a village",
    "water": "water",
    "lava": "lava",
    "sponge": "a sponge, in an ocean monument",
    "prismarine": "prismarine, an ocean monument's stone",
    "table": "a crafting table",
    "furnace": "a furnace",
    "portal": "a nether portal that is lit",
    "end_portal": "an end portal that is open, in a stronghold",
    "netherrack": "netherrack, the ground of the Nether",
    "soul_sand": "soul sand, in the Nether",
    "nether_wart": "nether wart, in a fortress of the Nether",
    "glowstone": "glowstone, under ceilings of the Nether",
    "quartz_ore": "quartz ore, in the Nether",
    "magma": "magma blocks, in the Nether",
    "end_stone": "end stone, the ground of the End",
    "chorus_plant": "a chorus plant, on outer islands of the End",
    "chorus_flower": "a chorus flower, at the tips of chorus plants",
    "end_city": "an end city: purpur, end rods, shulkers",
    "end_ship": "the ship of an end city, where elytra hang",
}
"""Blocks and places -> what each is."""

ANIMALS: Final = (
    "bat", "chicken", "cow", "donkey", "horse", "llama", "mooshroom", "ocelot", "pig", "polar_bear",
    "rabbit", "sheep", "squid", "villager", "wolf",
)  # fmt: skip
MONSTERS: Final = (
    "blaze", "cave_spider", "creeper", "elder_guardian", "ender_dragon", "enderman", "endermite",
    "evoker", "ghast", "guardian", "husk", "magma_cube", "shulker", "silverfish", "skeleton", "slime",
    "spider", "stray", "vex", "vindicator", "witch", "wither", "wither_skeleton", "zombie",
    "zombie_pigman", "zombie_villager",
)  # fmt: skip
MOBS: Final = (*ANIMALS, *MONSTERS)

SEEKABLE: Final = {
    **BLOCKS,
    **{mob: f"a living {mob.replace('_', ' ')}" for mob in MOBS},
}

EXPLORABLE: Final = {
    "anywhere": "the nearest edge of what was seen",
    "surface": "land that was not seen yet, under the open sky",
    "forest": "woods",
    "plains": "open grassland; villages lie there, and in deserts, savannas and taigas",
    "desert": "sand and cactus",
    "jungle": "jungle",
    "swamp": "swamp",
    "taiga": "cold woods",
    "hills": "mountains and extreme hills",
    "snow": "land under snow",
    "waterside": "rivers, lakes and beaches",
    "ocean": "deep sea",
    "underground": "rock below the surface, by digging",
    "caves": "caves, mineshafts and strongholds",
    "depths": "the lowest sixteen layers",
    "nether": "the Nether",
    "end": "the End",
}

BIOMES: Final = (
    "plains", "forest", "jungle", "taiga", "swamp", "desert", "savanna", "mesa", "hills", "snow", "ocean",
    "river", "beach", "mushroom_island", "nether", "end",
)  # fmt: skip
"""Kinds of biome; 1.11.2 has 63 of them, which fall into these."""

WORLDS: Final = {
    "overworld": "the world that every game begins in",
    "nether": "the Nether, behind a lit portal of obsidian",
    "end": "the End, behind the portal of a stronghold",
}
