"""``live/state.json`` as a page may be told it: what is of the right kind, bounded, and nothing else.

The folder may be a copy from elsewhere, so a value of another kind is left out; the rest is still shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from envs.json_text import parsed
from envs.text import plain

SCHEMA: Final = 1
MOST_ITEMS: Final = 200
"""Bars, facts of a kind, wishes and steps of a plan, at most."""
LONGEST_TEXT: Final = 600
LONGEST_NAME: Final = 80
LARGEST_NUMBER: Final = 2**53
"""Whole numbers that a browser tells apart lie below it."""

_TEXTS: Final = ("at", "doing", "skill", "description")
_GAME_TEXTS: Final = ("at", "of", "skill", "outcome", "reason")
_ROUND: Final = ("steps", "budget_steps", "episodes", "success_rate", "steps_per_second")


def live_state(content: bytes) -> dict[str, Any]:
    """The state that a practice wrote; empty where there is none, as in runs of earlier versions.

    >>> live_state(b'{"schema": 1, "skill": "eat", "steps": [], "queued": ["drink", 3], "game": "none"}')
    {'skill': 'eat', 'queued': ['drink'], 'round': {}, 'game': {}, 'model': {}, 'limits': {}, 'paused': False}
    """
    try:
        state = parsed(content)
    except ValueError:
        return {}
    if not isinstance(state, dict) or state.get("schema") != SCHEMA:
        return {}
    training, model = _numbers(state.get("round")), state.get("model")
    return {
        **_texts(state, _TEXTS),
        **{key: state[key] for key in ("steps", "seconds") if _is_number(state.get(key))},
        "queued": _names(state.get("queued")),
        "round": training if all(key in training for key in _ROUND) else {},
        "game": _game(state.get("game")),
        "model": {**_numbers(model), **_texts(model, ("model", "prices_as_of"))},
        "limits": _numbers(state.get("limits")),
        "paused": state.get("paused") is True,
    }


def _game(record: object) -> dict[str, Any]:
    if not isinstance(record, Mapping) or not record.get("at"):
        return {}
    facts, bars = record.get("facts"), record.get("bars")
    kinds = facts if isinstance(facts, Mapping) else {}
    return {
        "of": "",
        **_texts(record, _GAME_TEXTS),
        "step": record["step"] if _is_number(record.get("step")) else 0,
        "bars": [bar for each in _first(bars) if (bar := _bar(each))],
        "facts": {plain(kind, LONGEST_NAME): _numbers(kinds[kind]) for kind in _first(kinds)},
        "goal": _numbers(record.get("goal")),
        "plan": _names(record.get("plan")),
    }


def _bar(record: object) -> dict[str, Any]:
    numbers = _numbers(record)
    if not isinstance(record, Mapping) or not {"value", "high"} <= numbers.keys():
        return {}
    return {
        "name": plain(record.get("name", ""), LONGEST_NAME),
        "value": numbers["value"],
        "high": numbers["high"],
    }


def _texts(record: object, keys: Iterable[str]) -> dict[str, str]:
    found = {key: record.get(key) for key in keys} if isinstance(record, Mapping) else {}
    return {key: plain(value, LONGEST_TEXT) for key, value in found.items() if isinstance(value, str)}


def _numbers(record: object) -> dict[str, Any]:
    kept = _first(record.items() if isinstance(record, Mapping) else ())
    return {plain(key, LONGEST_NAME): value for key, value in kept if _is_number(value)}


def _names(values: object) -> list[str]:
    return [plain(each, LONGEST_NAME) for each in _first(values) if isinstance(each, str)]


def _first(values: Any) -> list[Any]:
    return list(values)[:MOST_ITEMS] if isinstance(values, Iterable) and not isinstance(values, str) else []


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < LARGEST_NUMBER  # neither infinity nor NaN is
