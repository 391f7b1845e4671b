"""Whether the header of a saved Crafter state says only what a game can go on from.

A checksum shows damage, but not who wrote the bytes, and compiled code looks nothing up twice: what is read
here is checked before the first value is put into a game.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, Final, TypeAlias

from envs.crafter.engine import AREA
from envs.crafter.ground import RIPE, SAPLING
from envs.facts import EndStatus

FIELDS: Final = {
    "Cow": (),
    "Zombie": ("cooldown",),
    "Skeleton": ("reload",),
    "Arrow": (),
    "Plant": ("grown",),
}
"""Kinds of objects besides the player, and what is saved of each."""

PLAYER_FIELDS: Final = ("sleeping", "_last_health", "_hunger", "_thirst", "_fatigue", "_recover")
"""What is saved of the player besides its place and what it carries."""

MAX_PLANTS: Final = 16
"""Plants of which the player counts the steps."""

_MOST_OBJECTS: Final = 1_000_000
"""Objects that one episode may have had."""

Fits: TypeAlias = Callable[[Any], bool]


def check_header(header: Any, items: frozenset[str], achievements: frozenset[str]) -> None:
    """Raise `ValueError`, naming the part, unless `header` describes a state of Crafter.

    Args:
        header: what the JSON text said.
        items: names of what a player may carry.
        achievements: names of what a player may achieve.
    """
    slots = header["slots"] if isinstance(header, dict) and _whole(1, _MOST_OBJECTS)(header["slots"]) else 2
    player = {
        "pos": _cell,
        "facing": _pair(-1, 1),
        "inventory": _counts(items),
        "achievements": _counts(achievements),
        "fields": _list(_number, len(PLAYER_FIELDS)),
    }
    _require(header, "header", {
        "extra": _fits_record(
            {"status": _whole(min(EndStatus), max(EndStatus)), "limit": _whole(1), "seed": _whole(),
             "reward": _number}
        ),
        "episode": lambda it: (
            isinstance(it, list) and len(it) == 4 and _whole()(it[0]) and _whole(0)(it[1])
            and _number(it[2]) and _list(achievements.__contains__)(it[3])
        ),
        "slots": _whole(2, _MOST_OBJECTS),
        "objects": lambda it: (
            isinstance(it, dict) and all(_index(name, slots) and _object(it[name]) for name in it)
        ),
        "chunks": _list(
            lambda it: (
                isinstance(it, list) and len(it) == 2 and _list(_whole(0, max(AREA)), 4)(it[0])
                and _list(lambda member: member == 1 or str(member) in header["objects"])(it[1])
            )
        ),
        "player": _fits_record(player),
        "random": lambda it: (
            _list(_number, 3)(it) and _whole(0, 624)(it[0]) and it[1] in (0, 1)
        ),
        "daylight": _number,
        "memory": _fits_record({
            "home": _whole(0, AREA[0] * AREA[1]),
            "plants": lambda it: _list(_plant)(it) and len(it) <= MAX_PLANTS,
            "rising": _whole(0, 1),
        }),
    })  # fmt: skip


def _require(record: Any, name: str, parts: dict[str, Fits]) -> None:
    if not isinstance(record, dict) or set(record) != set(parts):
        raise ValueError(f"its {name} has other parts than {', '.join(parts)}")
    for part, fits in parts.items():
        if not fits(record[part]):
            raise ValueError(f"{part} of its {name} is none of Crafter's")


def _fits_record(parts: dict[str, Fits]) -> Fits:
    def fits(it: Any) -> bool:
        return isinstance(it, dict) and set(it) == set(parts) and all(parts[name](it[name]) for name in parts)

    return fits


def _number(it: Any) -> bool:
    return isinstance(it, int | float) and isfinite(it)


def _whole(low: int | None = None, high: int | None = None) -> Fits:
    def fits(it: Any) -> bool:
        return type(it) is int and (low is None or it >= low) and (high is None or it <= high)

    return fits


def _list(fits_each: Fits, length: int | None = None) -> Fits:
    def fits(it: Any) -> bool:
        return isinstance(it, list) and length in (None, len(it)) and all(map(fits_each, it))

    return fits


def _pair(low: int, high: int) -> Fits:
    return _list(_whole(low, high), 2)


def _counts(names: frozenset[str]) -> Fits:
    def fits(it: Any) -> bool:
        return isinstance(it, dict) and set(it) <= names and all(map(_number, it.values()))

    return fits


def _cell(it: Any) -> bool:
    return _pair(0, max(AREA) - 1)(it) and it[0] < AREA[0] and it[1] < AREA[1]


def _index(name: str, slots: int) -> bool:
    """Whether a name is the number of a slot; the first is empty and the second holds the player."""
    return name.isascii() and name.isdecimal() and str(int(name)) == name and 2 <= int(name) < slots


def _plant(it: Any) -> bool:
    """Column, row, steps near it, creature id."""
    return _list(_whole(0), 4)(it) and _cell(it[:2]) and SAPLING <= it[3] <= RIPE


def _object(it: Any) -> bool:
    if not isinstance(it, dict) or not isinstance(it.get("class"), str) or it["class"] not in FIELDS:
        return False
    parts: dict[str, Fits] = {"class": lambda name: True, "pos": _cell, "health": _number}
    parts |= dict.fromkeys(FIELDS[it["class"]], _number)
    if it["class"] == "Arrow":
        parts["facing"] = _pair(-1, 1)
    return _fits_record(parts)(it)
