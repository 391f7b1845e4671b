"""What can be seen in pictures of Crafter: per picture, how likely each reading of each part of it is.

The same arrays hold what is really there (probabilities 0 and 1) and what the network reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.crafter.spec import ITEMS, LEVELS

COLUMNS: Final = 9
ROWS: Final = 7
CELLS: Final = COLUMNS * ROWS
"""Cells of the world that a picture shows, row by row; the player stands on the middle one."""
SLOTS: Final = 18
"""Tiles below them, which show bars and items."""
TILES: Final = CELLS + SLOTS
CENTRE: Final = CELLS // 2

COUNTED: Final = (*LEVELS, *ITEMS)
"""What has a number in a picture, in the order of its tiles."""
COUNTS: Final = 10
"""A number is 0..9."""
MATERIALS: Final = (
    "nothing", "water", "grass", "stone", "path", "sand", "tree", "lava", "coal", "iron", "diamond", "table",
    "furnace",
)  # fmt: skip
"""In the order of the game's own numbers; nothing is what lies outside the world."""
CREATURES: Final = ("nobody", "cow", "zombie", "skeleton", "arrow", "sapling", "ripe_plant")
"""In the order of `envs.crafter.survey`."""
WALKABLE: Final = tuple(MATERIALS.index(name) for name in ("grass", "path", "sand"))
LIGHTS: Final = ("bright", "dusky", "dark")
FACINGS: Final = ("left", "right", "up", "down")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sights:
    """What is seen in n pictures.

    Attributes:
        material: float32[n, CELLS, len(MATERIALS)].
        creature: float32[n, CELLS, len(CREATURES)].
        counts: float32[n, len(COUNTED), COUNTS].
        asleep: float32[n].
        light: float32[n, len(LIGHTS)].
        facing: float32[n, len(FACINGS)].
    """

    material: Floats
    creature: Floats
    counts: Floats
    asleep: Floats
    light: Floats
    facing: Floats

    def __len__(self) -> int:
        return len(self.asleep)

    def __getitem__(self, rows: NDArray[np.integer] | slice) -> Sights:
        """Some of the pictures."""
        return Sights(*(getattr(self, name)[rows] for name in self.__slots__))

    def thing(self, name: str) -> Floats:
        """How likely each cell shows a thing, float32[n, CELLS]; the player's own cell shows none."""
        if name == "plant":
            shown = self.creature[:, :, 5] + self.creature[:, :, 6]
        elif name == "ground":
            shown = self.material[:, :, list(WALKABLE)].sum(2) * self.creature[:, :, 0]
        elif name in CREATURES:
            shown = self.creature[:, :, CREATURES.index(name)].copy()
        else:
            shown = self.material[:, :, MATERIALS.index(name)].copy()
        shown[:, CENTRE] = 0
        return shown


def joined(parts: Sequence[Sights]) -> Sights:
    """The pictures of all parts, one after the other."""
    return Sights(*(np.concatenate([getattr(each, name) for each in parts]) for name in Sights.__slots__))


@dataclass(frozen=True, slots=True)
class Truths:
    """What is really shown in n pictures, as small numbers.

    Attributes:
        material: uint8[n, CELLS]; 0 = outside the world.
        creature: uint8[n, CELLS]; 0 = nobody.
        counts: uint8[n, len(COUNTED)].
        asleep: uint8[n].
        daylight: uint8[n], percent.
        facing: uint8[n].
    """

    material: NDArray[np.uint8]
    creature: NDArray[np.uint8]
    counts: NDArray[np.uint8]
    asleep: NDArray[np.uint8]
    daylight: NDArray[np.uint8]
    facing: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.asleep)

    def __getitem__(self, rows: NDArray[np.integer] | slice) -> Truths:
        """Some of the pictures."""
        return Truths(*(getattr(self, name)[rows] for name in self.__slots__))

    @property
    def light(self) -> NDArray[np.uint8]:
        """0 bright, 1 dusky, 2 dark, as `envs.crafter.caption` says it; uint8[n]."""
        return (self.daylight <= 60).astype(np.uint8) + (self.daylight <= 30).astype(np.uint8)

    def sights(self) -> Sights:
        """The same as probabilities 0 and 1."""
        return Sights(
            _one_hot(self.material, len(MATERIALS)),
            _one_hot(self.creature, len(CREATURES)),
            _one_hot(self.counts, COUNTS),
            self.asleep.astype(np.float32),
            _one_hot(self.light, len(LIGHTS)),
            _one_hot(self.facing, len(FACINGS)),
        )


def _one_hot(values: NDArray[np.uint8], n: int) -> Floats:
    return np.eye(n, dtype=np.float32)[values]
