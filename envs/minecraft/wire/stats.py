"""The tree of statistics that Minecraft keeps: 1,819 counts, nearly all of them zero.

`minedojo` writes a line into its log for each that is missing, at every step; so all of them are sent.

Source: ``stats`` in ``mc_constants.json`` of `minedojo` 0.1; ``stats.json`` here has their names, the
items of the catalogue left out. A test compares both where the package is installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from envs.minecraft.catalogue.table import load_catalogue

FILE: Final = Path(__file__).with_name("stats.json")

OF_ENTITIES: Final = ("kill_entity", "entity_killed_by")
OF_ALL_ITEMS: Final = ("drop", "pickup", "use_item")
OF_SOME_ITEMS: Final = ("mine_block", "break_item", "craft_item")


@cache
def paths() -> tuple[tuple[str, ...], ...]:
    """The path of every count, such as ``("stat", "use_item", "minecraft", "shears")``, sorted."""
    named = {name: words.split() for name, words in json.loads(FILE.read_text(encoding="utf-8")).items()}
    items = sorted(item.name for item in load_catalogue().items)
    found: list[tuple[str, ...]] = []
    for group in ("stat", "achievement"):
        found += [(group, name) for name in named[group]]
    for group in OF_ENTITIES:
        found += [("stat", group, name) for name in named["entity"]]
    for group in OF_ALL_ITEMS:
        found += [("stat", group, "minecraft", name) for name in items]
    for group in OF_SOME_ITEMS:
        found += [("stat", group, "minecraft", name) for name in named[group]]
    return tuple(sorted(found))


def tree(counts: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    """The counts as objects within objects; those that are not given are 0, those not known are left out.

    >>> tree({("stat", "use_item", "minecraft", "shears"): 1})["stat"]["use_item"]["minecraft"]["shears"]
    1
    """
    return _nested(paths(), counts)


class StatsText:
    """The same as JSON without its outer braces, written anew only where a group of counts has changed."""

    def __init__(self) -> None:
        self._counts: Mapping[tuple[str, ...], int] = {}
        self._groups: dict[str, str] = {}
        whole = tree({})
        for name, group in whole.items():
            self._groups.update({f"{name}.{below}": _text(part) for below, part in group.items()})

    def of(self, counts: Mapping[tuple[str, ...], int]) -> str:
        """The text for these counts."""
        changed = dict(counts.items() ^ self._counts.items())
        if changed:
            whole = _tree_of(changed, counts)
            for name, group in whole.items():
                self._groups.update({f"{name}.{below}": _text(part) for below, part in group.items()})
            self._counts = dict(counts)
        found: dict[str, list[str]] = {}
        for place, text in self._groups.items():
            name, _, below = place.partition(".")
            found.setdefault(name, []).append(f'"{below}":{text}')
        return ",".join(f'"{name}":{{{",".join(parts)}}}' for name, parts in found.items())


@cache
def _by_group() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The first two names of a path -> all paths that begin with them."""
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for path in paths():
        groups.setdefault(path[:2], []).append(path)
    return {group: tuple(found) for group, found in groups.items()}


def _tree_of(changed: Iterable[tuple[str, ...]], counts: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    """The tree of those groups alone in which something has changed."""
    groups = _by_group()
    wanted = {path[:2] for path in changed} & groups.keys()
    return _nested((path for group in wanted for path in groups[group]), counts)


def _nested(wanted: Iterable[tuple[str, ...]], counts: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for path in wanted:
        place = root
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = counts.get(path, 0)
    return root


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
