"""Names of Minecraft 1.11.2 as its registry spells them: items, tools, armour, food, and what is looked for.

Variants share a name, as they do in MineDojo: all woods but acacia and dark oak are `log`, all wools `wool`,
and ink sacs, lapis lazuli, cocoa beans and bone meal are `dye`.
"""

from __future__ import annotations

from typing import Final

MATERIALS: Final = ("wooden", "stone", "iron", "golden", "diamond")
ARMOUR_MATERIALS: Final = ("leather", "iron", "golden", "diamond")
TOOL_KINDS: Final = ("pickaxe", "axe", "shovel", "hoe", "sword")
ARMOUR_KINDS: Final = ("helmet", "chestplate", "leggings", "boots")

TIERS: Final = {"wooden": 1, "golden": 1, "stone": 2, "iron": 3, "diamond": 4}
"""How good a tool of a material is at getting hard blocks to drop; gold is quick and no better than wood."""

TOOLS: Final = tuple(f"{material}_{kind}" for material in MATERIALS for kind in TOOL_KINDS)
ARMOUR: Final = tuple(f"{material}_{kind}" for material in ARMOUR_MATERIALS for kind in ARMOUR_KINDS)

_FOOD = (
    "apple baked_potato beef beetroot beetroot_soup bread carrot chicken chorus_fruit cooked_beef "
    "cooked_chicken cooked_fish cooked_mutton cooked_porkchop cooked_rabbit cookie fish golden_apple "
    "golden_carrot melon mushroom_stew mutton porkchop potato pumpkin_pie rabbit rabbit_stew rotten_flesh "
    "spider_eye"
)
FOOD: Final = tuple(_FOOD.split())

_NATURAL_BLOCKS = (
    "brown_mushroom brown_mushroom_block cactus chorus_flower chorus_plant clay coal_ore cobblestone "
    "deadbush diamond_ore dirt double_plant emerald_ore end_stone glowstone gold_ore grass gravel "
    "hardened_clay ice iron_ore lapis_ore leaves leaves2 log log2 magma melon_block monster_egg "
    "mossy_cobblestone mycelium netherrack obsidian packed_ice prismarine pumpkin purpur_block "
    "purpur_pillar quartz_ore red_flower red_mushroom red_mushroom_block red_sandstone redstone_ore reeds "
    "sand sandstone sapling skull snow snow_layer soul_sand sponge stone tallgrass vine waterlily web "
    "yellow_flower"
)
NATURAL_BLOCKS: Final = tuple(_NATURAL_BLOCKS.split())
"""Blocks that the world is made of, as far as an item has the same name."""

_MADE_BLOCKS = (
    "acacia_door acacia_fence acacia_fence_gate acacia_stairs activator_rail anvil beacon bed birch_door "
    "birch_fence birch_fence_gate birch_stairs bone_block bookshelf brewing_stand brick_block "
    "brick_stairs cake carpet cauldron chest coal_block cobblestone_wall crafting_table dark_oak_door "
    "dark_oak_fence dark_oak_fence_gate dark_oak_stairs daylight_detector detector_rail diamond_block "
    "dispenser dropper emerald_block enchanting_table end_bricks end_rod ender_chest fence fence_gate "
    "flower_pot furnace glass glass_pane gold_block golden_rail hay_block heavy_weighted_pressure_plate "
    "hopper iron_bars iron_block iron_door iron_trapdoor jukebox jungle_door jungle_fence "
    "jungle_fence_gate jungle_stairs ladder lapis_block lever light_weighted_pressure_plate lit_pumpkin "
    "nether_brick nether_brick_fence nether_brick_stairs nether_wart_block noteblock oak_stairs observer "
    "piston planks purpur_slab purpur_stairs quartz_block quartz_stairs rail red_nether_brick "
    "red_sandstone_stairs redstone_block redstone_lamp redstone_torch sandstone_stairs sea_lantern sign "
    "slime spruce_door spruce_fence spruce_fence_gate spruce_stairs stained_glass stained_glass_pane "
    "stained_hardened_clay sticky_piston stone_brick_stairs stone_button stone_pressure_plate stone_slab "
    "stone_slab2 stone_stairs stonebrick tnt torch trapdoor trapped_chest tripwire_hook wooden_button "
    "wooden_door wooden_pressure_plate wooden_slab wool"
)
MADE_BLOCKS: Final = tuple(_MADE_BLOCKS.split())
"""Blocks that players make."""

