"""The picture of what the player sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner
from envs.minecraft.world.state import World


@inner
def draw(world: World, picture: NDArray[np.uint8]) -> None:
    """Draw into uint8[height, width, 3]."""
    picture[:, :, 2] = 128
