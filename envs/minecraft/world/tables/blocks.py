"""The blocks of the block world: hardness, tools, looks, and the numbers that they have in the world's array.

A state is a block with its variant; its number is its place in `STATES`. Hardness, tools and tiers are those of
`Block.registerBlocks` of 1.11.2, as generally known. Colours are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.world.tables.figures import parsed_rows
from envs.minecraft.world.tables.materials import MATERIALS, Material

PICKAXE, AXE, SHOVEL = 1, 2, 3
_KINDS: Final = {"": 0, "pickaxe": PICKAXE, "axe": AXE, "shovel": SHOVEL}

_NATURAL: Final = """
air 0 | 0 | air | | | 000000 |
stone 0 | 1.5 | rock | pickaxe | 1 | 7d7d7d | stone
grass 0 | 0.6 | ground | shovel | | 5f9a3f | grass
dirt 0 | 0.5 | ground | shovel | | 7a5639 | dirt
cobblestone 0 | 2 | rock | pickaxe | 1 | 6e6e6e |
bedrock 0 | -1 | rock | | 9 | 3a3a3a |
water 0 | 100 | water | | | 2f52c8 | water
flowing_water 1 | 100 | water | | | 3558cc |
flowing_water 2 | 100 | water | | | 3a5ed0 |
flowing_water 3 | 100 | water | | | 3f64d4 |
flowing_water 4 | 100 | water | | | 446ad8 |
flowing_water 5 | 100 | water | | | 4970dc |
flowing_water 6 | 100 | water | | | 4e76e0 |
flowing_water 7 | 100 | water | | | 537ce4 |
flowing_water 8 | 100 | water | | | 3558cc |
lava 0 | 100 | lava | | | d4621a | lava | 15
flowing_lava 2 | 100 | lava | | | d86a1e | | 15
flowing_lava 4 | 100 | lava | | | dc7222 | | 15
flowing_lava 6 | 100 | lava | | | e07a26 | | 15
flowing_lava 8 | 100 | lava | | | d86a1e | | 15
sand 0 | 0.5 | ground | shovel | | d8cf9c | sand
sand 1 | 0.5 | ground | shovel | | b5652a | sand
gravel 0 | 0.6 | ground | shovel | | 857f7d | gravel
sandstone 0 | 0.8 | rock | pickaxe | 1 | cfc694 |
red_sandstone 0 | 0.8 | rock | pickaxe | 1 | a5551f |
clay 0 | 0.6 | ground | shovel | | 9ea4b0 | clay
coal_ore 0 | 3 | rock | pickaxe | 1 | 4c4c4c | coal_ore
iron_ore 0 | 3 | rock | pickaxe | 2 | a58d78 | iron_ore
gold_ore 0 | 3 | rock | pickaxe | 3 | c2b05a | gold_ore
redstone_ore 0 | 3 | rock | pickaxe | 3 | 8f4646 | redstone_ore
lapis_ore 0 | 3 | rock | pickaxe | 2 | 4a62a5 | lapis_ore
diamond_ore 0 | 3 | rock | pickaxe | 3 | 6fc6c6 | diamond_ore
emerald_ore 0 | 3 | rock | pickaxe | 3 | 4fb56a | emerald_ore
obsidian 0 | 50 | rock | pickaxe | 4 | 17121f | obsidian
mossy_cobblestone 0 | 2 | rock | pickaxe | 1 | 5b6f52 | mossy_cobblestone
monster_egg 0 | 0.75 | ground | | | 7b7b7b | monster_egg
log 0 | 2 | wood | axe | | 6a5230 | tree
log 1 | 2 | wood | axe | | 3f2d18 | tree
log 2 | 2 | wood | axe | | cfcdc2 | tree
log 3 | 2 | wood | axe | | 55441a | tree
log2 0 | 2 | wood | axe | | 6b635a | tree
log2 1 | 2 | wood | axe | | 3a2a15 | tree
leaves 0 | 0.2 | leaves | | | 3f7a26 | tree
leaves 1 | 0.2 | leaves | | | 33542f | tree
leaves 2 | 0.2 | leaves | | | 5b8040 | tree
leaves 3 | 0.2 | leaves | | | 2f7d17 | tree
leaves2 0 | 0.2 | leaves | | | 5f7d2a | tree
leaves2 1 | 0.2 | leaves | | | 2f5f1f | tree
sapling 0 | 0 | plant | | | 4f8a2f |
tallgrass 1 | 0 | grassy | | | 6aa84a | tall_grass
tallgrass 2 | 0 | grassy | | | 5c9450 | tall_grass
double_plant 0 | 0 | grassy | | | d8b52a | flower
deadbush 0 | 0 | grassy | | | 8a6a3a |
yellow_flower 0 | 0 | plant | | | f0e02a | flower
red_flower 0 | 0 | plant | | | d82a2a | flower
brown_mushroom 0 | 0 | plant | | | a07a5a | brown_mushroom | 1
red_mushroom 0 | 0 | plant | | | d83a3a | red_mushroom
brown_mushroom_block 14 | 0.2 | wood | axe | | 95704f |
red_mushroom_block 14 | 0.2 | wood | axe | | b5302c |
brown_mushroom_block 10 | 0.2 | wood | axe | | cbc3b0 |
reeds 0 | 0 | plant | | | 94c165 | reeds
cactus 0 | 0.4 | cactus | | | 2f7a2a | cactus
pumpkin 0 | 1 | gourd | axe | | d0801a | pumpkin
melon_block 0 | 1 | gourd | axe | | 8aa02a | melon
cocoa 8 | 0.2 | plant | axe | | 9a5a20 | cocoa
vine 0 | 0.2 | vine | axe | | 2f6a1f | vine
waterlily 0 | 0 | pad | | | 1f6a2a | waterlily
snow_layer 0 | 0.1 | snowfall | shovel | 1 | f4fafa | snow
snow 0 | 0.2 | snow | shovel | 1 | eef6f6 | snow
ice 0 | 0.5 | ice | pickaxe | | 9abaf0 | ice
packed_ice 0 | 0.5 | ice | pickaxe | | 8aaae8 | ice
mycelium 0 | 0.6 | ground | shovel | | 6f6269 |
hardened_clay 0 | 1.25 | rock | pickaxe | 1 | 965c42 |
stained_hardened_clay 1 | 1.25 | rock | pickaxe | 1 | a15325 |
web 0 | 4 | web | | 1 | dcdcdc | web
planks 0 | 2 | wood | axe | | a8854f |
crafting_table 0 | 2.5 | wood | axe | | 7a5530 | table
furnace 2 | 3.5 | rock | pickaxe | 1 | 5a5a5a | furnace
torch 5 | 0 | circuit | | | ffd84a | | 14
ladder 2 | 0.4 | circuit | axe | | 8a6a3a |
chest 2 | 2.5 | wooden | axe | | 8a6228 |
bed 0 | 0.2 | bed | | | a02a2a |
glass 0 | 0.3 | glass | | | cfe6ee |
wool 0 | 0.8 | cloth | | | e8e8e8 |
carpet 0 | 0.1 | carpet | | | e0e0e0 |
farmland 0 | 0.6 | ground | shovel | | 5a3a20 |
grass_path 0 | 0.65 | ground | shovel | | 92763f |
wheat 0 | 0 | plant | | | 4f9a2a |
wheat 7 | 0 | plant | | | d0b83a | wheat
carrots 0 | 0 | plant | | | 3f9a2f |
carrots 7 | 0 | plant | | | e08a2a | carrots
potatoes 0 | 0 | plant | | | 4f9a3f |
potatoes 7 | 0 | plant | | | c0a84a | potatoes
beetroots 0 | 0 | plant | | | 5f8a3a |
beetroots 3 | 0 | plant | | | 9a2a3a | beetroots
fire 0 | 0 | fire | | | f0901a | | 15
netherrack 0 | 0.4 | rock | pickaxe | 1 | 6f3232 | netherrack
soul_sand 0 | 0.5 | ground | shovel | | 54402f | soul_sand
glowstone 0 | 0.3 | glass | | | e6c877 | glowstone | 15
quartz_ore 0 | 3 | rock | pickaxe | 1 | 7d5048 | quartz_ore
magma 0 | 0.5 | rock | pickaxe | 1 | 8a3a1a | magma | 3
end_stone 0 | 3 | rock | pickaxe | 1 | dcdca0 | end_stone
prismarine 0 | 1.5 | rock | pickaxe | 1 | 63a096 | prismarine
sponge 0 | 0.6 | ground | | | c6c04a | sponge
stonebrick 0 | 1.5 | rock | pickaxe | 1 | 7a7a7a |
lit_pumpkin 0 | 1 | gourd | axe | | e08f2a | | 15
"""
_WOOD: Final = """
acacia_fence acacia_fence_gate acacia_stairs birch_fence birch_fence_gate birch_stairs dark_oak_fence
dark_oak_fence_gate dark_oak_stairs fence fence_gate jungle_fence jungle_fence_gate jungle_stairs oak_stairs
spruce_fence spruce_fence_gate spruce_stairs trapdoor wooden_slab
"""
_WOODEN_MACHINES: Final = "bookshelf:1.5 jukebox:2 noteblock:0.8 daylight_detector:0.2 trapped_chest:2.5"
_STONE: Final = """
bone_block:2 brick_block:2 brick_stairs:2 cobblestone_wall:2 dispenser:3.5 dropper:3.5 end_bricks:0.8
enchanting_table:5 ender_chest:22.5 nether_brick:2 nether_brick_fence:2 nether_brick_stairs:2 observer:3
purpur_block:1.5 purpur_pillar:1.5 purpur_slab:2 purpur_stairs:1.5 quartz_block:0.8 quartz_stairs:0.8
red_nether_brick:2 red_sandstone_stairs:0.8 sandstone_stairs:0.8 stone_brick_stairs:1.5 stone_slab:2
stone_slab2:2 stone_stairs:2 coal_block:5 mob_spawner:5
"""
_METAL: Final = """
diamond_block:5 emerald_block:5 gold_block:3 iron_block:5 lapis_block:3 redstone_block:5 anvil:5 hopper:3
iron_bars:5 iron_trapdoor:5
"""
_CIRCUITS: Final = """
activator_rail:0.7 detector_rail:0.7 golden_rail:0.7 rail:0.7 redstone_torch:0 lever:0.5 stone_button:0.5
wooden_button:0.5 stone_pressure_plate:0.5 wooden_pressure_plate:0.5 heavy_weighted_pressure_plate:0.5
light_weighted_pressure_plate:0.5 tripwire_hook:0 end_rod:0
"""
_SOFT: Final = """
hay_block:0.5 nether_wart_block:1 slime:0 tnt:0 piston:0.5 sticky_piston:0.5 beacon:3 redstone_lamp:0.3
sea_lantern:0.3 glass_pane:0.3 stained_glass:0.3 stained_glass_pane:0.3 banner:1 chorus_plant:0.4
chorus_flower:0.4
"""

_LABELS: Final = {
    "grass": "grass block",
    "log": "wood",
    "log2": "wood",
    "leaves2": "leaves",
    "planks": "wooden planks",
    "tallgrass": "grass",
    "double_plant": "plant",
    "deadbush": "dead bush",
    "yellow_flower": "flower",
    "red_flower": "flower",
    "reeds": "sugar cane",
    "melon_block": "melon",
    "vine": "vines",
    "waterlily": "lily pad",
    "snow_layer": "snow",
    "lapis_ore": "lapis lazuli ore",
    "mossy_cobblestone": "moss stone",
    "flowing_water": "water",
    "flowing_lava": "lava",
    "brown_mushroom": "mushroom",
    "red_mushroom": "mushroom",
    "brown_mushroom_block": "mushroom",
    "red_mushroom_block": "mushroom",
    "web": "cobweb",
    "wheat": "crops",
    "stonebrick": "stone bricks",
    "monster_egg": "stone monster egg",
    "quartz_ore": "nether quartz ore",
    "lit_pumpkin": "jack o'lantern",
}
"""Blocks whose name for players is another than the registry's, from general knowledge of the English names."""


