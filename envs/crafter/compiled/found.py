"""What a survey finds for one player at a time, and the memory that it works in, as a record."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.crafter.engine import AREA
from envs.crafter.shelter import N_WALLS
from envs.crafter.spec import ITEMS, LEVELS
from envs.crafter.survey import N_KINDS, N_REGIONS


class Found(Protocol):
    """The record; see `envs.crafter.survey.survey`, and `envs.crafter.encoding` for the last five.

    Attributes:
        enter: int8[WIDTH, HEIGHT].
        cost: int16[WIDTH, HEIGHT].
        first: int8[WIDTH, HEIGHT].
        parent: int8[WIDTH, HEIGHT].
        buckets: int32[16, 4 * WIDTH * HEIGHT].
        fill: int32[16].
        unseen: int32[WIDTH + 1, HEIGHT + 1].
        nearest: int32[N_KINDS, 4].
        frontier: int32[N_REGIONS, 4].
        known: int32[N_KINDS].
        status: int32[6].
        closing: int32[5].
        walls: int32[N_WALLS].
        tools: int32[3], pickaxes carried.
        bars: int32[4].
        items: int32[12].
        misc: float32[10].
        sought: int32[4], the row of the nearest thing sought.
    """

    enter: NDArray[np.int8]
    cost: NDArray[np.int16]
    first: NDArray[np.int8]
    parent: NDArray[np.int8]
    buckets: NDArray[np.int32]
    fill: NDArray[np.int32]
    unseen: NDArray[np.int32]
    nearest: NDArray[np.int32]
    frontier: NDArray[np.int32]
    known: NDArray[np.int32]
    status: NDArray[np.int32]
    closing: NDArray[np.int32]
    walls: NDArray[np.int32]
    tools: NDArray[np.int32]
    bars: NDArray[np.int32]
    items: NDArray[np.int32]
    misc: NDArray[np.float32]
    sought: NDArray[np.int32]


FOUND_DTYPE = np.dtype(
    [
        ("enter", np.int8, AREA),
        ("cost", np.int16, AREA),
        ("first", np.int8, AREA),
        ("parent", np.int8, AREA),
        ("buckets", np.int32, (16, 4 * AREA[0] * AREA[1])),
        ("fill", np.int32, (16,)),
        ("unseen", np.int32, (AREA[0] + 1, AREA[1] + 1)),
        ("nearest", np.int32, (N_KINDS, 4)),
        ("frontier", np.int32, (N_REGIONS, 4)),
        ("known", np.int32, (N_KINDS,)),
        ("status", np.int32, (6,)),
        ("closing", np.int32, (5,)),
        ("walls", np.int32, (N_WALLS,)),
        ("tools", np.int32, (3,)),
        ("bars", np.int32, (len(LEVELS),)),
        ("items", np.int32, (len(ITEMS),)),
        ("misc", np.float32, (10,)),
        ("sought", np.int32, (4,)),
    ],
    align=True,
)


def new_found() -> NDArray[Any]:
    """FOUND_DTYPE[1], for one thread."""
    return np.zeros(1, FOUND_DTYPE)
