"""The facts of a moment, and the player's own part of the encoding."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from nle import nethack
from numpy.typing import NDArray

from envs.nethack import kinds
from envs.nethack.inventory import Inventory
from envs.nethack.memory import Memory
from envs.nethack.spec import BESIDE, FACTS, KINDS, KNOWN, REGIONS
from envs.nethack.tally import MINES, SOKOBAN, Place, Tally
from envs.observation import FAR

_HIGH: Final = np.array([fact.high for fact in FACTS], np.int32)
_LOW: Final = np.array([fact.low for fact in FACTS], np.int32)
_AT: Final = {fact.name: i for i, fact in enumerate(FACTS)}
_KNOWN: Final = np.array([KINDS[name] for name in KNOWN])
_BESIDE: Final = np.array([KINDS[name] for name in BESIDE])
_LOCKED: Final = KINDS["locked_door"]
_UNDER: Final = (
    (kinds.STAIRS_DOWN,), (kinds.STAIRS_UP,), (kinds.ALTAR,), (kinds.FOUNTAIN,), (kinds.SINK,),
    (kinds.THRONE,), (kinds.GRAVE,), (kinds.DOORWAY, kinds.OPEN_DOOR),
)  # fmt: skip
_MASKS: Final = (
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
)
"""Condition bits of the facts from ``blind`` to ``dying``."""
BLIND: Final = int(_MASKS[0])
FLOATS: Final = int(_MASKS[4])
_FOES: Final = (kinds.MONSTER, kinds.UNSEEN)
_ANYWHERE: Final = REGIONS["anywhere"]

_ITEMS_AT: Final = _AT["weapons"]
_PLACES_AT: Final = _AT["near.stairs_down"]
_BESIDE_AT: Final = _AT["near.closed_door"]
_KNOWN_AT: Final = _AT["known.stairs_down"]
_DISTANCE_AT: Final = _AT["distance.stairs_down"]
_EVENTS_AT: Final = _AT["did.kill"]
_STATUS_AT: Final = _AT["hp_percent"]


def place_of(stats: NDArray[np.int64]) -> Place:
    """Where and how the player stands, from nle's ``blstats: int64[27]``."""
    numbers: list[int] = stats.tolist()
    return Place(
        branch=numbers[nethack.NLE_BL_DNUM],
        level=numbers[nethack.NLE_BL_DLEVEL],
        depth=numbers[nethack.NLE_BL_DEPTH],
        turn=numbers[nethack.NLE_BL_TIME],
        gold=numbers[nethack.NLE_BL_GOLD],
        hunger=numbers[nethack.NLE_BL_HUNGER],
        experience_level=numbers[nethack.NLE_BL_XP],
    )


def write_facts(
    out: NDArray[np.int32],
    stats: NDArray[np.int64],
    memory: Memory,
    inventory: Inventory,
    tally: Tally,
    time_passed: int,
    steps: int,
) -> None:
    """Write the facts.

    Args:
        out: int32[len(FACTS)], out; in the order of `spec.FACTS`.
        stats: int64[27], nle's ``blstats``.
        memory: surveyed.
        inventory: as last read.
        tally: events so far.
        time_passed: turns that the last step took.
        steps: steps of the episode.
    """
    numbers: list[int] = stats.tolist()
    out[0] = numbers[nethack.NLE_BL_HP]
    out[1] = numbers[nethack.NLE_BL_HPMAX]
    out[2] = numbers[nethack.NLE_BL_ENE]
    out[3] = numbers[nethack.NLE_BL_ENEMAX]
    out[_ITEMS_AT : _ITEMS_AT + len(inventory.counts)] = inventory.counts
    out[_PLACES_AT - 1] = numbers[nethack.NLE_BL_GOLD]
    ground, under = int(memory.here.terrain[memory.x, memory.y]), int(memory.here.thing[memory.x, memory.y])
    out[_PLACES_AT:_BESIDE_AT] = [ground in terrains for terrains in _UNDER] + [
        kinds.WEAPON <= under <= kinds.LAST_ITEM
    ]
    nearest = memory.nearest[:, 0]
    beside = nearest[_BESIDE] == 1
    beside[0] |= nearest[_LOCKED] == 1
    out[_BESIDE_AT:_KNOWN_AT] = beside
    out[_KNOWN_AT:_DISTANCE_AT] = memory.known[_KNOWN]
    out[_DISTANCE_AT : _EVENTS_AT - 1] = nearest
    out[_EVENTS_AT - 1] = memory.frontier[_ANYWHERE, 0]
    out[_EVENTS_AT : _STATUS_AT - 3] = tally.counts
    out[_STATUS_AT - 3 : _STATUS_AT] = (tally.max_depth, tally.max_experience_level, memory.seen)
    out[_STATUS_AT:] = _status(numbers, memory, time_passed, steps)
    np.minimum(out, _HIGH, out=out)
    np.maximum(out, _LOW, out=out)


