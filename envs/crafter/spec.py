"""Crafter's static description, without loading the game: actions, facts, what to look for."""

from __future__ import annotations

from pathlib import Path

from envs.facts import FAR, FactKind, FactSpec
from envs.game import DeathSign, GameSpec, PictureArea

ENCODING = 4
"""Version of `encoding.encode`; see `GameSpec.encoding`."""

ACTIONS = (
    "noop", "move_left", "move_right", "move_up", "move_down", "do", "sleep",
    "place_stone", "place_table", "place_furnace", "place_plant",
    "make_wood_pickaxe", "make_stone_pickaxe", "make_iron_pickaxe",
    "make_wood_sword", "make_stone_sword", "make_iron_sword",
)  # fmt: skip

LEVELS = ("health", "food", "drink", "energy")
ITEMS = (
    "sapling", "wood", "stone", "coal", "iron", "diamond",
    "wood_pickaxe", "stone_pickaxe", "iron_pickaxe", "wood_sword", "stone_sword", "iron_sword",
)  # fmt: skip
ACHIEVEMENTS = (
    "collect_coal", "collect_diamond", "collect_drink", "collect_iron", "collect_sapling", "collect_stone",
    "collect_wood", "defeat_skeleton", "defeat_zombie", "eat_cow", "eat_plant", "make_iron_pickaxe",
    "make_iron_sword", "make_stone_pickaxe", "make_stone_sword", "make_wood_pickaxe", "make_wood_sword",
    "place_furnace", "place_plant", "place_stone", "place_table", "wake_up",
)  # fmt: skip

SEEKABLE = {
    "tree": "a tree",
    "grass": "open grass",
    "water": "water",
    "stone": "plain stone",
    "coal": "coal ore",
    "iron": "iron ore",
    "diamond": "a diamond",
    "table": "a crafting table",
    "furnace": "a furnace",
    "path": "the floor of a cave, a tunnel or a dug-out cell",
    "cow": "a cow",
    "zombie": "a zombie in view",
    "skeleton": "a skeleton in view",
    "sapling": "a planted sapling that is not ripe",
    "ripe_plant": "a ripe plant",
    "plant_side": "an open cell beside a planted sapling, through which animals and zombies reach it",
    "bedrock": "stone inside rock: a stone cell with solid rock on its far side and flanks, to dig a shelter",
    "home": "home: the walled-in place where the player was last",
    "home_site": "a site for a home: two by two cells of free ground beside water, all around them seen",
}
EXPLORABLE = {
    "anywhere": "the nearest and widest edge of the known map",
    "grassland": "edges of the known map in grassland",
    "mountain": "edges of the known map in rock, ore and caves",
    "waterside": "edges of the known map beside water and sand",
    "caves": "edges of the known map in caves and tunnels",
    "stale_grassland": "grassland not seen for a hundred steps, and edges of the known map in grassland",
}

DISTANCES = (*SEEKABLE, "frontier")
COUNTED = (
    "tree",
    "water",
    "stone",
    "coal",
    "iron",
    "diamond",
    "table",
    "furnace",
    "cow",
    "sapling",
    "ripe_plant",
)
NEAR = {
    "table": "a table is within one cell (also diagonally), close enough to craft at",
    "furnace": "a furnace is within one cell (also diagonally), close enough to smelt at",
    "water": "water is in the next cell in one of the four directions",
    "sapling": "a planted, unripe sapling is in view",
    "ripe_plant": "a ripe plant is in the next cell in one of the four directions",
}

SIDES = {"left": "to the left", "right": "to the right", "up": "above", "down": "below"}


