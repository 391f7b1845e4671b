"""What is carried at the beginning of an episode, as people write it and as slots hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from envs.errors import BadGameOption, did_you_mean
from envs.minecraft.catalogue.table import load_catalogue
from envs.text import brief

Carried = tuple[tuple[int, str, int], ...]
"""Slot, item and how many, each."""

_WORN = {"feet": 36, "legs": 37, "chest": 38, "head": 39, "offhand": 40}
_SLOTS = 36


def read_carried(texts: Sequence[str]) -> dict[str, int]:
    """Items with their counts, from texts such as ``log=10``; one where no count is named.

    >>> read_carried(["log=10", "shears"])
    {'log': 10, 'shears': 1}

    Raises:
        BadGameOption: there is no such item, or no such count.
    """
    items, found = load_catalogue().item, dict[str, int]()
    for text in texts:
        name, equals, count = text.strip().partition("=")
        if name not in items:
            raise BadGameOption(
                f"game option 'carried' names {brief(name)}{did_you_mean(name[:60], items) or ';'} expected "
                "items such as log=10,shears"
            )
        if equals and not (count.isascii() and count.isdigit() and 1 <= len(count) <= 4 and int(count)):
            raise BadGameOption(
                f"game option 'carried' has {brief(text)}; expected a count such as {name}=10"
            )
        found[name] = found.get(name, 0) + (int(count) if equals else 1)
    return found


def in_slots(carried: Mapping[str, int] | Iterable[tuple[str, int]]) -> Carried:
    """Where everything is put: worn where it is armour, else into the first slots, tools first.

    >>> in_slots({"log": 70, "iron_helmet": 1, "shears": 1})
    ((39, 'iron_helmet', 1), (0, 'shears', 1), (1, 'log', 64), (2, 'log', 6))

    Raises:
        BadGameOption: it is more than can be carried.
    """
    items, pairs = load_catalogue().item, dict(carried)
    worn = {name: _WORN[items[name].slot] for name in pairs if items[name].slot in _WORN}
    found = [(slot, name, 1) for name, slot in worn.items()]
    if len(set(worn.values())) < len(worn):
        raise BadGameOption(f"nobody wears {' and '.join(sorted(worn))} at once; leave some of it out")
    slot = 0
    for name in sorted(pairs.keys() - worn.keys(), key=lambda name: (items[name].stack > 1, name)):
        left = pairs[name]
        while left > 0:
            if slot >= _SLOTS:
                raise BadGameOption(f"nobody can carry that much: there are {_SLOTS} slots; leave some out")
            found.append((slot, name, min(left, items[name].stack)))
            left -= items[name].stack
            slot += 1
    return tuple(found)