def _status(numbers: list[int], memory: Memory, time_passed: int, steps: int) -> list[int]:
    branch = numbers[nethack.NLE_BL_DNUM]
    condition = numbers[nethack.NLE_BL_CONDITION]
    foes = [
        (abs(x - memory.x), abs(y - memory.y))
        for kind, x, y, _ in memory.beings[: memory.n_beings].tolist()
        if kind in _FOES
    ]
    values = [
        100 * numbers[nethack.NLE_BL_HP] // max(1, numbers[nethack.NLE_BL_HPMAX]),
        numbers[nethack.NLE_BL_DEPTH],
        numbers[nethack.NLE_BL_DLEVEL],
        branch == 0,
        branch == MINES,
        branch == SOKOBAN,
        branch not in (0, MINES, SOKOBAN),
        numbers[nethack.NLE_BL_XP],
        numbers[nethack.NLE_BL_AC],
        numbers[nethack.NLE_BL_HUNGER],
        numbers[nethack.NLE_BL_CAP],
        numbers[nethack.NLE_BL_ALIGN],
    ]
    values += [condition & mask != 0 for mask in _MASKS]
    values += [
        len(foes),
        sum(max(offset) == 1 for offset in foes),
        max(foes[0]) if foes else FAR,
        any(dx == 0 or dy == 0 or dx == dy for dx, dy in foes),
        time_passed,
        memory.visited,
        numbers[nethack.NLE_BL_TIME],
        min(numbers[nethack.NLE_BL_SCORE], 2_000_000_000),
        steps,
    ]
    return values


_GOLD: Final = _AT["gold"]


def write_own(out: NDArray[np.float32], values: NDArray[np.int32], moved: bool, turns_here: int) -> None:
    """Write the encoding's group of 30; see `envs.nethack.encoding`.

    Args:
        out: float32[SELF_SIZE], out.
        values: the facts.
        moved: the last step changed the player's place.
        turns_here: since the level was entered.
    """
    status = dict(zip(_STATUS_NAMES, values[_STATUS_AT:].tolist(), strict=True))
    hp, most, energy, full = values[:4].tolist()
    hunger = status["hunger"]
    out[:] = (
        hp / max(1, most), min(1.0, hp / 50), energy / max(1, full), status["depth"] / 30, status["level"]
        / 10, status["experience_level"] / 15, (10 - status["armor_class"]) / 20, hunger == 2, hunger >= 3,
        hunger == 0, status["burden"] / 3, status["blind"], status["confused"], status["stunned"],
        status["hallucinating"], status["levitating"], status["dying"], status["in.dungeons"],
        status["in.mines"], status["in.sokoban"], status["in.other_branch"], min(1.0, status["monsters"] /
        8), status["monsters_beside"] / 4, status["time_passed"] > 0, moved, status["time_passed"] > 2,
        math.log1p(int(values[_GOLD])) / 10, min(1.0, turns_here / 1000), status["alignment"], 1.0,
    )  # fmt: skip


_STATUS_NAMES: Final = tuple(fact.name for fact in FACTS[_STATUS_AT:])
