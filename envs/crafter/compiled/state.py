"""The whole state of one compiled game as a record, and of many as an array of records.

A record is one block of memory: what is always in use comes first, the table of objects last, so that a state
is copied as the bytes up to the last object in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.crafter.compiled.rules import N_ACHIEVEMENTS, N_ITEMS
from envs.crafter.engine import AREA, CHUNK
from envs.crafter.saved_header import MAX_PLANTS

WIDTH, HEIGHT = AREA
CHUNK_WIDTH, CHUNK_HEIGHT = CHUNK
CHUNK_ROWS = -(-HEIGHT // CHUNK_HEIGHT)
"""Chunks in a column of chunks."""
N_CHUNKS = -(-WIDTH // CHUNK_WIDTH) * CHUNK_ROWS

MAX_THREATS = 16
"""Threats that the player's memory lists, as in `envs.crafter.memory`."""

COMPACT_AT = 256
"""Rows of objects in use above which removed objects are dropped from the table."""
MAX_OBJECTS = 2 * WIDTH * HEIGHT + 3 * N_CHUNKS + 20
"""Rows of the table of objects: no step needs more.

A step begins with as many rows as there are living objects (one a cell at most), or with `COMPACT_AT`. In it,
the player adds at most one, every skeleton at most an arrow, and every chunk at most one of three creatures.
"""

KEY_WORDS = 624
"""Words of the random generator's state."""


class Object(Protocol):
    """A row of the table of objects.

    Attributes:
        kind: see `rules`; 0 once it was removed.
        x: column.
        y: row.
        health: 0 or more; not used for the player.
        counter: a zombie's cooldown, a skeleton's reload, the age of a plant.
        dx: columns that an arrow flies in a step.
        dy: rows that it flies.
        chunk: number of the chunk that it is in.
        entered: when it came into that chunk; larger is later.
        number: its index in the object list of `crafter`'s world.
    """

    kind: int
    x: int
    y: int
    health: int
    counter: int
    dx: int
    dy: int
    chunk: int
    entered: int
    number: int


class Game(Protocol):
    """The record of one game.

    Attributes:
        materials: uint8[WIDTH, HEIGHT], the world; 0 = none.
        rows_at: int16[WIDTH, HEIGHT], one more than the row of the object on each cell; 0 = none.
        seen: uint8[WIDTH, HEIGHT], materials that the player remembers; 0 = never seen.
        creatures: uint8[WIDTH, HEIGHT], what it remembers on them: ids of `envs.crafter.survey`.
        seen_at: uint16[WIDTH, HEIGHT], when it last saw each cell: the step >> STEPS_OF_SPAN.
        plants: int32[MAX_PLANTS, 4], column, row, steps near it, creature id, of plants that it remembers.
        n_plants: rows of `plants` in use.
        home: the cell where it was last enclosed, as 1 + column * HEIGHT + row; 0 for none.
        rising: 0 or 1, whether it grew brighter in the latest step.
        threats: int32[MAX_THREATS, 3], creature id, column, row of what threatens, nearest first.
        n_threats: rows of `threats` in use.
        key: uint32[KEY_WORDS], the random generator's words.
        position: next word of `key` to use.
        has_gauss: whether the generator has a normal number left; kept for snapshots, the game draws none.
        gauss: that number.
        inventory: int64[N_ITEMS].
        achievements: int64[N_ACHIEVEMENTS], how often each was reached.
        unlocked: set of achievements (bit i: number i) that were rewarded.
        chunks: int64[N_CHUNKS], chunks in the order in which something first entered them.
        n_chunks: chunks that something ever entered.
        chunk_known: int8[N_CHUNKS], whether something ever entered a chunk.
        entries: entries into chunks so far.
        last_number: the number of the latest object.
        step: steps taken in this episode.
        daylight: brightness, 0..1.
        rewarded_health: health at the latest reward.
        felt_health: health at the player's latest turn.
        sleeping: 0 or 1.
        facing_x: columns from the player to the cell that it faces.
        facing_y: rows to it.
        hunger: in halves, since half a point is added in sleep.
        thirst: in halves.
        recover: in halves.
        fatigue: whole points.
        halved: int8[3], whether hunger, thirst, recover are floats in `crafter`, since half a point was added
            after they were last 0; a snapshot shows it.
        limit: steps after which the episode ends.
        status: its `envs.facts.EndStatus`.
        reward: Crafter's own reward for the latest step.
        n_rows: rows of `objects` in use.
        objects: MAX_OBJECTS rows; the player is row 0.
    """

    materials: NDArray[np.uint8]
    rows_at: NDArray[np.int16]
    seen: NDArray[np.uint8]
    creatures: NDArray[np.uint8]
    seen_at: NDArray[np.uint16]
    plants: NDArray[np.int32]
    n_plants: int
    home: int
    rising: int
    threats: NDArray[np.int32]
    n_threats: int
    key: NDArray[np.uint32]
    position: int
    has_gauss: int
    gauss: float
    inventory: NDArray[np.int64]
    achievements: NDArray[np.int64]
    unlocked: int
    chunks: NDArray[np.int64]
    n_chunks: int
    chunk_known: NDArray[np.int8]
    entries: int
    last_number: int
    step: int
    daylight: float
    rewarded_health: int
    felt_health: int
    sleeping: int
    facing_x: int
    facing_y: int
    hunger: int
    thirst: int
    recover: int
    fatigue: int
    halved: NDArray[np.int8]
    limit: int
    status: int
    reward: float
    n_rows: int
    objects: Sequence[Object]


OBJECT_DTYPE = np.dtype([(name, np.int64) for name in Object.__annotations__], align=True)
_SHAPES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "materials": (np.uint8, AREA),
    "rows_at": (np.int16, AREA),
    "seen": (np.uint8, AREA),
    "creatures": (np.uint8, AREA),
    "seen_at": (np.uint16, AREA),
    "plants": (np.int32, (MAX_PLANTS, 4)),
    "threats": (np.int32, (MAX_THREATS, 3)),
    "key": (np.uint32, (KEY_WORDS,)),
    "gauss": (np.float64, ()),
    "inventory": (np.int64, (N_ITEMS,)),
    "achievements": (np.int64, (N_ACHIEVEMENTS,)),
    "chunks": (np.int64, (N_CHUNKS,)),
    "chunk_known": (np.int8, (N_CHUNKS,)),
    "daylight": (np.float64, ()),
    "halved": (np.int8, (3,)),
    "reward": (np.float64, ()),
    "objects": (OBJECT_DTYPE, (MAX_OBJECTS,)),
}
GAME_DTYPE = np.dtype(
    [(name, *_SHAPES.get(name, (np.int64, ()))) for name in Game.__annotations__], align=True
)
_OBJECTS_AT = GAME_DTYPE.itemsize - MAX_OBJECTS * OBJECT_DTYPE.itemsize


def new_games(n: int) -> NDArray[Any]:
    """Records of `n` games, all zero; memory is taken only as it is used."""
    return np.zeros(n, GAME_DTYPE)


def used_bytes(game: Any) -> int:
    """How many bytes from the beginning of a record are in use."""
    return _OBJECTS_AT + int(game["n_rows"]) * OBJECT_DTYPE.itemsize
