"""The toy game's static description: actions, facts, what to look for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from envs.facts import FAR, FactSpec
from envs.game import DeathSign, GameSpec

ACTIONS: Final = ("noop", "left", "right", "up", "down", "take", "place_bench", "make_pick")

THINGS: Final = ("tree", "rock", "bench", "gem")
"""What a player may look for, in the order of the tile codes 1..4."""

ACHIEVEMENTS: Final = (
    "did.collect_wood",
    "did.place_bench",
    "did.collect_stone",
    "did.make_pick",
    "did.collect_gem",
)

MAX_COUNT: Final = 9
"""The player can carry no more than this of anything."""

MAX_EVENTS: Final = 9999
"""Event counts stop there."""

VIEW: Final = 5
"""Side of the square around the player that the encoding shows, in squares."""

TILE_PLANES: Final = 6
"""Tiles other than grass: tree, rock, bench, gem, lava, edge."""

VIEW_SIZE: Final = VIEW * VIEW * TILE_PLANES
SELF_SIZE: Final = 19
"""Facing (4), the tile in front (6), inventory amounts (4) and thresholds (3), bench beside, time used."""
FOCUS_SIZE: Final = 14
"""Things sought (4); nearest one: known, beside, in front, distance, first step (4), dx, dy."""

_INVENTORY = {
    "wood": "pieces of wood carried",
    "stone": "stones carried",
    "pick": "picks carried",
    "gem": "gems carried",
}
_EVENTS = {
    "did.collect_wood": "times wood was taken from a tree",
    "did.place_bench": "times a bench was placed",
    "did.collect_stone": "times a stone was taken from a rock",
    "did.make_pick": "times a pick was made",
    "did.collect_gem": "times the gem was taken",
}


def _facts() -> Iterator[FactSpec]:
    for name, text in _INVENTORY.items():
        yield FactSpec(name=name, description=text, kind="count", high=MAX_COUNT)
    for thing in THINGS:
        text = f"1 while a {thing} is on one of the four squares beside the player"
        yield FactSpec(name=f"near.{thing}", description=text, kind="place", high=1)
    for thing in THINGS:
        text = f"how many squares with a {thing} the player knows of"
        yield FactSpec(name=f"known.{thing}", description=text, kind="known", high=81)
    for thing in THINGS:
        text = (
            f"moves until the player stands beside the nearest {thing}; 0 is beside it, {FAR} is out of reach"
        )
        yield FactSpec(name=f"distance.{thing}", description=text, kind="distance", high=FAR)
    for name, text in _EVENTS.items():
        yield FactSpec(name=name, description=text, kind="event", high=MAX_EVENTS)
    text = "1 while the square in front cannot be walked on"
    yield FactSpec(name="facing.blocked", description=text, kind="status", high=1)
    text = "1 while the square in front is lava, which kills"
    yield FactSpec(name="facing.lava", description=text, kind="status", high=1)


FACTS: Final = tuple(_facts())
"""The fact vocabulary, in the order of `ToyGame.fact_values`."""

SPEC: Final = GameSpec(
    name="toy",
    title="Toy meadow",
    actions=ACTIONS,
    facts=FACTS,
    seekable={
        "tree": "A tree, which gives wood.",
        "rock": "A rock, which gives a stone.",
        "bench": "A bench that the player has placed; picks are made beside it.",
        "gem": "The gem, which wins the game.",
    },
    explorable={"anywhere": "The whole meadow, which the player sees at all times."},
    encoding_size=VIEW_SIZE + SELF_SIZE + FOCUS_SIZE,
    max_steps=200,
    achievements=ACHIEVEMENTS,
    manual=Path(__file__).with_name("manual.md"),
    aliases={
        "log": "wood",
        "lumber": "wood",
        "cobble": "stone",
        "workbench": "did.place_bench",
        "pickaxe": "pick",
        "jewel": "gem",
        "diamond": "gem",
    },
    judged_size=(72, 72),
    death_signs=(DeathSign(words="lava"),),
    moves={"left": "right", "right": "left", "up": "down", "down": "up"},
)