@dataclass(frozen=True, slots=True)
class Block:
    """One state of a block.

    Attributes:
        number: its number in the world's array.
        name: as the registry has it.
        meta: its variant, as 1.11.2 numbers it.
        hardness: -1 for what cannot be dug.
        material: what it is made of.
        tool: 0 for none, else `PICKAXE`, `AXE` or `SHOVEL`: what digs it faster.
        tier: least tier of that tool with which it drops anything, 0 when anything will do; tiers as in
            `envs.minecraft.names.TIERS`.
        colour: red, green, blue; ours.
        thing: what `envs.minecraft.places.SEEKABLE` calls it; empty for none.
        light: light that it gives.
    """

    number: int
    name: str
    meta: int
    hardness: float
    material: Material
    tool: int
    tier: int
    colour: tuple[int, int, int]
    thing: str
    light: int

    @property
    def label(self) -> str:
        """Its name for players in lower case, which is what Malmo reports."""
        return _LABELS.get(self.name, self.name.replace("_", " "))


def _rgb(text: str) -> tuple[int, int, int]:
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def _plain(text: str, material: str, tool: str, tier: int, colour: str) -> list[list[str]]:
    """Rows of blocks that only people put down."""
    found = []
    for entry in text.split():
        name, _, hardness = entry.partition(":")
        found.append([f"{name} 0", hardness or "2", material, tool, str(tier or ""), colour, "", ""])
    return found


