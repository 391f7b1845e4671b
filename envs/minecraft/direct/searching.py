"""Room for one search for a way at a time: what places cost, and a heap of those still to be looked at.

One record, as the memory is, so that compiled code passes one pointer on. Compiled.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer

SIDE: Final = 24
UP: Final = 20
"""Blocks that a search reaches to each side, and up and down."""

WIDE: Final = 2 * SIDE + 1
HIGH: Final = 2 * UP + 1
N_PLACES: Final = WIDE * WIDE * HIGH
MOST_OPEN: Final = 40_000


class Search(Protocol):
    """The record of a search; nothing in it outlasts the next one but `n`.

    Attributes:
        n: counts searches; what bears another number is of an earlier one.
        weight: ticks that each block left to the goal counts as.
        x0: where it begins.
        y0: where it begins.
        z0: where it begins.
        under: whether to dig through what was not seen, 0 or 1.
        falls: blocks that may be fallen.
        wary: whether monsters were seen lately, 0 or 1.
        hot: whether lava is known to be near, 0 or 1.
        size: places in the heap.
        dig: float64[257], see `envs.minecraft.direct.way.find_way`.
        sides: float64[4]: ticks to have the places beside the one looked at clear for the body.
        cost: float64[N_PLACES]: ticks to get there.
        clear: float64[N_PLACES]: ticks to have a place clear.
        came: int32[N_PLACES]: from which place, -1 for the first.
        reached: int32[N_PLACES]: the search that `cost` and `came` are of.
        cleared: int32[N_PLACES]: the search that `clear` is of.
        keys: float64[MOST_OPEN], of the heap.
        places: int32[MOST_OPEN], of the heap.
    """

    n: int
    weight: float
    x0: int
    y0: int
    z0: int
    under: int
    falls: int
    wary: int
    hot: int
    size: int
    dig: NDArray[np.float64]
    sides: NDArray[np.float64]
    cost: NDArray[np.float64]
    clear: NDArray[np.float64]
    came: NDArray[np.int32]
    reached: NDArray[np.int32]
    cleared: NDArray[np.int32]
    keys: NDArray[np.float64]
    places: NDArray[np.int32]


_SHAPES: Final[dict[str, tuple[Any, int]]] = {
    "dig": (np.float64, 257),
    "sides": (np.float64, 4),
    "cost": (np.float64, N_PLACES),
    "clear": (np.float64, N_PLACES),
    "came": (np.int32, N_PLACES),
    "reached": (np.int32, N_PLACES),
    "cleared": (np.int32, N_PLACES),
    "keys": (np.float64, MOST_OPEN),
    "places": (np.int32, MOST_OPEN),
}
SEARCH_DTYPE: Final = np.dtype(
    [
        (name, _SHAPES[name][0], (_SHAPES[name][1],))
        if name in _SHAPES
        else (name, np.float64 if kind == "float" else np.int64)
        for name, kind in Search.__annotations__.items()
    ],
    align=True,
)


def new_search() -> NDArray[Any]:
    """Room for one search at a time, SEARCH_DTYPE[1]."""
    return np.zeros(1, SEARCH_DTYPE)


@inner
def place_of(search: Search, x: int, y: int, z: int) -> int:
    """The number of a place; -1 beyond what is searched."""
    a, b, c = x - search.x0 + SIDE, y - search.y0 + UP, z - search.z0 + SIDE
    if not (0 <= a < WIDE and 0 <= b < HIGH and 0 <= c < WIDE):
        return integer(-1)
    return integer((a * HIGH + b) * WIDE + c)


@inner
def cell_of(search: Search, place: int) -> tuple[int, int, int]:
    """Where a place is."""
    a, rest = place // (HIGH * WIDE), place % (HIGH * WIDE)
    return (
        integer(search.x0 + a - SIDE),
        integer(search.y0 + rest // WIDE - UP),
        integer(search.z0 + rest % WIDE - SIDE),
    )


@inner
def push(search: Search, key: float, place: int) -> None:
    """Put a place into the heap, if there is room."""
    if search.size >= MOST_OPEN:
        return
    at = integer(search.size)
    search.size += 1
    while at > 0:
        above = (at - 1) >> 1
        if search.keys[above] <= key:
            break
        search.keys[at], search.places[at] = search.keys[above], search.places[above]
        at = above
    search.keys[at], search.places[at] = key, place


@inner
def pop(search: Search) -> int:
    """Take the place with the least key out of the heap, which is not empty."""
    first = integer(search.places[0])
    search.size -= 1
    size = integer(search.size)
    key, place = search.keys[size], search.places[size]
    at = integer(0)
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and search.keys[below + 1] < search.keys[below]:
            below += 1
        if search.keys[below] >= key:
            break
        search.keys[at], search.places[at] = search.keys[below], search.places[below]
        at = below
    search.keys[at], search.places[at] = key, place
    return first
