"""NetHack's static description, without loading the game: facts, what to look for, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from envs.facts import FAR, FactKind, FactSpec
from envs.game import Arena, GameOption, GameSpec
from envs.nethack.actions import ACTION_SETS, ACTIONS, DIRECTIONS, MOVES
from envs.nethack.events import DESCRIPTIONS, EVENTS

ENCODING: Final = 2
"""Version of `encoding.encode`; see `GameSpec.encoding`."""

MAX_STEPS: Final = 10_000

ITEM_COUNTS: Final = {
    "weapons": "weapons and missiles",
    "armor": "pieces of armor",
    "rings": "rings",
    "amulets": "amulets",
    "tools": "tools",
    "food": "things to eat, corpses included",
    "potions": "potions",
    "scrolls": "scrolls",
    "spellbooks": "spellbooks",
    "wands": "wands",
    "gems": "gems and stones",
    "keys": "things that open locks (keys, lock picks, credit cards)",
    "pick_axes": "things to dig with",
    "corpses": "corpses",
    "healing_potions": "potions known to heal",
    "worn": "things worn",
    "new_items": "kinds of things that the game did not begin with",
}
"""Counts of what is carried, in the order of the facts."""

_TERRAIN = {
    "stairs_down": "stairs or a ladder down",
    "stairs_up": "stairs or a ladder up",
    "altar": "an altar",
    "fountain": "a fountain",
    "sink": "a sink",
    "throne": "a throne",
    "grave": "a grave",
    "doorway": "a doorway without a door, or with a broken one",
    "open_door": "an open door",
    "closed_door": "a closed door that is not known to be locked",
    "locked_door": "a door that was found locked",
    "trap": "a known trap",
    "water": "water",
    "lava": "lava",
}
_THINGS = {
    "weapon": "a weapon or missile on the floor",
    "armor": "armor on the floor",
    "ring": "a ring on the floor",
    "amulet": "an amulet on the floor",
    "tool": "a tool on the floor",
    "food": "food on the floor",
    "potion": "a potion on the floor",
    "scroll": "a scroll on the floor",
    "spellbook": "a spellbook on the floor",
    "wand": "a wand on the floor",
    "gold": "gold on the floor",
    "gem": "a gem or stone on the floor",
    "corpse": "a corpse",
    "key": "a key, lock pick or credit card on the floor",
    "pick_axe": "something to dig with on the floor",
    "boulder": "a boulder",
}
_BEINGS = {
    "monster": "a monster in view: no pet, shopkeeper, priest or watchman, and none that is deadly to touch",
    "pet": "a pet in view",
    "shopkeeper": "a shopkeeper in view",
    "priest": "a temple priest in view",
    "watchman": "a watchman in view",
}
_DERIVED = {
    "new_stairs_down": "stairs or a ladder down that the player has not taken yet",
    "deeper_stairs": "stairs down that the player has taken and that go on in the same branch",
    "branch_stairs": "stairs down that the player has taken and that lead into another branch",
    "item": "anything on the floor that can be picked up, but for corpses and the wares of shops",
    "shop": "the floor of a shop",
    "dead_end": "a corridor or doorway with one way out, where something may be hidden",
}
SEEKABLE: Final = {**_TERRAIN, **_THINGS, **_BEINGS, **_DERIVED}
KINDS: Final = {name: i for i, name in enumerate(SEEKABLE)}
N_KINDS: Final = len(KINDS)

EXPLORABLE: Final = {
    "anywhere": "the nearest edge of the known map; where there is none, the best place to search",
    "doors": "edges of the known map at doors and doorways first",
    "corridors": "edges of the known map in corridors first",
    "hidden": "the best place to search for hidden passages: dead ends and walls, least searched first",
}
REGIONS: Final = {name: i for i, name in enumerate(EXPLORABLE)}
N_REGIONS: Final = len(REGIONS)

KNOWN: Final = (*_TERRAIN, *_THINGS, *_DERIVED)
UNDER: Final = {
    **{
        name: _TERRAIN[name]
        for name in ("stairs_down", "stairs_up", "altar", "fountain", "sink", "throne", "grave")
    },
    "door": "a doorway or an open door",
    "shop": "the floor of a shop",
    "item": "something that can be picked up and is no corpse",
}
"""``near`` facts about what the player stands on."""
BESIDE: Final = {
    "closed_door": "a closed or locked door is to the north, south, east or west",
    "boulder": "a boulder is beside the player",
    "water": "water is beside the player",
    "lava": "lava is beside the player",
    "monster": "a monster (not a pet, shopkeeper, priest or watchman) is beside the player",
    "pet": "a pet is beside the player",
    "shopkeeper": "a shopkeeper is beside the player",
    "priest": "a temple priest is beside the player",
}
"""``near`` facts about the eight cells around."""
NEAR: Final = (*UNDER, *BESIDE)

LEVELS: Final = {
    "hp": "hit points; at 0 the player dies",
    "max_hp": "hit points when unhurt",
    "energy": "energy for spells",
    "max_energy": "energy when rested",
}
STATUS: Final = {
    "hp_percent": ("hit points in percent of those when unhurt", 0, 100),
    "depth": ("levels below the surface", -60, 60),
    "level": ("number of this level within its branch of the dungeon", -60, 60),
    "in.dungeons": ("1 in the main branch, the Dungeons of Doom", 0, 1),
    "in.mines": ("1 in the Gnomish Mines", 0, 1),
    "in.sokoban": ("1 in Sokoban", 0, 1),
    "in.other_branch": ("1 in any other branch", 0, 1),
    "experience_level": ("the player's experience level", 0, 30),
    "armor_class": ("armor class; lower is better", -128, 127),
    "hunger": ("0 satiated, 1 not hungry, 2 hungry, 3 weak, 4 or more fainting", 0, 9),
    "burden": ("0 unburdened to 5 overloaded", 0, 9),
    "alignment": ("-1 chaotic, 0 neutral, 1 lawful", -1, 1),
    "blind": ("1 while blind", 0, 1),
    "confused": ("1 while confused", 0, 1),
    "stunned": ("1 while stunned", 0, 1),
    "hallucinating": ("1 while hallucinating", 0, 1),
    "levitating": ("1 while levitating or flying", 0, 1),
    "dying": ("1 while an illness, slime, strangling or turning to stone will soon kill", 0, 1),
    "monsters": ("monsters in view that are no pets", 0, 99),
    "monsters_beside": ("of those, how many are beside the player", 0, 8),
    "threat": (f"cells to the nearest of them, {FAR} if there is none", 0, FAR),
    "in_line": ("1 while one of them is in line, where a missile or a ray would fly", 0, 1),
    "time_passed": ("turns that the last step took (99 or more: 99)", 0, 99),
    "visited": ("cells of this level that the player has stood on", 0, 1659),
    "turn": ("turns of game time", 0, 10_000_000),
    "score": ("the score that the game shows", 0, 2_000_000_000),
    "steps": ("steps since the episode began", 0, 1_000_000),
    "since_prayer": ("turns since the last prayer, or since the game began", 0, 10_000_000),
    **{
        f"deadly.{way}": (
            f"1 while to the {way} is lava or water to fall into, or a being that is deadly to strike",
            0,
            1,
        )
        for way in DIRECTIONS
    },
}


def _facts() -> Iterator[FactSpec]:
    def fact(name: str, text: str, kind: FactKind, low: int = 0, high: int = 9) -> FactSpec:
        return FactSpec(name=name, description=text, kind=kind, low=low, high=high)

    for name, text in LEVELS.items():
        yield fact(name, text, "level", 0, 9999)
    for name, text in ITEM_COUNTS.items():
        yield fact(name, f"{text} carried", "count", 0, 9999)
    yield fact("gold", "gold pieces carried", "count", 0, 1_000_000)
    for name, text in UNDER.items():
        yield fact(f"near.{name}", f"1 while the player stands on {text}", "place", 0, 1)
    for name, text in BESIDE.items():
        yield fact(f"near.{name}", f"1 while {text}", "place", 0, 1)
    for name in KNOWN:
        text = f"remembered on this level: cells with {SEEKABLE[name]}"
        yield fact(f"known.{name}", text, "known", 0, 1659)
    for name, text in SEEKABLE.items():
        yield fact(
            f"distance.{name}", f"steps to {text}, {FAR} if none is known or reachable", "distance", 0, FAR
        )
    text = f"steps to the edge of this level's known map, {FAR} if all of it that can be reached is known"
    yield fact("distance.frontier", text, "distance", 0, FAR)
    for name in EVENTS:
        yield fact(f"did.{name}", f"how often the player {DESCRIPTIONS[name]}", "event", 0, 99_999)
    yield fact("max_depth", "deepest level reached, in levels below the surface", "event", 0, 60)
    yield fact("max_experience_level", "highest experience level reached", "event", 0, 30)
    yield fact("explored", "cells seen so far, on all levels", "event", 0, 1_000_000)
    for name, (text, low, high) in STATUS.items():
        yield fact(name, text, "status", low, high)


FACTS: Final = tuple(_facts())

WAY_SIZE: Final = 26
CELL_KINDS: Final = (
    "unknown", "wall", "floor", "corridor", "doorway or open door", "closed door", "locked door", "stairs",
    "feature", "water", "lava", "trap", "boulder", "item", "monster", "harmless being",
)  # fmt: skip
"""What a cell beside the player is, in the order of the encoding's ones."""
CROP: Final = 9
"""Side of the square around the player that the encoding shows, in cells."""
PLANES: Final = 5
THREATS: Final = 3
THREAT_SIZE: Final = 13
SELF_SIZE: Final = 30
ENCODING_SIZE: Final = (
    2 * WAY_SIZE + 9 * len(CELL_KINDS) + PLANES * CROP * CROP + THREATS * THREAT_SIZE
    + SELF_SIZE + len(ITEM_COUNTS) + len(EVENTS)
)  # fmt: skip