def _facts() -> tuple[FactSpec, ...]:
    facts: list[FactSpec] = []

    def add(name: str, description: str, kind: FactKind, low: int = 0, high: int = 9) -> None:
        facts.append(FactSpec(name=name, description=description, kind=kind, low=low, high=high))

    for name in LEVELS:
        add(name, f"the {name} bar; at 0 health the player dies, at 0 of another health falls", "level")
    for name in ITEMS:
        add(name, f"{name.replace('_', ' ')} carried", "count")
    for name, text in NEAR.items():
        add(f"near.{name}", f"1 while {text}", "place", 0, 1)
    for name in COUNTED:
        add(f"known.{name}", f"remembered cells with {SEEKABLE[name]} (99 = 99 or more)", "known", 0, 99)
    for name in DISTANCES:
        text = SEEKABLE.get(name, "the edge of the known map that the focus would explore")
        add(
            f"distance.{name}",
            f"walking and digging steps to {text}, {FAR} if none is known",
            "distance",
            0,
            FAR,
        )
    for name in ACHIEVEMENTS:
        add(
            f"did.{name}",
            f"how often the player managed to {name.replace('_', ' ')} so far",
            "event",
            0,
            9999,
        )
    add("threat.zombie", "cells to the nearest zombie in view, 99 if none", "status", 0, FAR)
    add("threat.skeleton", "cells to the nearest skeleton in view, 99 if none", "status", 0, FAR)
    add("threat.arrow", "cells to the nearest flying arrow in view, 99 if none", "status", 0, FAR)
    safe = "1 while no zombie or skeleton is within three cells and no arrow within two"
    add("safe", safe, "status", 0, 1)
    add("zombies", "zombies in view", "status", 0, 63)
    add("daylight", "brightness in percent; zombies are more frequent when it is low", "status", 0, 100)
    add("daylight.rising", "1 while it grows brighter, 0 while it grows darker", "status", 0, 1)
    add("sleeping", "1 while asleep", "status", 0, 1)
    add(
        "enclosed",
        "1 while walls on all sides leave no way in to the player (a shelter)",
        "status",
        0,
        1,
    )
    add("open_sides", "how many of the four cells beside the player can be walked on", "status", 0, 4)
    add(
        "facing.free",
        "1 while the cell in front is free ground, where things can be placed",
        "status",
        0,
        1,
    )
    add("facing.grass", "1 while the cell in front is free grass", "status", 0, 1)
    add("facing.water", "1 while the cell in front is water", "status", 0, 1)
    add("facing.lava", "1 while the cell in front is lava: stepping into it is death", "status", 0, 1)
    for side in SIDES:
        add(f"lava.{side}", f"1 while the next cell {SIDES[side]} is known to be lava", "status", 0, 1)
    closes = "1 while a stone put in front would wall the player in, with no way in left (see enclosed)"
    add("facing.closes", closes, "status", 0, 1)
    lacking = (
        "stones still lacking to wall in the best block of 2 by 2 or 2 by 3 free cells here, from inside; "
        f"0 in a shelter, {FAR} where there is no such block"
    )
    add("wall.missing", lacking, "status", 0, FAR)
    add("wall.ahead", "1 while a stone put in front would be one of those (see wall.missing)", "status", 0, 1)
    whole = "1 while home is known and has no way in (see distance.home): a shelter to go back to"
    add("home.complete", whole, "status", 0, 1)
    age = "steps spent within 17 cells of a plant: the most that one so near has had, 0 without one"
    add("plant.age", age, "status", 0, 9999)
    add("plant_sides", "open cells beside the nearest planted sapling (9 if none is known)", "status", 0, 9)
    add("plants_fenced", "planted saplings or ripe plants remembered with no open side", "known", 0, 9)
    add("explored", "cells of the map seen so far", "event", 0, 4096)
    add("steps", "steps since the episode began", "status", 0, 1_000_000)
    return tuple(facts)


FACTS = _facts()

VIEW_CELLS = 63
PLANES = 4
ENCODING_SIZE = 2 * 12 + 5 * 15 + PLANES * VIEW_CELLS + 4 * 9 + 16 + 10 + 5 + 10 + 4

SPEC = GameSpec(
    name="crafter",
    title="Crafter",
    actions=ACTIONS,
    facts=FACTS,
    seekable=SEEKABLE,
    explorable=EXPLORABLE,
    encoding_size=ENCODING_SIZE,
    encoding=ENCODING,
    max_steps=10_000,
    achievements=tuple(f"did.{name}" for name in ACHIEVEMENTS),
    manual=Path(__file__).with_name("manual.md"),
    aliases={
        "workbench": "table",
        "crafting table": "table",
        "bench": "table",
        "log": "wood",
        "lumber": "wood",
        "drink": "drink_water",
        "water": "drink_water",
        "wake up": "sleep",
        "kill": "defeat",
        "fight": "defeat",
        "mine": "collect",
        "gather": "collect",
        "get": "collect",
        "chop": "collect",
        "chop down": "collect",
        "cut down": "collect",
        "dig out": "collect",
        "dig up": "collect",
        "pick up": "collect",
        "pick": "pickaxe",
        "build": "place",
        "craft": "make",
        "plant a sapling": "place_plant",
    },
    clears=("do",),
    judged_size=(72, 72),
    status_area=PictureArea(top=7 / 9),
    fact_changes={
        "health": ("health rose", "health fell"),
        "food": ("less hungry", "hungrier"),
        "drink": ("less thirsty", "thirstier"),
        "energy": ("less tired", "more tired"),
        "explored": ("saw new parts of the map", ""),
    },
    once_only=("explored",),
    health_fact="health",
    death_signs=(
        *(DeathSign(words="lava", least={f"lava.{side}": 1}, action=f"move_{side}") for side in SIDES),
        DeathSign(words="arrow", most={"threat.arrow": 2}),
        DeathSign(words="zombie", most={"threat.zombie": 1}),
        DeathSign(words="thirst", most={"drink": 0}),
        DeathSign(words="hunger", most={"food": 0}),
        DeathSign(words="exhaustion", most={"energy": 0}),
    ),
    death_circumstances=(
        DeathSign(words="while asleep", least={"sleeping": 1}),
        DeathSign(words="at night", most={"daylight": 30}),
    ),
    fallback_skills=("explore",),
    unstick_skills=("explore",),
    moves={
        "move_left": "move_right",
        "move_right": "move_left",
        "move_up": "move_down",
        "move_down": "move_up",
    },
)
