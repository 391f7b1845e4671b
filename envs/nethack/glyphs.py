"""From NetHack's glyph numbers to kinds of terrain, things and beings; the tables come from the library."""

from __future__ import annotations

from typing import Final

import numpy as np
from nle import nethack
from numpy.typing import NDArray

from envs.nethack import kinds
from envs.nethack.kinds import COVERED

_TERRAIN_WORDS: Final = (
    ("dark part of a room", kinds.FLOOR),
    ("floor of a room", kinds.FLOOR),
    ("corridor", kinds.CORRIDOR),
    ("doorway", kinds.DOORWAY),
    ("open door", kinds.OPEN_DOOR),
    ("closed door", kinds.CLOSED_DOOR),
    ("wall", kinds.WALL),
    ("up", kinds.STAIRS_UP),
    ("down", kinds.STAIRS_DOWN),
    ("altar", kinds.ALTAR),
    ("fountain", kinds.FOUNTAIN),
    ("sink", kinds.SINK),
    ("throne", kinds.THRONE),
    ("grave", kinds.GRAVE),
    ("water", kinds.WATER),
    ("lava", kinds.LAVA),
    ("tree", kinds.TREE),
    ("bars", kinds.BARS),
    ("ice", kinds.ICE),
    ("lowered drawbridge", kinds.BRIDGE),
    ("raised drawbridge", kinds.WALL),
    ("air", kinds.FLOOR),
    ("cloud", kinds.FLOOR),
)
"""How the library's own explanation of a map symbol ends -> terrain; the longest fitting words count."""

_CLASSES: Final = {
    nethack.WEAPON_CLASS: kinds.WEAPON,
    nethack.ARMOR_CLASS: kinds.ARMOR,
    nethack.RING_CLASS: kinds.RING,
    nethack.AMULET_CLASS: kinds.AMULET,
    nethack.TOOL_CLASS: kinds.TOOL,
    nethack.FOOD_CLASS: kinds.FOOD,
    nethack.POTION_CLASS: kinds.POTION,
    nethack.SCROLL_CLASS: kinds.SCROLL,
    nethack.SPBOOK_CLASS: kinds.SPELLBOOK,
    nethack.WAND_CLASS: kinds.WAND,
    nethack.COIN_CLASS: kinds.GOLD,
    nethack.GEM_CLASS: kinds.GEM,
}
_SPECIAL_ITEMS: Final = {
    "skeleton key": kinds.KEY,
    "lock pick": kinds.KEY,
    "credit card": kinds.KEY,
    "pick-axe": kinds.PICK_AXE,
    "dwarvish mattock": kinds.PICK_AXE,
    "boulder": kinds.BOULDER,
    "statue": kinds.STATUE,
}
_SPECIAL_BEINGS: Final = {
    "shopkeeper": kinds.SHOPKEEPER,
    "aligned priest": kinds.PRIEST,
    "high priest": kinds.PRIEST,
    "watchman": kinds.WATCHMAN,
    "watch captain": kinds.WATCHMAN,
    **dict.fromkeys(
        ("floating eye", "blue jelly", "gas spore", "cockatrice", "chickatrice", "Medusa", "green slime"),
        kinds.UNTOUCHABLE,
    ),
}


def _terrain_of(symbol: int) -> int:
    words = nethack.symdef.from_idx(symbol).explanation
    if words and nethack.glyph_is_trap(nethack.GLYPH_CMAP_OFF + symbol):
        return kinds.TRAP
    fitting = [(len(end), terrain) for end, terrain in _TERRAIN_WORDS if words.endswith(end)]
    return max(fitting)[1] if fitting else COVERED


def _object_kind(index: int) -> int:
    item = nethack.objclass(index)
    special = _SPECIAL_ITEMS.get(nethack.OBJ_NAME(item) or "")
    return special if special is not None else _CLASSES.get(ord(item.oc_class), kinds.OTHER_ITEM)


def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8], tuple[str, ...]]:
    size = nethack.MAX_GLYPH + 1
    terrain = np.full(size, COVERED, np.uint8)
    thing = np.zeros(size, np.uint8)
    beings = [""] * size
    symbols = nethack.GLYPH_EXPLODE_OFF - nethack.GLYPH_CMAP_OFF
    for symbol in range(symbols):
        terrain[nethack.GLYPH_CMAP_OFF + symbol] = _terrain_of(symbol)
    terrain[nethack.GLYPH_CMAP_OFF] = kinds.UNKNOWN  # the symbol of solid stone is also that of the unseen
    for index in range(nethack.NUM_OBJECTS):
        thing[nethack.GLYPH_OBJ_OFF + index] = _object_kind(index)
    thing[nethack.GLYPH_BODY_OFF : nethack.GLYPH_BODY_OFF + nethack.NUMMONS] = kinds.CORPSE
    thing[nethack.GLYPH_STATUE_OFF : nethack.GLYPH_STATUE_OFF + nethack.NUMMONS] = kinds.STATUE
    for index in range(nethack.NUMMONS):
        name = nethack.permonst(index).mname
        kind = _SPECIAL_BEINGS.get(name, kinds.MONSTER)
        for offset, being in (
            (nethack.GLYPH_MON_OFF, kind),
            (nethack.GLYPH_PET_OFF, kinds.PET),
            (nethack.GLYPH_DETECT_OFF, kind),
            (nethack.GLYPH_RIDDEN_OFF, kinds.PET),
        ):
            thing[offset + index] = being
            beings[offset + index] = name
        beings[nethack.GLYPH_BODY_OFF + index] = f"{name} corpse"
    thing[nethack.GLYPH_INVISIBLE] = kinds.UNSEEN
    thing[nethack.GLYPH_WARNING_OFF : nethack.GLYPH_WARNING_OFF + nethack.WARNCOUNT] = kinds.UNSEEN
    return terrain, thing, tuple(beings)


TERRAIN, THING, _NAMES = _tables()
"""uint8[MAX_GLYPH + 1] each: the terrain that a glyph shows (`COVERED`: it hides it), and the thing."""

SWALLOWED: Final = range(nethack.GLYPH_SWALLOW_OFF, nethack.GLYPH_WARNING_OFF)
"""Glyphs of the inside of a monster that has swallowed the player."""


def being_name(glyph: int) -> str:
    """The name of the monster (or of the monster whose corpse) that a glyph shows; empty for other glyphs."""
    return _NAMES[glyph]