_MONK: Final = "mon-hum-neu-mal"


def _arena(level: str, description: str, character: str | None = None) -> Arena:
    return Arena(
        description=description, options={"level": level} | ({"character": character} if character else {})
    )


ARENAS: Final = {
    "altar": _arena("Arena-altar", "two rooms, one with an altar, and things that lie about", _MONK),
    "shop": _arena("Arena-shop", "a shop with its keeper, and a room with things that may be sold", _MONK),
    "lava": _arena(
        "Arena-lava", "a room cut in two by lava, the stairs beyond, and a thing that helps across"
    ),
    "maze": _arena("MiniHack-MazeWalk-15x15-v0", "a maze with stairs down somewhere", "@"),
    "corridors": _arena("MiniHack-Corridor-R3-v0", "three dark rooms and corridors, stairs down in one", "@"),
    "monsters": _arena("MiniHack-Room-Ultimate-15x15-v0", "a dark room with monsters and traps", "@"),
    "battle": _arena("MiniHack-CorridorBattle-v0", "rooms and a corridor with a horde of rats", "@"),
    "dark_battle": _arena("MiniHack-CorridorBattle-Dark-v0", "the same in the dark", "@"),
    "quest": _arena(
        "MiniHack-Quest-Easy-v0", "a thing to freeze lava with, the lava, monsters, stairs beyond", "@"
    ),
    "long_quest": _arena("MiniHack-Quest-Medium-v0", "the same with a horde of rats before the lava", "@"),
    "locked_door": _arena("MiniHack-LockedDoor-v0", "a room with a locked door before the stairs"),
    "key_room": _arena("MiniHack-KeyRoom-S5-v0", "a room with a key, and a locked room with the stairs"),
    "river": _arena("MiniHack-River-v0", "a river, boulders to fill it with, the stairs beyond"),
    "eat": _arena("MiniHack-Eat-v0", "a room with food"),
    "pray": _arena("MiniHack-Pray-v0", "a room with an altar to pray at"),
    "wear": _arena("MiniHack-Wear-v0", "a room with armor"),
    "put_on": _arena("MiniHack-PutOn-v0", "a room with an amulet"),
    "zap": _arena("MiniHack-Zap-v0", "a room with a wand"),
    "read": _arena("MiniHack-Read-v0", "a room with a scroll"),
    "wield": _arena("MiniHack-Wield-v0", "a room with a weapon"),
}
"""Levels to practise on what is rare in the dungeon."""

