"""Puts into memory what only the game's messages tell of the level."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from envs.nethack.actions import DIRECTIONS
from envs.nethack.event_counts import EventCounts
from envs.nethack.memory import STEPS, Memory

_LIES_HERE: Final = re.compile(r"(see|feel) here |objects here|Things that are here")
_ENGRAVING: Final = re.compile(r'You read: "(.+?)"')
_CLOSED_SIGN: Final = "Closed for inventory"
_MIN_SIMILARITY: Final = 0.6
_TOO_HEAVY: Final = re.compile(r"(trouble|difficulty) lifting .*Continue\?")
_TOO_NARROW: Final = "carrying too much to get through"
_SOLID: Final = re.compile(r"^It's (solid stone|a wall)")
_STEP_ACTIONS: Final = frozenset(f"move_{name}" for name in DIRECTIONS)
_RUN_STEPS: Final = {f"far_{name}": step for name, step in zip(DIRECTIONS, STEPS, strict=True)}


def note_messages(
    memory: Memory, events: EventCounts, said: Sequence[str], action: str, aimed: int, moved: bool
) -> None:
    """Remember what the messages of an action tell.

    Args:
        memory: of the level that the player is on now.
        events: what happened during the action.
        said: the messages.
        action: its name.
        aimed: direction (index into `memory.STEPS`) that it went in, or was aimed in.
        moved: whether it changed the player's place.
    """
    dx, dy = STEPS[aimed]
    x, y = memory.x + dx, memory.y + dy
    told = frozenset().union(*map(_signs, said))
    if "peaceful" in told:
        memory.note_peaceful(x, y)
    if not moved:
        _note_obstacles(memory, events, told, action, (x, y))
    if "too heavy" in told:
        memory.leave_item()
    if "closed shop" in told:
        memory.note_closed_shop()
    if events.happened("unlock"):
        memory.note_unlocked()
    if events.happened("pickup"):
        memory.take_item()
    if events.happened("drop") or "lies here" in told:
        memory.note_item()


def tells_of_things(said: Sequence[str]) -> bool:
    """Whether something was said to lie where the player stands."""
    return any("lies here" in _signs(message) for message in said)


def _note_obstacles(
    memory: Memory, events: EventCounts, told: frozenset[str], action: str, ahead: tuple[int, int]
) -> None:
    """Remember why a step led nowhere."""
    if action in _STEP_ACTIONS and "solid" in told:
        memory.note_solid(*ahead)
    if "too narrow" in told:
        run = _RUN_STEPS.get(action)
        memory.note_too_narrow(*((memory.x + run[0], memory.y + run[1]) if run else ahead))
    if events.happened("meet_lock"):
        memory.note_lock(*ahead)
    if events.happened("meet_stuck_boulder"):
        memory.note_stuck(*ahead)


@lru_cache(maxsize=4096)
def _signs(message: str) -> frozenset[str]:
    """What a message tells of the level.

    >>> _signs("It's solid stone.")
    frozenset({'solid'})
    """
    tells = {
        "peaceful": "Really attack" in message,
        "lies here": _LIES_HERE.search(message) is not None,
        "too heavy": _TOO_HEAVY.search(message) is not None,
        "too narrow": _TOO_NARROW in message,
        "solid": _SOLID.search(message) is not None,
        "closed shop": _is_closed_shop(message),
    }
    return frozenset(sign for sign, told in tells.items() if told)


def _is_closed_shop(message: str) -> bool:
    """Whether an engraving before a door says that its shop is closed; letters may have worn off."""
    read = _ENGRAVING.search(message)
    return read is not None and difflib.SequenceMatcher(None, read[1], _CLOSED_SIGN).ratio() > _MIN_SIMILARITY
