"""Reads what the package `minedojo` 0.1 says of Minecraft, from its files; it is never imported."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final

import yaml

from envs.errors import GameError
from envs.minecraft.catalogue.table import Catalogue, CatalogueTask, Item, Recipe

CONSTANTS: Final = Path("sim", "mc_meta", "mc_constants.json")
TASKS: Final = Path("tasks", "description_files", "tasks_specs.yaml")
PHRASES: Final = Path("tasks", "description_files", "programmatic_tasks.yaml")
VALUES: Final = Path("tasks", "__init__.py")
"""Where `_ALL_VARS` stands: the values of what templates of tasks leave open."""


class BadPackage(GameError):
    """A folder does not hold what `minedojo` 0.1 has."""


def read_package(folder: Path) -> Catalogue:
    """The catalogue that the package in `folder` gives.

    Args:
        folder: the package's own, with ``sim`` and ``tasks`` in it.

    Raises:
        BadPackage: it is not there, or something in it has another form.
    """
    try:
        constants = json.loads((folder / CONSTANTS).read_text(encoding="utf-8"))
        phrases = _yaml(folder / PHRASES)
        specs = dict(_filled(_yaml(folder / TASKS), _values(folder / VALUES)))
        return Catalogue(
            items=tuple(sorted(map(_item, constants["items"]), key=lambda item: item.name)),
            crafting=tuple(_recipes(constants["craftingRecipes"])),
            smelting=tuple(_recipes(constants["smeltingRecipes"])),
            tasks=tuple(_task(name, phrases[name]["prompt"], specs[name]) for name in phrases),
        )
    except OSError as error:
        raise BadPackage(
            f"{str(error.filename)!r} is not there; give the folder 'minedojo' of the unpacked package"
        ) from error
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise BadPackage(f"{str(folder)!r} is not the package minedojo 0.1: {error!r}") from error


def _yaml(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    return dict(loaded)


def _values(path: Path) -> dict[str, list[Any]]:
    """The values for every blank of a template."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_ALL_VARS":
            return dict(ast.literal_eval(node.value))
    raise ValueError(f"no _ALL_VARS in {path.name}")


def _filled(
    templates: Mapping[str, Any], values: Mapping[str, list[Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every template with every choice of values for its blanks; later ones replace earlier ones."""
    for name, spec in templates.items():
        blanks = [blank for blank in values if f"{{{blank}}}" in name + json.dumps(spec)]
        for chosen in product(*(values[blank] for blank in blanks)):
            choice = dict(zip(blanks, chosen, strict=True))
            yield name.format(**choice), _fill(spec, choice)


def _fill(value: Any, choice: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _fill(entry, choice) for key, entry in value.items()}
    return value.format(**choice) if isinstance(value, str) else value


def _item(record: Mapping[str, Any]) -> Item:
    return Item(
        name=record["type"],
        stack=record["stackSize"],
        uses=record["maxDamage"] if record["damageable"] else 0,
        slot=record["bestEquipmentSlot"],
        block=record["block"],
        eaten=record["useAction"] in ("EAT", "DRINK"),
    )


def _recipes(records: list[Mapping[str, Any]]) -> Iterator[Recipe]:
    """Recipes without repeats, without those that need nothing, and without those that need what they make.

    Source: `sort_recipes_by_output` in the package's ``sim/mc_meta/mc.py``.
    """
    seen = set()
    for record in records:
        needs, makes = record["ingredients"], record["outputItemName"]
        recipe = Recipe(
            makes=makes,
            count=record.get("outputCount", record.get("out", 1)),
            size=record.get("recipeSize", 0),
            needs=tuple(sorted(needs.items())),
            form=record.get("type", ""),
        )
        if needs and makes not in needs and recipe not in seen:
            seen.add(recipe)
            yield recipe


def _task(name: str, phrase: str, spec: Mapping[str, Any]) -> CatalogueTask:
    targets = spec.get("target_names", spec.get("tech_item", ()))
    named = [targets] if isinstance(targets, str) else list(targets)
    mobs = spec.get("initial_mobs", ())
    carried: dict[str, int] = {}
    for entry in spec.get("initial_inventory", {}).values():
        carried[entry["name"]] = carried.get(entry["name"], 0) + int(entry.get("quantity", 1))
    return CatalogueTask(
        id=name,
        kind=spec["__cls__"],
        phrase=phrase,
        targets=tuple(named),
        count=int(spec.get("target_quantities", 1)) if named else 0,
        carried=tuple(sorted(carried.items())),
        mobs=(mobs,) if isinstance(mobs, str) else tuple(mobs),
        biome=spec.get("specified_biome", ""),
        night=bool(spec.get("start_at_night", False)),
    )
