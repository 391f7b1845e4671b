"""Crafter's rules as numbers: read from the installed package when this is imported, and compiled in.

What the package has as data (materials, items, recipes) is read. What it has as code (how creatures move,
what hurts) is written out in this room's other files, and the tests play both side by side.

A set of materials is one integer: bit m is set where material m belongs to it. Numbers that functions
are called with are made by `envs.grid.compiling.integer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from crafter import constants
from numpy.typing import NDArray

from envs.grid.compiling import integer

DATA_FILE = Path(constants.root) / "data.yaml"
"""Where the package keeps the rules that are read here."""

MATERIALS: tuple[str, ...] = tuple(constants.materials)
MATERIAL = {name: number for number, name in enumerate(MATERIALS, 1)}
"""Numbers of the materials, as in the world's map; 0 is none."""
ITEMS: tuple[str, ...] = tuple(constants.items)
ITEM = {name: number for number, name in enumerate(ITEMS)}
ACHIEVEMENTS: tuple[str, ...] = tuple(constants.achievements)
ACHIEVEMENT = {name: number for number, name in enumerate(ACHIEVEMENTS)}
ACTIONS: tuple[str, ...] = tuple(constants.actions)
N_MATERIALS, N_ITEMS, N_ACHIEVEMENTS = len(MATERIALS) + 1, len(ITEMS), len(ACHIEVEMENTS)

REMOVED, PLAYER, COW, ZOMBIE, SKELETON, ARROW, PLANT = (integer(kind) for kind in range(7))
"""Kinds of objects."""
N_KINDS = 7

WATER, GRASS, STONE, PATH, SAND = (MATERIAL[m] for m in ("water", "grass", "stone", "path", "sand"))
TREE, LAVA, COAL, IRON, DIAMOND = (MATERIAL[m] for m in ("tree", "lava", "coal", "iron", "diamond"))
TABLE, FURNACE = MATERIAL["table"], MATERIAL["furnace"]
HEALTH, FOOD, DRINK, ENERGY = (ITEM[i] for i in ("health", "food", "drink", "energy"))
WOOD_SWORD, STONE_SWORD, IRON_SWORD = (ITEM[f"{m}_sword"] for m in ("wood", "stone", "iron"))
WOOD_PICKAXE, STONE_PICKAXE, IRON_PICKAXE = (ITEM[f"{m}_pickaxe"] for m in ("wood", "stone", "iron"))
WAKE_UP, EAT_PLANT, EAT_COW = (ACHIEVEMENT[a] for a in ("wake_up", "eat_plant", "eat_cow"))
DEFEAT_ZOMBIE, DEFEAT_SKELETON = ACHIEVEMENT["defeat_zombie"], ACHIEVEMENT["defeat_skeleton"]


def materials_of(names: Iterable[str]) -> int:
    """The set of these materials."""
    return integer(sum(1 << MATERIAL[name] for name in set(names)))


def _counts(each: Iterable[Mapping[str, int]]) -> NDArray[np.int64]:
    """How many of each item, one row per mapping: int64[n, N_ITEMS]."""
    return np.array([[counts.get(item, 0) for item in ITEMS] for counts in each], np.int64)


WALKABLE = materials_of(constants.walkable)
"""Where creatures can be."""
PLAYER_WALKABLE = WALKABLE | materials_of(["lava"])
ARROW_WALKABLE = WALKABLE | materials_of(["water", "lava"])
GROUND = np.full(N_KINDS, WALKABLE, np.int64)
"""Where objects of each kind can move; one that was removed moves as creatures do."""
GROUND[PLAYER], GROUND[ARROW] = PLAYER_WALKABLE, ARROW_WALKABLE
FIRST_HEALTH = np.zeros(N_KINDS, np.int64)
"""Health of new objects of each kind; the player's is in its inventory."""
FIRST_HEALTH[COW], FIRST_HEALTH[ZOMBIE], FIRST_HEALTH[SKELETON], FIRST_HEALTH[PLANT] = 3, 5, 3, 1

MOST = np.array([constants.items[item]["max"] for item in ITEMS], np.int64)
"""int64[N_ITEMS], how many can be carried."""
INITIAL = np.array([constants.items[item]["initial"] for item in ITEMS], np.int64)
"""int64[N_ITEMS], what the player begins with."""
MOST_ENERGY = int(MOST[ENERGY])

# One row per material, those that cannot be collected included.
_collect = [constants.collect.get(name) for name in (None, *MATERIALS)]
COLLECTABLE = materials_of(constants.collect)
COLLECT_NEEDS = _counts(rule["require"] if rule else {} for rule in _collect)
COLLECT_GIVES = _counts(rule["receive"] if rule else {} for rule in _collect)
COLLECT_LEAVES = np.array([MATERIAL[rule["leaves"]] if rule else 0 for rule in _collect], np.int64)
COLLECT_CHANCE = np.array([rule.get("probability", 1) if rule else 0 for rule in _collect], np.float64)
COLLECT_ACHIEVEMENT = np.array([ACHIEVEMENT.get(f"collect_{item}", -1) for item in ITEMS], np.int64)
"""int64[N_ITEMS], what collecting an item achieves; -1 for those that are never collected."""

# One row per thing that can be placed, in the order of the package's data.
_place = dict(constants.place)
PLACE_WHERE = np.array([materials_of(rule["where"]) for rule in _place.values()], np.int64)
PLACE_NEEDS = _counts(rule["uses"] for rule in _place.values())
PLACE_MATERIAL = np.array(
    [MATERIAL[name] if rule["type"] == "material" else 0 for name, rule in _place.items()], np.int64
)
"""The material put down; 0 for a plant, which is an object."""
PLACE_ACHIEVEMENT = np.array([ACHIEVEMENT[f"place_{name}"] for name in _place], np.int64)

# One row per thing that can be made, in the order of the package's data.
_make = dict(constants.make)
MAKE_NEARBY = np.array([materials_of(rule["nearby"]) for rule in _make.values()], np.int64)
MAKE_NEEDS = _counts(rule["uses"] for rule in _make.values())
MAKE_ITEM = np.array([ITEM[name] for name in _make], np.int64)
MAKE_NUMBER = np.array([rule["gives"] for rule in _make.values()], np.int64)
MAKE_ACHIEVEMENT = np.array([ACHIEVEMENT[f"make_{name}"] for name in _make], np.int64)

DX = np.array([-1, 1, 0, 0], np.int64)
"""Columns of the moves left, right, up, down."""
DY = np.array([0, 0, -1, 1], np.int64)
"""Rows of the same moves."""

NOOP, MOVE, DO, SLEEP, PLACE, MAKE = range(6)
"""Kinds of actions."""


def _parse(action: str) -> tuple[int, int]:
    """Kind of an action, and which move, thing to place or thing to make."""
    kind, _, name = action.partition("_")
    if kind == "move":
        return MOVE, ("left", "right", "up", "down").index(name)
    if kind == "place":
        return PLACE, list(_place).index(name)
    if kind == "make":
        return MAKE, list(_make).index(name)
    return {"noop": NOOP, "do": DO, "sleep": SLEEP}[action], 0


_parsed = [_parse(action) for action in ACTIONS]
ACTION_KIND = np.array([kind for kind, _ in _parsed], np.int64)
ACTION_WHICH = np.array([which for _, which in _parsed], np.int64)

if any(rule["type"] == "object" and name != "plant" for name, rule in _place.items()):
    raise ImportError("the installed crafter lets players place objects other than plants")
if N_MATERIALS > 31 or N_ACHIEVEMENTS > 31:
    raise ImportError("the installed crafter has more materials or achievements than a set holds (30)")
