"""The facts now, and the part of the encoding about the player. Compiled by numba."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from nle import nethack
from numba import njit
from numpy.typing import NDArray

from envs import facts
from envs.facts import FAR
from envs.grid import navigation
from envs.grid.navigation import EIGHT_DX, EIGHT_DY
from envs.grid.numba_cache import drop_stale
from envs.nethack import event_counts, events, kinds, spec
from envs.nethack.event_counts import MINES, SOKOBAN, EventCounts, Place
from envs.nethack.inventory import Inventory
from envs.nethack.kinds import BOULDER, CORPSE, LAST_ITEM, LAVA, MONSTER, UNSEEN, UNTOUCHABLE, WATER, WEAPON
from envs.nethack.memory import Memory
from envs.nethack.spec import BESIDE, FACTS, KINDS, KNOWN, N_KINDS, REGIONS

_HIGH: Final = np.array([fact.high for fact in FACTS], np.int64)
_LOW: Final = np.array([fact.low for fact in FACTS], np.int64)
_AT: Final = {fact.name: i for i, fact in enumerate(FACTS)}
_KNOWN: Final = np.array([KINDS[name] for name in KNOWN])
_BESIDE: Final = np.array([KINDS[name] for name in BESIDE])
_LOCKED: Final = KINDS["locked_door"]
_UNDER: Final = np.full(kinds.N_TERRAINS, -1, np.int64)
"""Terrain -> which of the ``near`` facts says that the player stands on it."""
_UNDER[[kinds.STAIRS_DOWN, kinds.STAIRS_UP, kinds.ALTAR, kinds.FOUNTAIN, kinds.SINK]] = range(5)
_UNDER[[kinds.THRONE, kinds.GRAVE, kinds.DOORWAY, kinds.OPEN_DOOR]] = (5, 6, 7, 7)
_MASKS: Final = np.array(
    [
        nethack.BL_MASK_BLIND,
        nethack.BL_MASK_CONF,
        nethack.BL_MASK_STUN,
        nethack.BL_MASK_HALLU,
        nethack.BL_MASK_LEV | nethack.BL_MASK_FLY,
        nethack.BL_MASK_STONE
        | nethack.BL_MASK_SLIME
        | nethack.BL_MASK_STRNGL
        | nethack.BL_MASK_FOODPOIS
        | nethack.BL_MASK_TERMILL,
    ],
    np.int64,
)
"""Condition bits of the facts from ``blind`` to ``dying``."""
BLIND: Final = int(_MASKS[0])
FLOATS: Final = int(_MASKS[4])
_ANYWHERE: Final = REGIONS["anywhere"]

_HP, _MAX_HP = int(nethack.NLE_BL_HP), int(nethack.NLE_BL_HPMAX)
_ENERGY, _MAX_ENERGY = int(nethack.NLE_BL_ENE), int(nethack.NLE_BL_ENEMAX)
_DEPTH, _BRANCH = int(nethack.NLE_BL_DEPTH), int(nethack.NLE_BL_DNUM)
_LEVEL = int(nethack.NLE_BL_DLEVEL)
_GOLD, _SCORE, _TURN = int(nethack.NLE_BL_GOLD), int(nethack.NLE_BL_SCORE), int(nethack.NLE_BL_TIME)
_XP, _AC, _ALIGN = int(nethack.NLE_BL_XP), int(nethack.NLE_BL_AC), int(nethack.NLE_BL_ALIGN)
_HUNGER, _BURDEN = int(nethack.NLE_BL_HUNGER), int(nethack.NLE_BL_CAP)
_CONDITION = int(nethack.NLE_BL_CONDITION)

_ITEMS_AT: Final = _AT["weapons"]
_UNDER_AT: Final = _AT["near.stairs_down"]
_BESIDE_AT: Final = _AT["near.closed_door"]
_KNOWN_AT: Final = _AT["known.stairs_down"]
_DISTANCE_AT: Final = _AT["distance.stairs_down"]
_EVENTS_AT: Final = _AT["distance.frontier"] + 1
_MARKS_AT: Final = _AT["max_depth"]
_STATUS_AT: Final = _AT["hp_percent"]


def place_of(stats: Sequence[int]) -> Place:
    """Where and how the player stands, from the 27 numbers of nle's ``blstats``."""
    return Place(
        branch=stats[_BRANCH],
        level=stats[_LEVEL],
        depth=stats[_DEPTH],
        turn=stats[_TURN],
        gold=stats[_GOLD],
        hunger=stats[_HUNGER],
        experience_level=stats[_XP],
    )