_NO_ACHIEVEMENT = ("get_hit", "ask_exit", "anger_god", "fall", "meet_lock", "meet_stuck_boulder")

OPTIONS: Final = {
    "character": GameOption("text", "role, race, alignment and gender, such as mon-hum-neu-mal, or @"),
    "level": GameOption("text", "a MiniHack id, or the path of a .des file"),
    "pet": GameOption("flag", "whether to start with a pet"),
    "autopickup": GameOption("flag", "whether walking on things picks them up"),
    "level_seed": GameOption("number", "the same levels in every episode"),
    "options": GameOption("list", "more of NetHack's own options"),
    "nethackrc": GameOption("path", "an options file for NetHack"),
    "ttyrec": GameOption("path", "a folder for NLE's own recordings"),
}
"""What `NetHackGame` takes; see there."""

_FIRST, _STANDING, _LOCKED, _LONG = 2, 10, 17, 18
"""Places within a way; see `encoding`."""
CUES: Final = {
    **{_FIRST + move: f"move_{way}" for move, way in enumerate(DIRECTIONS)},
    **{_LONG + move: f"far_{way}" for move, way in enumerate(DIRECTIONS)},
    _LOCKED: "kick",
    WAY_SIZE + _STANDING: "search_10",
}
"""The first step of the way to follow, running where it is long, kicking where it is locked, and searching
where the way to explore has led."""
FACT_CHANGES: Final = {
    "hp": ("hit points rose", "hit points fell"),
    "hunger": ("grew hungrier", "grew less hungry"),
    "armor_class": ("worse protected by armor", "better protected by armor"),
    "blind": ("went blind", "could see again"),
    "confused": ("got confused", "was no longer confused"),
    "levitating": ("began to float", "stopped floating"),
    "dying": ("caught something that will soon kill", "was no longer dying"),
    "explored": ("saw new parts of the map", ""),
    "max_depth": ("reached a depth never reached before", ""),
    "max_experience_level": ("", ""),
    "new_items": ("got a kind of thing not carried at the start", "has one kind of thing found less"),
    "worn": ("wears one thing more", "wears one thing less"),
    "healing_potions": ("", ""),
}
"""Changes that are told in addition to events and counts, see `GameSpec.fact_changes`."""

