"""The lower part of Crafter's picture, drawn without the world above it."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from crafter import constants, engine
from numpy.typing import NDArray

from envs.crafter.engine import LOCAL, VIEW

_GRID = (VIEW[0], VIEW[1] - LOCAL[1])
"""Columns and rows of slots."""


@lru_cache(maxsize=64)
def inventory_picture(amounts: tuple[int, ...], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The bars and what is carried, in Crafter's own order of items, as the whole picture shows them.

    Args:
        amounts: how many of each item.
        size: width and height of the whole picture.

    Returns:
        uint8[height, width, 3], read only: the whole picture from its row ``7 / 9`` on.
    """
    width, height = size
    unit = np.array([width // VIEW[0], height // VIEW[1]])
    slots = _view()(dict(zip(constants.items, amounts, strict=True)), unit)
    whole = np.zeros((width, height, 3), np.uint8)
    left, top = (np.array(size) - unit * VIEW) // 2
    whole[left : left + slots.shape[0], top + LOCAL[1] * unit[1] : top + VIEW[1] * unit[1]] = slots
    picture = np.ascontiguousarray(whole.transpose(1, 0, 2)[round(height * LOCAL[1] / VIEW[1]) :])
    picture.flags.writeable = False
    return picture


@cache
def _view() -> engine.ItemView:
    return engine.ItemView(engine.Textures(constants.root / "assets"), list(_GRID))
