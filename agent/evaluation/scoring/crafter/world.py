"""Crafter's world now, and what the player has put into it; natural and placed stone are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.evaluation.scoring.expressions.world import Cell
from envs.crafter.engine import MATERIALS

NAMES: Final = ("", *MATERIALS)
"""Materials by their number in the world's map."""

NUMBERS: Final = {name: number for number, name in enumerate(NAMES)}

PUT: Final = frozenset(NUMBERS[name] for name in ("stone", "table", "furnace", "plant") if name in NUMBERS)
"""What turns up on a cell only because the player puts it there."""


class CrafterWorld:
    """What an `agent.evaluation.scoring.expressions.world.WorldView` offers, followed step by step.

    Args:
        record: the state of a game at the start of its episode, see `envs.crafter.compiled.state`.
    """

    def __init__(self, record: Any) -> None:
        self._materials: NDArray[np.uint8] = record["materials"].copy()
        self._put: dict[Cell, tuple[int, int]] = {}
        """Cell -> what was there, and what was put there last."""
        self._changes = 0
        self._stood: dict[Cell, None] = {}
        self._look(record)

    def follow(self, record: Any) -> None:
        """Take in the state after a step."""
        now = record["materials"]
        for x, y in np.argwhere(now != self._materials).tolist():
            self._changes += 1
            if now[x, y] in PUT:
                self._put[x, y] = int(self._materials[x, y]), int(now[x, y])
            self._materials[x, y] = now[x, y]
        self._look(record)

    def _look(self, record: Any) -> None:
        body = record["objects"][0]
        self.player: Cell = int(body["x"]), int(body["y"])
        self.front: Cell = self.player[0] + int(record["facing_x"]), self.player[1] + int(record["facing_y"])
        self._stood.setdefault(self.player)

    @property
    def version(self) -> tuple[int, int, Cell, Cell]:
        """Changes of materials, cells stood on, and where the player is and looks."""
        return self._changes, len(self._stood), self.player, self.front

    @property
    def stood(self) -> Sequence[Cell]:
        """The cells that the player has been on, in the order of the first time."""
        return list(self._stood)

    def cells(self, material: str) -> Sequence[Cell]:
        """Where a material is."""
        return [(x, y) for x, y in np.argwhere(self._materials == NUMBERS[material]).tolist()]

    def placed(self, material: str) -> Sequence[Cell]:
        """Where the player put a material that is still there."""
        number = NUMBERS[material]
        return [(x, y) for (x, y), (_, put) in self._put.items() if put == number == self._materials[x, y]]

    def replaced(self, was: str, put: str) -> Sequence[Cell]:
        """Where the player put one material in place of another, whatever is there now."""
        wanted = NUMBERS[was], NUMBERS[put]
        return [cell for cell, change in self._put.items() if change == wanted]

    def grid(self) -> Sequence[Sequence[int]]:
        """The number of the material on each cell, column by column."""
        columns: list[list[int]] = self._materials.tolist()
        return columns

    def names(self) -> Sequence[str]:
        """The materials by their number."""
        return NAMES