def _states() -> tuple[Block, ...]:
    rows = [
        *parsed_rows(_NATURAL, 8),
        *_plain(_WOOD, "wooden", "axe", 0, "9a7a48"),
        *_plain(_WOODEN_MACHINES, "wood", "axe", 0, "80602f"),
        *_plain(_STONE, "rock", "pickaxe", 1, "8a8a8a"),
        *_plain(_METAL, "metal", "pickaxe", 1, "c8c8d0"),
        *_plain(_CIRCUITS, "circuit", "", 0, "8a6a6a"),
        *_plain(_SOFT, "glass", "", 0, "c0c8d0"),
    ]
    found = []
    for number, (title, hardness, material, tool, tier, colour, thing, light) in enumerate(rows):
        name, meta = title.split()
        found.append(
            Block(
                number, name, int(meta), float(hardness), MATERIALS[material], _KINDS[tool],
                int(tier or 0), _rgb(colour), thing, int(light or 0),
            )
        )  # fmt: skip
    return tuple(found)


STATES: Final = _states()
"""All states, in the order of their numbers; at most 256."""

NUMBER: Final = {f"{block.name}:{block.meta}": block.number for block in STATES}
"""``name:meta`` -> number."""

FIRST_STATE: Final = {block.name: block.number for block in reversed(STATES)}
"""Registry name -> the number of its first state."""


def _array(values: list[float], dtype: type) -> NDArray[Any]:
    array: NDArray[Any] = np.zeros(256, dtype)
    array[: len(values)] = values
    array.flags.writeable = False
    return array


HARDNESS: Final = _array([block.hardness for block in STATES], np.float64)
COLLIDES: Final = _array([block.material.collides for block in STATES], np.bool_)
HIDES: Final = _array([block.material.hides for block in STATES], np.bool_)
REPLACED: Final = _array([block.material.replaced for block in STATES], np.bool_)
LIGHT: Final = _array([block.light for block in STATES], np.uint8)
"""Arrays over all 256 numbers, for compiled code; those without a state are zero."""
