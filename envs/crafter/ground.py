"""Materials and creatures as the player's memory numbers them, and what can be walked on or dug.

Everything here reads the player's memory, never the world itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner

WATER, GRASS, STONE, PATH, SAND, TREE, LAVA, COAL, IRON, DIAMOND, TABLE, FURNACE = range(1, 13)
COW, ZOMBIE, SKELETON, ARROW, SAPLING, RIPE = range(1, 7)

WALKABLE = np.zeros(16, np.bool_)
WALKABLE[[GRASS, PATH, SAND]] = True
ROCK = np.zeros(16, np.bool_)
ROCK[[STONE, COAL, IRON, DIAMOND]] = True


@inner
def is_free(material: NDArray[np.uint8], creature: NDArray[np.uint8], x: int, y: int) -> bool:
    """Whether a cell is on the map, can be walked on, and holds nothing."""
    width, height = material.shape
    inside = 0 <= x < width and 0 <= y < height
    return inside and bool(WALKABLE[material[x, y]]) and creature[x, y] == 0
