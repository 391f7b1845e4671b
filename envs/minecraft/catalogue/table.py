"""The catalogue: items, recipes and programmatic tasks, as compact rows of a JSON file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from envs.errors import GameError
from envs.json_text import parsed

FILE: Final = Path(__file__).with_name("catalogue.json")
SCHEMA: Final = 1
SOURCE: Final = (
    "minedojo 0.1: mc_constants.json, tasks_specs.yaml, programmatic_tasks.yaml (Minecraft 1.11.2)"
)

_NOT_BY_HAND: Final = frozenset(
    {"coal", "diamond", "emerald", "gold_ingot", "iron_ingot", "redstone", "stone"}
)
_NOT_AT_TABLE: Final = frozenset({"iron_ingot", "gold_ingot"})
_NOT_SMELTED: Final = frozenset({"iron_nugget", "dye", "gold_nugget"})
_HAND_SIZES: Final = frozenset({0, 1, 2, 4})


class BadCatalogue(GameError):
    """The file of the catalogue is missing or damaged."""


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of thing.

    Attributes:
        name: as the registry has it.
        stack: how many fit into a slot.
        uses: uses until it breaks; 0 for what never does.
        slot: where it is best put: ``mainhand``, ``offhand``, ``head``, ``chest``, ``legs`` or ``feet``.
        block: whether it can be placed.
        eaten: whether it is eaten or drunk.
    """

    name: str
    stack: int
    uses: int
    slot: str
    block: bool
    eaten: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes what.

    Attributes:
        makes: the item.
        count: how many of it.
        size: squares of the grid; 0 for a furnace.
        needs: items with their counts.
        form: the class of the recipe in the game.
    """

    makes: str
    count: int
    size: int
    needs: tuple[tuple[str, int], ...]
    form: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueTask:
    """A programmatic task.

    Attributes:
        id: as `minedojo.make` takes it.
        kind: ``harvest``, ``techtree``, ``combat`` or ``survival``.
        phrase: the task in words.
        targets: items or mobs.
        count: how many of each, more than there were at the start.
        carried: what is in the inventory at the start.
        mobs: what stands around at the start.
        biome: where it takes place; empty for anywhere.
        night: whether it begins at night.
    """

    id: str
    kind: str
    phrase: str
    targets: tuple[str, ...]
    count: int
    carried: tuple[tuple[str, int], ...]
    mobs: tuple[str, ...]
    biome: str
    night: bool


@dataclass(frozen=True)
class Catalogue:
    """Everything in the file."""

    items: tuple[Item, ...]
    crafting: tuple[Recipe, ...]
    smelting: tuple[Recipe, ...]
    tasks: tuple[CatalogueTask, ...]

    @cached_property
    def item(self) -> dict[str, Item]:
        """Items by name."""
        return {item.name: item for item in self.items}

    @cached_property
    def task(self) -> dict[str, CatalogueTask]:
        """Tasks by id."""
        return {task.id: task for task in self.tasks}

    @cached_property
    def crafts(self) -> dict[str, tuple[Recipe, ...]]:
        """Item -> its recipes at hand or table."""
        return _by_output(self.crafting)

    @cached_property
    def smelts(self) -> dict[str, tuple[Recipe, ...]]:
        """Item -> its recipes in a furnace."""
        return _by_output(self.smelting)

    @cached_property
    def by_hand(self) -> frozenset[str]:
        """Items that MineDojo's action crafts anywhere: all their recipes fit into two by two squares."""
        small = {name for name, found in self.crafts.items() if all(one.size in _HAND_SIZES for one in found)}
        return frozenset(small & self.item.keys() - _NOT_BY_HAND)

    @cached_property
    def at_table(self) -> frozenset[str]:
        """Items that MineDojo's action crafts at a table only."""
        fits = {name for name, found in self.crafts.items() if any(one.size <= 9 for one in found)}
        large = {name for name in fits if any(one.size not in _HAND_SIZES for one in self.crafts[name])}
        return frozenset(large & self.item.keys() - _NOT_AT_TABLE)

    @cached_property
    def in_furnace(self) -> frozenset[str]:
        """Items that MineDojo's action smelts."""
        return frozenset(self.smelts.keys() & self.item.keys() - _NOT_SMELTED)

    def to_json(self) -> str:
        """The text of the file: one row a line."""
        carried = sorted({task.carried for task in self.tasks})
        place = {entry: i for i, entry in enumerate(carried)}
        parts: dict[str, Iterable[Any]] = {
            "items": ([i.name, i.stack, i.uses, i.slot, int(i.block), int(i.eaten)] for i in self.items),
            "crafting": ([r.makes, r.count, r.size, r.form, dict(r.needs)] for r in self.crafting),
            "smelting": ([r.makes, r.count, dict(r.needs)] for r in self.smelting),
            "carried": (dict(entry) for entry in carried),
            "tasks": (
                [t.id, t.kind, t.phrase, t.targets, t.count, place[t.carried], t.mobs, t.biome, int(t.night)]
                for t in self.tasks
            ),
        }
        rows = {
            name: ",\n".join(json.dumps(row, separators=(",", ":")) for row in entries)
            for name, entries in parts.items()
        }
        body = ",\n".join(f'"{name}":[\n{text}\n]' for name, text in rows.items())
        return f'{{"schema":{SCHEMA},"source":{json.dumps(SOURCE)},\n{body}}}\n'

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Catalogue:
        """What `to_json` wrote. Raises `BadCatalogue`."""
        if data.get("schema") != SCHEMA:
            raise BadCatalogue(f"the catalogue has schema {data.get('schema')!r}; expected {SCHEMA}")
        try:
            carried = [tuple(sorted(entry.items())) for entry in data["carried"]]
            return cls(
                items=tuple(Item(n, s, u, where, bool(b), bool(e)) for n, s, u, where, b, e in data["items"]),
                crafting=tuple(
                    Recipe(makes, n, size, tuple(sorted(needs.items())), form)
                    for makes, n, size, form, needs in data["crafting"]
                ),
                smelting=tuple(
                    Recipe(makes, n, 0, tuple(sorted(needs.items()))) for makes, n, needs in data["smelting"]
                ),
                tasks=tuple(
                    CatalogueTask(
                        i, kind, phrase, tuple(targets), n, carried[c], tuple(mobs), biome, bool(night)
                    )
                    for i, kind, phrase, targets, n, c, mobs, biome, night in data["tasks"]
                ),
            )
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise BadCatalogue(f"the catalogue is damaged: {error!r}") from error


def _by_output(recipes: Iterable[Recipe]) -> dict[str, tuple[Recipe, ...]]:
    found: dict[str, list[Recipe]] = {}
    for recipe in recipes:
        found.setdefault(recipe.makes, []).append(recipe)
    return {name: tuple(entries) for name, entries in found.items()}


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that comes with Journeyman. Raises `BadCatalogue`."""
    try:
        return Catalogue.from_json(parsed(FILE.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadCatalogue(f"the catalogue cannot be read: {error}; install Journeyman anew") from error
