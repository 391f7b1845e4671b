"""What the player remembers: blocks that were seen, mobs that were seen lately, where it goes.

One record of memory, so that compiled code takes it as a whole and its bytes are the saved state. The map is
a window of 256 by 256 columns that wraps around, as that of the world does; what lies farther off than 128
blocks is forgotten when something else is seen in its place.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.direct.kinds import N_INDEXED
from envs.minecraft.world.state import LAYERS, N_CHUNKS, WINDOW

N_LAYERS: Final = LAYERS // 16
PART: Final = 4
N_PARTS: Final = WINDOW // PART
"""Blocks, and parts of the window, each way, by which what is nearest is looked for."""

MAX_SIGHTINGS: Final = 32
MAX_GIVEN_UP: Final = 16
COARSE: Final = 32
"""Squares of 8 by 8 columns each way, by which unseen land is looked for."""

WAY_LENGTH: Final = 96


class Memory(Protocol):
    """The record of one player's memory.

    Attributes:
        looks: looks so far; their rays are shifted by it.
        heading: 0..3, where is dug while ores are looked for: +x, +z, -x, -z.
        stuck: walks in a row that came no nearer.
        n_sightings: rows of `sightings` in use.
        n_given_up: rows of `given_up` that were ever written.
        changes: counts changes of the map.
        known: int64[N_INDEXED], remembered blocks of each kind.
        sightings: int64[MAX_SIGHTINGS, 6]: kind, x, y, z, tick, whether in view now, of mobs.
        given_up: int64[MAX_GIVEN_UP, 3]: places that could not be got at.
        way: int64[WAY_LENGTH, 3]: the latest way, cells of the feet.
        nearest: float64[N_INDEXED, 4]: distance from the eyes in blocks (1e9 for none), and place.
        chunk_x: int64[N_CHUNKS, N_CHUNKS]: which chunk each part of the window holds.
        chunk_z: int64[N_CHUNKS, N_CHUNKS]: the same.
        used: uint8[N_CHUNKS, N_CHUNKS]: 1 where something is remembered.
        tried: uint8[COARSE, COARSE]: how often a square could not be got at.
        open: int64[COARSE, COARSE]: columns of a square whose ground was seen.
        ground: uint8[WINDOW, WINDOW]: 1 + the highest layer seen to be solid, 0 for none.
        sections: int16[N_CHUNKS, N_CHUNKS, N_LAYERS, N_INDEXED]: remembered blocks by kind.
        cubes: uint64[N_CHUNKS, N_CHUNKS, N_LAYERS]: which kinds are remembered in each cube of 16 blocks, a
            bit each, see `envs.minecraft.direct.kinds.BIT_OF_STATE`.
        parts: uint64[N_PARTS, N_PARTS, LAYERS // 4]: the same of cubes of 4 blocks.
        blocks: uint8[WINDOW, WINDOW, LAYERS]: 1 + state, 0 where nothing was seen.
    """

    looks: int
    heading: int
    stuck: int
    n_sightings: int
    n_given_up: int
    changes: int
    known: NDArray[np.int64]
    sightings: NDArray[np.int64]
    given_up: NDArray[np.int64]
    way: NDArray[np.int64]
    nearest: NDArray[np.float64]
    chunk_x: NDArray[np.int64]
    chunk_z: NDArray[np.int64]
    used: NDArray[np.uint8]
    tried: NDArray[np.uint8]
    open: NDArray[np.int64]
    ground: NDArray[np.uint8]
    sections: NDArray[np.int16]
    cubes: NDArray[np.uint64]
    parts: NDArray[np.uint64]
    blocks: NDArray[np.uint8]


_SHAPES: Final[dict[str, tuple[Any, tuple[int, ...]]]] = {
    "known": (np.int64, (N_INDEXED,)),
    "sightings": (np.int64, (MAX_SIGHTINGS, 6)),
    "given_up": (np.int64, (MAX_GIVEN_UP, 3)),
    "way": (np.int64, (WAY_LENGTH, 3)),
    "nearest": (np.float64, (N_INDEXED, 4)),
    "chunk_x": (np.int64, (N_CHUNKS, N_CHUNKS)),
    "chunk_z": (np.int64, (N_CHUNKS, N_CHUNKS)),
    "used": (np.uint8, (N_CHUNKS, N_CHUNKS)),
    "tried": (np.uint8, (COARSE, COARSE)),
    "open": (np.int64, (COARSE, COARSE)),
    "ground": (np.uint8, (WINDOW, WINDOW)),
    "sections": (np.int16, (N_CHUNKS, N_CHUNKS, N_LAYERS, N_INDEXED)),
    "cubes": (np.uint64, (N_CHUNKS, N_CHUNKS, N_LAYERS)),
    "parts": (np.uint64, (N_PARTS, N_PARTS, LAYERS // PART)),
    "blocks": (np.uint8, (WINDOW, WINDOW, LAYERS)),
}
MEMORY_DTYPE: Final = np.dtype(
    [(name, *_SHAPES[name]) if name in _SHAPES else (name, np.int64) for name in Memory.__annotations__],
    align=True,
)
_OFFSETS: Final = {name: MEMORY_DTYPE.fields[name][1] for name in MEMORY_DTYPE.names or ()}  # type: ignore[index]
HEAD_BYTES: Final = _OFFSETS["chunk_x"]
"""Bytes of the record before its map."""

MAP_BYTES: Final = _OFFSETS["blocks"]
"""Bytes of the record before the blocks."""


def new_memory() -> NDArray[Any]:
    """An empty memory, MEMORY_DTYPE[1]; pages are taken only as they are written."""
    return np.zeros(1, MEMORY_DTYPE)


def forget(memories: NDArray[Any]) -> None:
    """Empty a memory, MEMORY_DTYPE[1]."""
    memory = memories[0]
    for i, k in np.argwhere(memory["used"] != 0).tolist():
        memory["blocks"][i * 16 : i * 16 + 16, k * 16 : k * 16 + 16] = 0
    memories.view(np.uint8)[:MAP_BYTES] = 0
    memory["nearest"][:, 0] = 1e9