_THINGS = (
    "acacia_boat armor_stand arrow banner beetroot_seeds birch_boat blaze_powder blaze_rod boat bone book "
    "bow bowl brick bucket carrot_on_a_stick chest_minecart chorus_fruit_popped clay_ball clock coal "
    "comparator compass dark_oak_boat diamond dye egg elytra emerald end_crystal ender_eye ender_pearl "
    "feather fermented_spider_eye fire_charge fireworks fishing_rod flint flint_and_steel "
    "furnace_minecart ghast_tear glass_bottle glowstone_dust gold_ingot gold_nugget gunpowder "
    "hopper_minecart iron_ingot iron_nugget item_frame jungle_boat lava_bucket lead leather magma_cream "
    "map melon_seeds milk_bucket minecart nether_star nether_wart netherbrick painting paper "
    "poisonous_potato prismarine_crystals prismarine_shard pumpkin_seeds quartz rabbit_foot rabbit_hide "
    "redstone repeater saddle shears shield shulker_shell slime_ball snowball spawn_egg speckled_melon "
    "spruce_boat stick string sugar tnt_minecart totem_of_undying water_bucket wheat wheat_seeds "
    "writable_book"
)
THINGS: Final = tuple(_THINGS.split())
"""Items that are neither blocks, food, tools nor armour."""

ITEMS: Final = tuple(dict.fromkeys((*NATURAL_BLOCKS, *MADE_BLOCKS, *THINGS, *FOOD, *TOOLS, *ARMOUR)))
"""Everything that can be carried and counts as a fact of its own."""

UNSTACKED: Final = frozenset(
    {
        *TOOLS, *ARMOUR, "bed", "boat", "acacia_boat", "birch_boat", "dark_oak_boat", "jungle_boat",
        "spruce_boat", "bow", "shears", "shield", "elytra", "fishing_rod", "flint_and_steel",
        "carrot_on_a_stick", "minecart", "chest_minecart", "furnace_minecart", "hopper_minecart",
        "tnt_minecart", "saddle", "cake", "milk_bucket", "water_bucket", "lava_bucket", "mushroom_stew",
        "beetroot_soup", "rabbit_stew", "totem_of_undying", "writable_book",
    }
)  # fmt: skip
"""One takes a whole slot."""

SIXTEENS: Final = frozenset(
    {"armor_stand", "banner", "bucket", "egg", "ender_pearl", "sign", "snowball"},
)
"""Sixteen to a slot; of everything else sixty-four."""

SLOTS: Final = 36
"""Slots of the inventory, the hotbar among them."""


def stack_size(item: str) -> int:
    """How many of an item fit into a slot.

    >>> stack_size("planks"), stack_size("bucket"), stack_size("iron_pickaxe")
    (64, 16, 1)
    """
    return 1 if item in UNSTACKED else 16 if item in SIXTEENS else 64


def in_words(name: str) -> str:
    """A name as people say it.

    >>> in_words("iron_pickaxe")
    'iron pickaxe'
    """
    return name.replace("_", " ")


_CRAFTED_THINGS = (
    "acacia_boat armor_stand arrow banner beetroot_soup birch_boat blaze_powder boat book bow bowl bread "
    "bucket carrot_on_a_stick chest_minecart clay clock comparator compass cookie dark_oak_boat diamond "
    "dye emerald end_crystal ender_eye fermented_spider_eye fire_charge fireworks fishing_rod "
    "flint_and_steel furnace_minecart glass_bottle glowstone gold_ingot gold_nugget golden_apple "
    "golden_carrot hopper_minecart iron_ingot iron_nugget item_frame jungle_boat lead leather magma "
    "magma_cream map melon_block melon_seeds minecart mossy_cobblestone mushroom_stew painting paper "
    "prismarine pumpkin_pie pumpkin_seeds purpur_block purpur_pillar rabbit_stew red_sandstone redstone "
    "repeater sandstone shears shield slime_ball snow snow_layer speckled_melon spruce_boat stick sugar "
    "tnt_minecart wheat writable_book"
)
CRAFTED: Final = tuple(sorted({*MADE_BLOCKS, *TOOLS, *ARMOUR, *_CRAFTED_THINGS.split(), "coal"}))
"""What may come out of a crafting grid."""

_SMELTED = (
    "baked_potato brick chorus_fruit_popped coal cooked_beef cooked_chicken cooked_fish cooked_mutton "
    "cooked_porkchop cooked_rabbit diamond dye emerald glass gold_ingot gold_nugget hardened_clay "
    "iron_ingot iron_nugget netherbrick quartz redstone sponge stone stonebrick"
)
SMELTED: Final = tuple(_SMELTED.split())
"""What may come out of a furnace."""

_PLACED = (
    "cobblestone crafting_table dirt furnace ladder planks sand torch chest bed netherrack tnt carrot "
    "potato wheat_seeds sapling reeds"
)
PLACED: Final = tuple(_PLACED.split())
"""What is put down for a purpose: to craft at, to climb, to see by, to grow."""

_EQUIPPED = "bow shears shield fishing_rod flint_and_steel bucket water_bucket lava_bucket elytra"
EQUIPPED: Final = (*TOOLS, *_EQUIPPED.split())
"""What is of use in hand."""
