"""Boxes: parts of a map, so that nobody looks at all of it when little is known. Compiled by numba."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

Box: TypeAlias = tuple[int, int, int, int]
"""First column, column after the last, first row, row after the last."""


@njit(cache=True, nogil=True)
def known_box(material: NDArray[np.uint8], x: int, y: int) -> Box:
    """The smallest box that holds (x, y) and every cell seen.

    Args:
        material: uint8[W, H], 0 = never seen.
        x: a column.
        y: a row.
    """
    width, height = material.shape
    left, right = x, x + 1
    rows = np.zeros(height, np.uint8)
    for cx in range(width):
        any_seen = np.uint8(0)
        for cy in range(height):
            any_seen |= material[cx, cy]
            rows[cy] |= material[cx, cy]
        if any_seen > 0:
            left, right = min(left, cx), max(right, cx + 1)
    top, bottom = y, y + 1
    for cy in range(height):
        if rows[cy] > 0:
            top, bottom = min(top, cy), max(bottom, cy + 1)
    return left, right, top, bottom


@njit(cache=True, nogil=True)
def widened(material: NDArray[np.uint8], box: Box, columns: int, rows: int) -> Box:
    """A box with so many more columns and rows on each side, as far as the map goes."""
    width, height = material.shape
    left, right, top, bottom = box
    return max(0, left - columns), min(width, right + columns), max(0, top - rows), min(height, bottom + rows)
