"""Minecraft's fact vocabulary: what a player knows of themselves and of what they have seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from envs.facts import FAR, FactKind, FactSpec
from envs.minecraft.names import (
    ARMOUR,
    CRAFTED,
    EQUIPPED,
    FOOD,
    ITEMS,
    NATURAL_BLOCKS,
    PLACED,
    SLOTS,
    SMELTED,
    TOOL_KINDS,
    in_words,
    stack_size,
)
from envs.minecraft.places import BIOMES, MOBS, SEEKABLE, WORLDS

MAX_EVENTS: Final = 9999
"""Event counts stop there."""

REACH: Final = 4
"""Blocks within which a thing is near, so that it can be mined, used or hit after a step or two at most."""

TABLE_REACH: Final = 3
"""Blocks within which a crafting table or furnace can be used."""

BARS: Final = {
    "life": (20, "half hearts of life; at 0 the player dies"),
    "food": (20, "half shanks of food; above 17 life comes back, at 0 it goes"),
    "oxygen": (300, "ticks of air left under water"),
    "armor": (20, "points of armour worn"),
    "xp": (9999, "experience points"),
}
MINED: Final = (
    *NATURAL_BLOCKS, "carrots", "potatoes", "beetroots", "wheat", "cocoa", "nether_wart",
    "crafting_table", "furnace",
)  # fmt: skip
DRUNK: Final = ("milk_bucket",)


def _counts() -> Iterator[FactSpec]:
    for item in ITEMS:
        text = f"{in_words(item)} carried"
        yield FactSpec(name=item, description=text, kind="count", high=SLOTS * stack_size(item))


def _body() -> Iterator[FactSpec]:
    for name, (high, text) in BARS.items():
        yield FactSpec(name=name, description=text, kind="level", high=high)
    for kind in TOOL_KINDS:
        text = f"the best {kind} carried: 0 none, 1 wood or gold, 2 stone, 3 iron, 4 diamond"
        yield _status(f"{kind}.tier", text, 4)
    for item in EQUIPPED:
        yield _status(f"hand.{item}", f"1 while the {in_words(item)} is in the hand", 1)
    for item in (*ARMOUR, "elytra"):
        yield _status(f"worn.{item}", f"1 while the {in_words(item)} is worn", 1)


def _surroundings() -> Iterator[FactSpec]:
    for thing, what in SEEKABLE.items():
        reach = TABLE_REACH if thing in ("table", "furnace") else REACH
        text = f"1 while {what} is within {reach} blocks"
        yield FactSpec(name=f"near.{thing}", description=text, kind="place", high=1)
    for thing in SEEKABLE:
        text = f"how many with {in_words(thing)} the player remembers in this world, 99 for 99 or more"
        yield FactSpec(name=f"known.{thing}", description=text, kind="known", high=FAR)
    for thing in SEEKABLE:
        text = f"steps to the nearest {in_words(thing)} remembered, {FAR} if none is known"
        yield FactSpec(name=f"distance.{thing}", description=text, kind="distance", high=FAR)
    for name, text in WORLDS.items():
        yield _status(f"in.{name}", f"1 while in {text}", 1)
    for biome in BIOMES:
        yield _status(f"biome.{biome}", f"1 while the biome here is of the kind {in_words(biome)}", 1)


def _moment() -> Iterator[FactSpec]:
    yield _status("light", "light where the player stands, 0..15; monsters appear at 7 and less", 15)
    yield _status("sky", "1 while the sky can be seen from here", 1)
    yield _status("raining", "1 while it rains or snows", 1)
    yield _status(
        "time", "time of day in hundreds of ticks, 0..239: 0 sunrise, 60 noon, 120 sunset, 180 midnight", 239
    )
    yield _status("height", "layer that the feet are in; the sea is at 63, the bottom at 0", 255)
    yield _status("sleeping", "1 while asleep", 1)
    yield _status("in.water", "1 while the feet are in water", 1)
    yield _status("in.lava", "1 while the feet are in lava", 1)
    yield _status("falling", "blocks fallen since the ground was left", 255)
    yield _status("enclosed", "1 while blocks close the player in on all sides, so that nothing can come", 1)
    yield _status("threat", f"steps to the nearest monster in view, {FAR} if none", FAR)
    yield _status("facing.solid", "1 while a block is in front, within reach", 1)
    yield _status("facing.mob", "1 while a living thing is in front, within reach", 1)
    yield _status("digging", "how far the block in front is dug, in percent", 100)


def _events() -> Iterator[FactSpec]:
    done = {
        "mined": (MINED, "times {} was mined"),
        "crafted": (CRAFTED, "pieces of {} that were crafted"),
        "smelted": (SMELTED, "pieces of {} that were smelted"),
        "placed": (PLACED, "times {} was placed"),
        "killed": (MOBS, "times a {} was killed"),
        "eaten": ((*FOOD, *DRUNK), "times {} was eaten or drunk"),
    }
    for verb, (things, text) in done.items():
        for thing in dict.fromkeys(things):
            said = text.format(in_words(thing))
            yield FactSpec(name=f"{verb}.{thing}", description=said, kind="event", high=MAX_EVENTS)
    steps = "game ticks since the episode began, a twentieth of a second each"
    yield FactSpec(name="ticks", description=steps, kind="status", high=1_000_000_000)


def _status(name: str, text: str, high: int) -> FactSpec:
    kind: FactKind = "status"
    return FactSpec(name=name, description=text, kind=kind, high=high)


FACTS: Final = (*_counts(), *_body(), *_surroundings(), *_moment(), *_events())
"""The fact vocabulary, in the order of `Game.fact_values`."""
