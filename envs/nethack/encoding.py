"""The policy's input: what the player sees and remembers, as one vector. Compiled by numba.

Layout (`spec.ENCODING_SIZE` floats, about -1..1), in this order:

- 2 x 26: the way to the nearest thing sought, and to the edge of the known map (or the place to search) to
  explore: known; nearness; first move (west, east, north, south, northwest, northeast, southwest,
  southeast; none at a locked door); standing on it; beside it; two steps off; four or fewer; dx; dy; in line
  with it; the first move meets a locked door; the first move again where the way is long (8). While nothing
  sought is known, the first is a copy of the second except for "known", "standing on it" and "beside it", so
  that there is always one way to follow.
- 9 x 16: the eight cells around, in the order of the moves, and the player's own: one of `spec.CELL_KINDS`.
- 5 x 81: the 9 by 9 cells around: can be walked on; visited; unseen; an item or feature; a monster (pets
  half).
- 3 x 13: the nearest monsters that are no pets: present; dx; dy; beside; in line; direction (8).
- 30: hit points (share of the most, and / 50), energy (share), depth / 30, level in branch / 10,
  experience level / 15, armor class, hunger (hungry; weak; satiated), burden / 3, blind, confused,
  stunned, hallucinating, levitating, dying, in the main branch, Mines, Sokoban, another branch; monsters /
  8; monsters beside / 4; last step: took time, moved, took many turns; gold (logarithm); turns since the
  level was entered; alignment; a bias of one.
- 16: the square root of (things carried / 9), in the order of `spec.ITEM_COUNTS`.
- events of the last step, in the order of `events.EVENTS`.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.grid import compiling, navigation
from envs.grid.compiling import inner
from envs.grid.navigation import EIGHT_DX, EIGHT_DY, UNREACHED
from envs.grid.numba_cache import drop_stale
from envs.nethack import events, facts, kinds, spec
from envs.nethack.facts import write_own
from envs.nethack.kinds import (
    ALTAR,
    BOULDER,
    BRIDGE,
    CLOSED_DOOR,
    CORRIDOR,
    DOORWAY,
    FLOOR,
    FOUNTAIN,
    GRAVE,
    ICE,
    LAST_ITEM,
    LAVA,
    LOCKED_DOOR,
    MONSTER,
    N_TERRAINS,
    OPEN_DOOR,
    PET,
    PRIEST,
    SHOPKEEPER,
    SINK,
    STAIRS_DOWN,
    STAIRS_UP,
    THRONE,
    TRAP,
    UNKNOWN,
    UNSEEN,
    UNTOUCHABLE,
    WATCHMAN,
    WATER,
    WEAPON,
)  # fmt: skip
from envs.nethack.spec import CELL_KINDS, CROP, PLANES, SELF_SIZE, THREAT_SIZE, THREATS, WAY_SIZE

WAY_SCALE = 3.0
"""Factor on the ways: a small network learns several times sooner to follow a way when the few numbers that
describe it outweigh the many of the crop."""
CROP_SCALE = 0.2
"""Factor on the crop, see `WAY_SCALE`."""
MIN_RUN_MOVES = 4
"""Equal moves at the beginning of a way from which on it is worth running."""

_KIND = {name: i for i, name in enumerate(CELL_KINDS)}
_N_CELL_KINDS = len(CELL_KINDS)
_BOULDER, _ITEM = _KIND["boulder"], _KIND["item"]
_MONSTER, _HARMLESS = _KIND["monster"], _KIND["harmless being"]
_CELL_KIND = np.full(N_TERRAINS, _KIND["wall"], np.int32)
for _terrains, _name in (
    ((UNKNOWN,), "unknown"), ((FLOOR, ICE, BRIDGE), "floor"), ((CORRIDOR,), "corridor"),
    ((DOORWAY, OPEN_DOOR), "doorway or open door"), ((CLOSED_DOOR,), "closed door"), ((LOCKED_DOOR,),
    "locked door"), ((STAIRS_UP, STAIRS_DOWN), "stairs"), ((ALTAR, FOUNTAIN, SINK, THRONE, GRAVE),
    "feature"), ((WATER,), "water"), ((LAVA,), "lava"), ((TRAP,), "trap"),
):  # fmt: skip
    _CELL_KIND[list(_terrains)] = _KIND[_name]
_FEATURE = np.zeros(N_TERRAINS, np.bool_)
_FEATURE[[STAIRS_UP, STAIRS_DOWN, ALTAR, FOUNTAIN, SINK, THRONE]] = True
_CELLS = CROP * CROP
_HALF = CROP // 2


@inner
def _cell_kind(terrain: NDArray[np.uint8], thing: NDArray[np.uint8], x: int, y: int) -> int:
    width, height = terrain.shape
    if x < 0 or y < 0 or x >= width or y >= height:
        return 1
    what = thing[x, y]
    if what in (MONSTER, UNSEEN):
        return _MONSTER
    if what in (PET, SHOPKEEPER, PRIEST, WATCHMAN, UNTOUCHABLE):
        return _HARMLESS
    if what == BOULDER:
        return _BOULDER
    kind = int(_CELL_KIND[terrain[x, y]])
    if WEAPON <= what <= LAST_ITEM and (kind == 2 or kind == 3):
        return _ITEM
    return kind


@inner
def _way(
    out: NDArray[np.float32],
    at: int,
    way: NDArray[np.int32],
    x: int,
    y: int,
    terrain: NDArray[np.uint8],
    parent: NDArray[np.int8],
) -> None:
    cost, move = way[0], way[1]
    if cost >= UNREACHED:
        return
    dx, dy = way[2] - x, way[3] - y
    out[at] = 1.0
    out[at + 1] = 1.0 / (1.0 + 0.1 * cost)
    if move >= 0 and terrain[x + EIGHT_DX[move], y + EIGHT_DY[move]] == LOCKED_DOOR:
        out[at + 17] = 1.0
    elif move >= 0:
        out[at + 2 + move] = 1.0
        if _equal_moves(way, x, y, move, parent) >= MIN_RUN_MOVES:
            out[at + 18 + move] = 1.0
    out[at + 10] = 1.0 if cost == 0 else 0.0
    out[at + 11] = 1.0 if cost > 0 and max(abs(dx), abs(dy)) == 1 else 0.0
    out[at + 12] = 1.0 if cost == 2 else 0.0
    out[at + 13] = 1.0 if cost <= 4 else 0.0
    out[at + 14] = min(1.0, max(-1.0, dx / 16.0))
    out[at + 15] = min(1.0, max(-1.0, dy / 8.0))
    out[at + 16] = 1.0 if dx == 0 or dy == 0 or abs(dx) == abs(dy) else 0.0


@inner
def _equal_moves(way: NDArray[np.int32], x: int, y: int, move: int, parent: NDArray[np.int8]) -> int:
    """How many equal moves a way begins with; `parent` is that of the search that found it."""
    cx, cy, equal = way[2], way[3], 0
    while cx != x or cy != y:
        last = parent[cx, cy]
        if last < 0:
            return 0
        equal = equal + 1 if last == move else 0
        cx, cy = cx - EIGHT_DX[last], cy - EIGHT_DY[last]
    return equal


@inner
def _threat(out: NDArray[np.float32], at: int, dx: int, dy: int) -> None:
    out[at] = 1.0
    out[at + 1] = min(1.0, max(-1.0, dx / 8.0))
    out[at + 2] = min(1.0, max(-1.0, dy / 8.0))
    out[at + 3] = 1.0 if max(abs(dx), abs(dy)) == 1 else 0.0
    out[at + 4] = 1.0 if dx == 0 or dy == 0 or abs(dx) == abs(dy) else 0.0
    sx, sy = (dx > 0) - (dx < 0), (dy > 0) - (dy < 0)
    for move in range(8):
        if EIGHT_DX[move] == sx and EIGHT_DY[move] == sy:
            out[at + 5 + move] = 1.0


@njit(cache=True, nogil=True)
def encode(
    out: NDArray[np.float32],
    terrain: NDArray[np.uint8],
    thing: NDArray[np.uint8],
    visited: NDArray[np.bool_],
    enter: NDArray[np.int8],
    parent: NDArray[np.int8],
    x: int,
    y: int,
    seek: NDArray[np.int32],
    explore: NDArray[np.int32],
    beings: NDArray[np.int32],
    n_beings: int,
    facts: NDArray[np.int32],
    moved: bool,
    turns_here: int,
    items: NDArray[np.int32],
    events: NDArray[np.int32],
) -> None:
    """Write the encoding.

    Args:
        out: float32[ENCODING_SIZE].
        terrain: uint8[79, 21], the remembered level, see `survey`.
        thing: uint8[79, 21], what is on it.
        visited: bool[79, 21], where the player has stood.
        enter: int8[79, 21], the cost of entering each cell.
        parent: int8[79, 21], the moves that led to each cell in the survey's search.
        x: the player's column.
        y: the player's row.
        seek: int32[4], the nearest thing sought: cost, first move, column, row.
        explore: int32[4], the edge to explore or the place to search.
        beings: int32[n, 4]: kind, column, row, glyph, nearest first.
        n_beings: rows in use.
        facts: int32, in the order of the facts.
        moved: the last step changed the player's place.
        turns_here: since the level was entered.
        items: int32, counts carried.
        events: int32, how often each event happened in the last step.
    """
    out[:] = 0.0
    _way(out, 0, seek, x, y, terrain, parent)
    _way(out, WAY_SIZE, explore, x, y, terrain, parent)
    if out[0] == 0.0:
        out[1:WAY_SIZE] = out[WAY_SIZE + 1 : 2 * WAY_SIZE]
        out[10] = 0.0
        out[11] = 0.0
    out[: 2 * WAY_SIZE] *= WAY_SCALE
    at = 2 * WAY_SIZE
    for move in range(9):
        dx, dy = (EIGHT_DX[move], EIGHT_DY[move]) if move < 8 else (0, 0)
        out[at + _cell_kind(terrain, thing, x + dx, y + dy)] = 1.0
        at += _N_CELL_KINDS
    width, height = terrain.shape
    for i in range(CROP):
        for j in range(CROP):
            cx, cy = x + i - _HALF, y + j - _HALF
            if not (0 <= cx < width and 0 <= cy < height):
                continue
            cell = at + i * CROP + j
            here, what = terrain[cx, cy], thing[cx, cy]
            out[cell] = CROP_SCALE if enter[cx, cy] > 0 else 0.0
            out[cell + _CELLS] = CROP_SCALE if visited[cx, cy] else 0.0
            out[cell + 2 * _CELLS] = CROP_SCALE if here == UNKNOWN else 0.0
            if _FEATURE[here] or WEAPON <= what <= LAST_ITEM:
                out[cell + 3 * _CELLS] = CROP_SCALE
            if what >= MONSTER:
                out[cell + 4 * _CELLS] = CROP_SCALE if what in (MONSTER, UNSEEN) else 0.5 * CROP_SCALE
    at += PLANES * _CELLS
    found = 0
    for k in range(n_beings):
        if found < THREATS and (beings[k, 0] == MONSTER or beings[k, 0] == UNSEEN):
            _threat(out, at + THREAT_SIZE * found, beings[k, 1] - x, beings[k, 2] - y)
            found += 1
    at += THREATS * THREAT_SIZE
    write_own(out, at, facts, moved, turns_here)
    at += SELF_SIZE
    for k in range(len(items)):
        out[at + k] = min(1.5, np.sqrt(items[k] / 9.0))
    at += len(items)
    for k in range(len(events)):
        out[at + k] = min(1, events[k])


drop_stale(encode, compiling, events, facts, kinds, navigation, spec)
