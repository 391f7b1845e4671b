"""The names that an expression may use, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LONGEST: Final = 2_000
"""Characters of an expression."""

NEVER: Final = 1_000_000_000
"""What ``first`` gives for what has not been: later than everything that has."""

OF_FACTS: Final[Mapping[str, str]] = {
    "gain": "after less before",
    "rise": "all rises during the episode together",
    "fall": "all falls during the episode together",
    "lowest": "the lowest value during the episode, its start included",
    "highest": "the highest value during the episode, its start included",
    "held": "for how many steps it has been at least the count, up to now and without a break",
    "first": f"the step at which it first was at least the count; {NEVER} where it never was",
}
"""Function of a fact -> what it gives; the last two take a count, 1 where none is given."""

WITH_COUNT: Final = frozenset(("held", "first"))

SIDES: Final[Mapping[str, str]] = {
    "before": "the facts at the start of the episode",
    "after": "the facts now",
}

OF_MATERIALS: Final[Mapping[str, int]] = {"cells": 1, "placed": 1, "replaced": 2, "sides": 1}
"""Function of materials -> how many it takes.

``cells``: where it is now. ``placed``: where the player put it and it still is. ``replaced(was, put)``: where
the player put one thing in place of another, whatever is there now. ``sides``: on how many of the four sides
of the player it is.
"""

PLACES: Final = ("player", "front", "stood")
"""The player's cell, the cell that it faces, and all cells that it has stood on."""

GEOMETRY: Final = ("around", "beside", "row", "near", "at")
"""Functions of cells, see `PRELUDE`."""

BUILTINS: Final = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "dict",
        "enumerate",
        "float",
        "int",
        "len",
        "list",
        "max",
        "min",
        "range",
        "round",
        "set",
        "sorted",
        "sum",
        "tuple",
        "zip",
    ]
)

PRELUDE: Final = """
def around(cell):
    x, y = cell
    return [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]

def beside(some, others):
    known = set(others)
    return len([cell for cell in some if any(side in known for side in around(cell))])

def row(cells):
    known, longest = set(cells), 0
    for x, y in known:
        for dx, dy in ((1, 0), (0, 1)):
            if (x - dx, y - dy) in known:
                continue
            n = 0
            while (x + n * dx, y + n * dy) in known:
                n += 1
            longest = max(longest, n)
    return longest

def near_in(world, cells, steps):
    px, py = world["player"]
    return [(x, y) for x, y in cells if abs(x - px) <= steps and abs(y - py) <= steps]

def sides_in(world, name):
    known = set(world[name])
    return len([side for side in around(world["player"]) if side in known])

def at_in(world, cell):
    x, y = cell
    grid = world["grid"]
    if x < 0 or y < 0 or x >= len(grid) or y >= len(grid[0]):
        return ""
    return world["names"][grid[x][y]]
"""
"""The functions of cells, as they run in the sandbox. A cell is ``(column, row)``."""
