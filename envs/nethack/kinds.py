"""What a cell of a NetHack map can hold, as small numbers: terrain, and what lies or stands on it."""

from __future__ import annotations

WIDTH, HEIGHT = 79, 21
"""Columns and rows of a level."""

(
    UNKNOWN, FLOOR, CORRIDOR, DOORWAY, OPEN_DOOR, CLOSED_DOOR, LOCKED_DOOR, WALL, STAIRS_UP, STAIRS_DOWN,
    ALTAR, FOUNTAIN, SINK, THRONE, GRAVE, WATER, LAVA, TRAP, TREE, BARS, ICE, BRIDGE,
) = range(22)  # fmt: skip
"""Terrain. `DOORWAY` has no door in it; `LOCKED_DOOR` is a closed one that was found locked."""
N_TERRAINS = 22

NOT_TAKEN, SAME_BRANCH, OTHER_BRANCH = range(3)
"""Where stairs lead, as far as the player has found out."""

COVERED = 255
"""Says of a glyph that it hides the terrain under it."""

(
    NOTHING, WEAPON, ARMOR, RING, AMULET, TOOL, FOOD, POTION, SCROLL, SPELLBOOK, WAND, GOLD, GEM,
    OTHER_ITEM, CORPSE, KEY, PICK_AXE, BOULDER, STATUE,
) = range(19)  # fmt: skip
"""Things that lie on a cell. `KEY` opens locks: a key, a lock pick or a credit card."""
MONSTER, PET, SHOPKEEPER, PRIEST, WATCHMAN, UNSEEN, UNTOUCHABLE = range(19, 26)
"""Beings; `UNSEEN` is where something was felt or warned of; to strike an `UNTOUCHABLE` one is deadly."""
N_THINGS = 26
LAST_ITEM = PICK_AXE
"""Things from `WEAPON` to this one can be picked up."""
