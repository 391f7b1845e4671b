"""Games whose picture is laid out of tiles: small numbers in place of pixels, the textures once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TileSet:
    """The textures of a game, and how its picture is laid out of them.

    Attributes:
        columns: tiles in a row of the picture.
        rows: rows of the picture.
        textures: uint8[n, size, size, 4], red, green, blue and opacity; 256 at most, the first is empty.
        lit_rows: rows from the top that darken at night, and lose their colours in sleep.
    """

    columns: int
    rows: int
    textures: NDArray[np.uint8]
    lit_rows: int = 0

    @property
    def length(self) -> int:
        """Bytes of `TiledGame.tiles`: two layers of textures, brightness 0..255, asleep or not."""
        return 2 * self.columns * self.rows + 2


@runtime_checkable
class TiledGame(Protocol):
    """A game whose picture is laid out of tiles."""

    def tile_set(self) -> TileSet:
        """The textures."""
        ...

    def tiles(self) -> NDArray[np.uint8]:
        """The picture now, uint8[TileSet.length]: ground, what stands on it, brightness, 1 while asleep."""
        ...


@runtime_checkable
class CellGame(Protocol):
    """A game on a terminal of characters and colours."""

    def screen_cells(self) -> NDArray[np.uint8]:
        """The terminal now, uint8[2, rows, columns]: characters, and colours 0..15 as on terminals."""
        ...
