"""Minecraft's static description, without a world: actions, facts, what to look for.

The names are those of Minecraft 1.11.2, the version that MineDojo plays.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from envs.game import DeathSign, GameOption, GameSpec
from envs.minecraft.direct.layout import CUES, ENCODING_SIZE
from envs.minecraft.facts import FACTS
from envs.minecraft.label import ENGINES, STAND_INS
from envs.minecraft.names import CRAFTED, EQUIPPED, PLACED, SMELTED
from envs.minecraft.places import EXPLORABLE, SEEKABLE

WALKING: Final = (
    "noop", "forward", "back", "left", "right", "jump", "sneak", "sprint", "turn_left", "turn_right",
    "look_up", "look_down", "attack", "use", "drop",
)  # fmt: skip
"""Actions of one tick, as a player has them."""

LONGER: Final = ("face", "walk_to", "mine", "fight", "eat", "hide", "rest")
"""Actions that go on until they are done, and count the ticks that they take."""

ACTIONS: Final = (
    *WALKING,
    *LONGER,
    *(f"craft_{item}" for item in CRAFTED),
    *(f"smelt_{item}" for item in SMELTED),
    *(f"place_{item}" for item in PLACED),
    *(f"equip_{item}" for item in EQUIPPED),
)

ACHIEVEMENTS: Final = (
    "mined.log", "crafted.planks", "crafted.crafting_table", "placed.crafting_table",
    "crafted.wooden_pickaxe", "mined.stone", "crafted.stone_pickaxe", "crafted.furnace", "placed.furnace",
    "mined.coal_ore", "crafted.torch", "mined.iron_ore", "smelted.iron_ingot", "crafted.iron_pickaxe",
    "mined.gold_ore", "mined.redstone_ore", "mined.diamond_ore", "crafted.diamond_pickaxe",
    "mined.obsidian", "killed.cow", "killed.zombie", "killed.skeleton", "killed.blaze",
    "killed.ender_dragon",
)  # fmt: skip
"""The way through the game, as far as events tell it."""

STRIKERS: Final = (
    "zombie", "zombie_villager", "husk", "spider", "cave_spider", "enderman", "slime", "silverfish", "wolf",
)  # fmt: skip
SHOOTERS: Final = ("skeleton", "stray", "witch", "blaze", "ghast")
"""Monsters that a player dies of close by, and from afar, the likeliest first."""

SPEC: Final = GameSpec(
    name="minecraft",
    title="Minecraft",
    actions=ACTIONS,
    facts=FACTS,
    seekable=SEEKABLE,
    explorable=EXPLORABLE,
    encoding_size=ENCODING_SIZE,
    cues=CUES,
    max_steps=10_000,
    achievements=ACHIEVEMENTS,
    manual=Path(__file__).with_name("manual.md"),
    aliases={
        "wood": "log",
        "wooden planks": "planks",
        "workbench": "crafting_table",
        "sugar cane": "reeds",
        "cobweb": "web",
        "melon slice": "melon",
        "glistering melon": "speckled_melon",
        "eye of ender": "ender_eye",
        "book and quill": "writable_book",
        "raw beef": "beef",
        "raw chicken": "chicken",
        "raw fish": "fish",
        "milk": "milk_bucket",
        "redstone dust": "redstone",
        "stone bricks": "stonebrick",
        "bricks": "brick_block",
        "slimeball": "slime_ball",
        "seeds": "wheat_seeds",
        "mine": "collect",
        "harvest": "collect",
        "build": "place",
    },
    health_fact="life",
    death_signs=(
        DeathSign(words="lava", least={"in.lava": 1}),
        DeathSign(words="want of air", most={"oxygen": 0}),
        DeathSign(words="creeper", most={"distance.creeper": 6}),
        *(DeathSign(words=mob.replace("_", " "), most={f"distance.{mob}": 3}) for mob in STRIKERS),
        *(DeathSign(words=mob.replace("_", " "), most={f"distance.{mob}": 16}) for mob in SHOOTERS),
        DeathSign(words="fall", least={"falling": 4}),
        DeathSign(words="hunger", most={"food": 0}),
    ),
    death_circumstances=(
        DeathSign(words="deep down", most={"height": 16}),
        DeathSign(words="at night", least={"sky": 1, "time": 130}, most={"time": 232}),
    ),
    known_tasks="envs.minecraft.catalogue.phrases:known_task",
    task_option="task",
    stand_ins=STAND_INS,
    completes="envs.minecraft.catalogue.phrases:completed",
    moves={"forward": "back", "back": "forward", "left": "right", "right": "left"},
    clears=("mine",),
    options={
        "engine": GameOption("text", ENGINES),
        "biome": GameOption("text", "biome of all land, such as forest; empty for all sorts"),
        "task": GameOption("text", "one of MineDojo's tasks, with which episodes begin"),
        "carried": GameOption("list", "carried at the beginning, such as log=10,shears; block-world alone"),
    },
    fresh_share=0.5,
    curriculum="needs",
    enough_episodes=300,
    attends=True,
)
