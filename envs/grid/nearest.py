"""The nearest thing of each kind, as grid games remember it: rows of cost, first move, column and row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from envs.grid.navigation import UNREACHED

NOTHING = np.array([UNREACHED, -1, 0, 0], np.int32)
"""The row of a kind of which nothing is known."""


def nearest_of(nearest: NDArray[np.int32], kinds: NDArray[np.int64]) -> NDArray[np.int32]:
    """The row of the nearest thing of several kinds; `NOTHING` for none.

    Args:
        nearest: int32[kinds, 4]; cost of the way, its first move, column and row of the thing.
        kinds: int64[n]; rows to choose from.
    """
    if not len(kinds):
        return NOTHING
    row: NDArray[np.int32] = nearest[kinds[int(nearest[kinds, 0].argmin()) if len(kinds) > 1 else 0]]
    return row


def offsets(
    nearest: NDArray[np.int32], kinds: Mapping[str, int], x: int, y: int
) -> dict[str, tuple[int, int]]:
    """Columns and rows from (x, y) to the nearest thing of every kind that a way leads to, by name."""
    return {
        name: (int(nearest[kind, 2]) - x, int(nearest[kind, 3]) - y)
        for name, kind in kinds.items()
        if nearest[kind, 0] < UNREACHED
    }