def write_facts(
    out: NDArray[np.int32],
    stats: NDArray[np.int64],
    memory: Memory,
    inventory: Inventory,
    counts: EventCounts,
    time_passed: int,
    steps: int,
    since_prayer: int,
) -> None:
    """Write the facts.

    Args:
        out: int32[len(FACTS)], out; in the order of `spec.FACTS`.
        stats: int64[27], nle's ``blstats``.
        memory: surveyed.
        inventory: as last read.
        counts: events so far.
        time_passed: turns that the last step took.
        steps: steps of the episode.
        since_prayer: turns since the last prayer.
    """
    here = memory.here
    _write(
        out, stats, inventory.counts, here.terrain, here.thing, here.shop, memory.x, memory.y,
        memory.beings, memory.n_beings, memory.nearest, memory.known, memory.frontier, counts.totals,
        counts.max_depth, counts.max_experience_level, memory.seen, memory.visited, time_passed, steps,
        since_prayer,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _write(
    out: NDArray[np.int32],
    stats: NDArray[np.int64],
    items: NDArray[np.int32],
    terrain: NDArray[np.uint8],
    thing: NDArray[np.uint8],
    shop: NDArray[np.bool_],
    x: int,
    y: int,
    beings: NDArray[np.int32],
    n_beings: int,
    nearest: NDArray[np.int32],
    known: NDArray[np.int32],
    frontier: NDArray[np.int32],
    events: NDArray[np.int32],
    max_depth: int,
    max_experience_level: int,
    seen: int,
    visited: int,
    time_passed: int,
    steps: int,
    since_prayer: int,
) -> None:
    out[0] = stats[_HP]
    out[1] = stats[_MAX_HP]
    out[2] = stats[_ENERGY]
    out[3] = stats[_MAX_ENERGY]
    out[_ITEMS_AT : _ITEMS_AT + len(items)] = items
    out[_UNDER_AT - 1] = min(stats[_GOLD], 1_000_000)
    out[_UNDER_AT:_BESIDE_AT] = 0
    if _UNDER[terrain[x, y]] >= 0:
        out[_UNDER_AT + _UNDER[terrain[x, y]]] = 1
    out[_BESIDE_AT - 2] = shop[x, y]
    out[_BESIDE_AT - 1] = WEAPON <= thing[x, y] <= LAST_ITEM and thing[x, y] != CORPSE
    for k in range(len(_BESIDE)):
        out[_BESIDE_AT + k] = nearest[_BESIDE[k], 0] == 1
    if nearest[_LOCKED, 0] == 1:
        out[_BESIDE_AT] = 1
    for k in range(len(_KNOWN)):
        out[_KNOWN_AT + k] = known[_KNOWN[k]]
    for k in range(N_KINDS):
        out[_DISTANCE_AT + k] = nearest[k, 0]
    out[_EVENTS_AT - 1] = frontier[_ANYWHERE, 0]
    out[_EVENTS_AT:_MARKS_AT] = events
    out[_MARKS_AT] = max_depth
    out[_MARKS_AT + 1] = max_experience_level
    out[_MARKS_AT + 2] = seen
    at = _STATUS_AT
    out[at] = 100 * stats[_HP] // max(1, stats[_MAX_HP])
    out[at + 1] = stats[_DEPTH]
    out[at + 2] = stats[_LEVEL]
    branch = stats[_BRANCH]
    out[at + 3] = branch == 0
    out[at + 4] = branch == MINES
    out[at + 5] = branch == SOKOBAN
    out[at + 6] = branch != 0 and branch != MINES and branch != SOKOBAN
    out[at + 7] = stats[_XP]
    out[at + 8] = stats[_AC]
    out[at + 9] = stats[_HUNGER]
    out[at + 10] = stats[_BURDEN]
    out[at + 11] = stats[_ALIGN]
    for k in range(len(_MASKS)):
        out[at + 12 + k] = stats[_CONDITION] & _MASKS[k] != 0
    foes, beside, threat, in_line = 0, 0, FAR, False
    for k in range(n_beings):
        if beings[k, 0] == MONSTER or beings[k, 0] == UNSEEN:
            dx, dy = abs(beings[k, 1] - x), abs(beings[k, 2] - y)
            foes += 1
            beside += max(dx, dy) == 1
            threat = min(threat, max(dx, dy))
            in_line = in_line or dx == 0 or dy == 0 or dx == dy
    out[at + 18] = foes
    out[at + 19] = beside
    out[at + 20] = threat
    out[at + 21] = in_line
    out[at + 22] = time_passed
    out[at + 23] = visited
    out[at + 24] = stats[_TURN]
    out[at + 25] = max(0, min(stats[_SCORE], 2_000_000_000))
    out[at + 26] = steps
    out[at + 27] = since_prayer
    width, height = thing.shape
    for move in range(8):
        cx, cy = x + EIGHT_DX[move], y + EIGHT_DY[move]
        inside = 0 <= cx < width and 0 <= cy < height
        out[at + 28 + move] = inside and (
            thing[cx, cy] == UNTOUCHABLE
            or (terrain[cx, cy] in (LAVA, WATER) and thing[cx, cy] != BOULDER and out[at + 16] == 0)
        )
    for k in range(len(out)):
        out[k] = min(max(out[k], _LOW[k]), _HIGH[k])


@njit(cache=True, nogil=True)
def write_own(
    out: NDArray[np.float32], at: int, facts: NDArray[np.int32], moved: bool, turns_here: int
) -> None:
    """Write the encoding's group of 30 numbers about the player; see `envs.nethack.encoding`.

    Args:
        out: float32, out; from index `at` on.
        at: where the group begins.
        facts: int32[len(FACTS)].
        moved: the last step changed the player's place.
        turns_here: since the level was entered.
    """
    status = facts[_STATUS_AT:]
    hp, hunger = facts[0], status[9]
    out[at] = hp / max(1, facts[1])
    out[at + 1] = min(1.0, hp / 50)
    out[at + 2] = facts[2] / max(1, facts[3])
    out[at + 3] = status[1] / 30
    out[at + 4] = status[2] / 10
    out[at + 5] = status[7] / 15
    out[at + 6] = (10 - status[8]) / 20
    out[at + 7] = hunger == 2
    out[at + 8] = hunger >= 3
    out[at + 9] = hunger == 0
    out[at + 10] = status[10] / 3
    for k in range(6):
        out[at + 11 + k] = status[12 + k]
    for k in range(4):
        out[at + 17 + k] = status[3 + k]
    out[at + 21] = min(1.0, status[18] / 8)
    out[at + 22] = status[19] / 4
    out[at + 23] = status[22] > 0
    out[at + 24] = moved
    out[at + 25] = status[22] > 2
    out[at + 26] = np.log1p(facts[_UNDER_AT - 1]) / 10
    out[at + 27] = min(1.0, turns_here / 1000)
    out[at + 28] = status[11]
    out[at + 29] = 1.0


drop_stale(write_own, navigation, events, kinds, nethack, facts, spec, event_counts)
