"""The toy game's map: 9x9 squares, what stands on them, and distances."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.facts import FAR
from envs.seeding import child_seed

SIDE: Final = 9
"""Squares per side."""

PAD: Final = 2
"""Rings of edge around the squares, so that a 5x5 view never leaves the array."""

STRIDE: Final = SIDE + 2 * PAD

GRASS, TREE, ROCK, BENCH, GEM, LAVA, EDGE = range(7)

TILE_NAMES: Final = ("grass", "tree", "rock", "bench", "gem", "lava", "edge")

DIRECTIONS: Final = (-1, 1, -STRIDE, STRIDE)
"""Left, right, up, down, as offsets of a cell index."""

CELLS: Final = tuple((y + PAD) * STRIDE + x + PAD for y in range(SIDE) for x in range(SIDE))
"""Cell indices of the squares, row by row."""

_TREES, _ROCKS, _LAVA = 5, 4, 3


def column_row(cell: int) -> tuple[int, int]:
    """Column and row of a cell, both 0..8 on the meadow."""
    return cell % STRIDE - PAD, cell // STRIDE - PAD


class Meadow:
    """Tiles by cell, with distance fields that are computed once per change.

    Attributes:
        cells: one tile code per cell, the padding included; change it through `put` or `load` only.
        tiles: the same memory as ``uint8[13, 13]``.
    """

    def __init__(self) -> None:
        self.cells = bytearray([EDGE]) * (STRIDE * STRIDE)
        self.tiles: NDArray[np.uint8] = np.frombuffer(self.cells, dtype=np.uint8).reshape(STRIDE, STRIDE)
        self._fields: dict[tuple[int, ...], list[int]] = {}
        self._places: dict[int, tuple[int, ...]] = {}

    def put(self, cell: int, tile: int) -> None:
        """Set the tile of one cell."""
        self.cells[cell] = tile
        self._fields.clear()
        self._places.clear()

    def load(self, tiles: Sequence[int]) -> None:
        """Set all 81 squares, row by row."""
        for cell, tile in zip(CELLS, tiles, strict=True):
            self.cells[cell] = tile
        self._fields.clear()
        self._places.clear()

    def squares(self) -> list[int]:
        """The tile codes of all 81 squares, row by row."""
        return [self.cells[cell] for cell in CELLS]

    def places(self, tile: int) -> tuple[int, ...]:
        """The cells that carry `tile`, row by row."""
        found = self._places.get(tile)
        if found is None:
            found = self._places[tile] = tuple(cell for cell in CELLS if self.cells[cell] == tile)
        return found

    def field(self, tiles: tuple[int, ...]) -> list[int]:
        """By cell: moves over grass until the player stands beside one of `tiles`; `FAR` where no way leads.

        A breadth-first flood from every grass square beside such a tile.
        """
        field = self._fields.get(tiles)
        if field is None:
            goals = [cell for tile in tiles for cell in self.places(tile)]
            field = self._fields[tiles] = self.flood([g + step for g in goals for step in DIRECTIONS])
        return field

    def flood(self, sources: list[int]) -> list[int]:
        """By cell: moves over grass from the nearest of `sources`; `FAR` where no way leads."""
        cells, field = self.cells, [FAR] * (STRIDE * STRIDE)
        frontier, distance = sources, 0
        while frontier:
            reached = []
            for cell in frontier:
                if cells[cell] == GRASS and field[cell] == FAR:
                    field[cell] = distance
                    reached.append(cell)
            frontier = [cell + step for cell in reached for step in DIRECTIONS]
            distance += 1
        return field


def grow(meadow: Meadow, seed: int, *, hazards: bool) -> int:
    """Lay the meadow out for `seed` and return the player's cell.

    Layouts are drawn until every tree, rock and gem can be reached from the player.
    """
    rng = random.Random(child_seed(seed, "toy", "layout"))
    tiles = [TREE] * _TREES + [ROCK] * _ROCKS + [GEM] + [LAVA] * (_LAVA if hazards else 0)
    while True:
        player, *chosen = rng.sample(range(len(CELLS)), 1 + len(tiles))
        squares = [GRASS] * len(CELLS)
        for square, tile in zip(chosen, tiles, strict=True):
            squares[square] = tile
        meadow.load(squares)
        if _all_reachable(meadow, CELLS[player]):
            return CELLS[player]


def _all_reachable(meadow: Meadow, player: int) -> bool:
    reach = meadow.flood([player])
    things = [cell for tile in (TREE, ROCK, GEM) for cell in meadow.places(tile)]
    return all(any(reach[cell + step] < FAR for step in DIRECTIONS) for cell in things)
