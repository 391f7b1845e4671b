"""A picture cut into the tiles that the game draws it of."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.errors import BadPicture
from agent.judges.embedded.sight import COLUMNS, TILES

PIXELS: Final = 8
"""Width and height of a tile."""
TILE_SIZE: Final = PIXELS * PIXELS * 3
SHAPE: Final = (72, 72, 3)
"""Of a picture."""
_GRID: Final = TILES // COLUMNS


def is_picture(picture: NDArray[Any]) -> bool:
    """Whether it is of the size and type that the game draws for judges."""
    return picture.shape == SHAPE and picture.dtype == np.uint8


def tiles_of(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """The tiles of a picture, row by row, ``uint8[TILES, TILE_SIZE]``.

    Raises:
        BadPicture: it is of another size or type than the game draws for judges.
    """
    if not is_picture(picture):
        raise BadPicture(
            f"the picture is {picture.dtype}{list(picture.shape)}; expected uint8{list(SHAPE)}, as "
            f"game.frame((72, 72)) of Crafter draws it"
        )
    cut = picture.reshape(_GRID, PIXELS, COLUMNS, PIXELS, 3)
    return np.ascontiguousarray(cut.transpose(0, 2, 1, 3, 4)).reshape(TILES, TILE_SIZE)