MAY_BRING: Final = {
    "did.pickup": tuple(name for name in ITEM_COUNTS if name not in ("worn", "new_items")),
}
"""Who picks something up may have got any kind of thing."""

_OWN_TASKS: Final = {
    "Eat": "did.eat",
    "Pray": "did.pray",
    "PutOn": "did.put_on",
    "Read": "did.read",
    "Wear": "did.wear",
    "Wield": "did.wield",
    "Zap": "did.zap",
}
OWN_TASKS: Final = {
    f"MiniHack-{name}{variant}-v0": {fact: 1}
    for name, fact in _OWN_TASKS.items()
    for variant in ("", "-Fixed", "-Distr")
}
"""MiniHack's levels whose task is one deed, done with the right thing: only the level knows which that is."""

SPEC: Final = GameSpec(
    name="nethack",
    title="NetHack",
    terminal=True,
    actions=ACTIONS,
    facts=FACTS,
    seekable=SEEKABLE,
    explorable=EXPLORABLE,
    encoding_size=ENCODING_SIZE,
    encoding=ENCODING,
    max_steps=MAX_STEPS,
    achievements=tuple(f"did.{name}" for name in EVENTS if name not in _NO_ACHIEVEMENT),
    manual=Path(__file__).with_name("manual.md"),
    aliases={
        "gnomish mines": "enter_mines",
        "mines": "enter_mines",
        "minetown": "enter_minetown",
        "delphi": "enter_delphi",
        "oracle": "enter_delphi",
        "sokoban": "enter_sokoban",
        "go down": "descend",
        "go down the stairs": "descend",
        "go downstairs": "descend",
        "climb down": "descend",
        "go up": "ascend",
        "go up the stairs": "ascend",
        "go upstairs": "ascend",
        "climb up": "ascend",
        "pick up": "pickup",
        "drink": "quaff",
        "shop": "enter_shop",
        "temple": "enter_temple",
        "fight": "kill",
        "attack": "kill",
        "wear armor": "wear",
        "put on armor": "wear",
        "put on a ring": "put_on",
        "put on the ring": "put_on",
        "put on an amulet": "put_on",
        "put on the amulet": "put_on",
    },
    clears=("kick", "fight"),
    moves=MOVES,
    arenas=ARENAS,
    options=OPTIONS,
    cues=CUES,
    fresh_share=0.5,
    enough_episodes=900,
    fact_changes=FACT_CHANGES,
    once_only=("explored", "max_depth", "max_experience_level"),
    fallback_skills=("explore",),
    unstick_skills=("discoverer", "search_hidden", "explore"),
    action_sets=ACTION_SETS,
    may_bring=MAY_BRING,
    own_tasks=OWN_TASKS,
)
"""NetHack and MiniHack levels share facts, actions and encoding, and so skills: one game serves both."""
