"""Tasks of the catalogue by their ids and by words: what they ask for, and what they begin with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from envs.errors import UnknownTask, did_you_mean
from envs.game import KnownTask
from envs.minecraft.catalogue.table import CatalogueTask, load_catalogue
from envs.minecraft.names import EQUIPPED, TIERS, TOOL_KINDS
from envs.minecraft.sources import UNOBTAINABLE

KINDS: Final = ("harvest", "techtree", "combat", "survival")

_WORLDS: Final = {"nether": "nether", "the_end": "end"}
_SAYS_NOTHING: Final = frozenset({"a", "an", "the", "one", "1", "please"})
_ID: Final = re.compile(rf"(?:{'|'.join(KINDS)})(?:_[a-z0-9_]+)?")
_LONGEST: Final = 300
_LOOK_DOWN: Final = ("look_down",) * 6
_DIG: Final = ("attack",) * 60


def known_task(text: str) -> KnownTask | None:
    """The programmatic task that a text names: by its id, the words of its id, or its phrase.

    A count of one, articles, case and the stop at the end make no difference.

    >>> task = known_task("Harvest 1 wool with shears and sheep.")
    >>> task.name, dict(task.goal), task.start["shears"]
    ('harvest_wool_with_shears_and_sheep', {'wool': 1}, 1)
    >>> known_task("a nice day") is None
    True

    Raises:
        UnknownTask: it looks like an id, and there is no such task.
    """
    typed = text.strip()
    if len(typed) > _LONGEST:
        return None
    tasks = load_catalogue().task
    if typed in tasks:
        return _known(tasks[typed])
    found = _by_words().get(_plain(typed))
    if found is not None:
        return _known(tasks[found])
    if "_" in typed and _ID.fullmatch(typed):
        raise UnknownTask(
            f"MineDojo has no task {typed!r}"
            + did_you_mean(typed, tasks, f"there are {len(tasks):,}, such as 'harvest_1_log'")
        )
    return None


def completed(facts: Mapping[str, int]) -> dict[str, int]:
    """Facts with what follows from them: the tiers of the tools, and the overworld where no world is named.

    >>> completed({"iron_pickaxe": 1})["pickaxe.tier"]
    3
    """
    whole = dict(facts)
    for kind in TOOL_KINDS:
        carried = [tier for material, tier in TIERS.items() if facts.get(f"{material}_{kind}")]
        if carried:
            whole.setdefault(f"{kind}.tier", max(carried))
    if not any(facts.get(f"in.{name}") for name in ("overworld", "nether", "end")):
        whole["in.overworld"] = 1
    return whole


@cache
def _by_words() -> dict[str, str]:
    """Words in plain form -> id of the task; ids come before phrases, and earlier tasks before later ones.

    Some phrases of the package name a piece of armour that is not the one to be made; each goes to the task
    that makes what it names.
    """
    named: dict[str, str] = {}
    tasks = load_catalogue().tasks
    for task in tasks:
        named.setdefault(_plain(task.id.replace("_", " ")), task.id)
    for task in sorted(tasks, key=lambda task: not _names_target(task)):
        named.setdefault(_plain(task.phrase), task.id)
    return named


def _names_target(task: CatalogueTask) -> bool:
    return any(target.replace("_", " ") in task.phrase for target in task.targets)


def _plain(text: str) -> str:
    words = re.findall(r"[a-z0-9]+", text.casefold())
    return " ".join(word for word in words if word not in _SAYS_NOTHING)


def _known(task: CatalogueTask) -> KnownTask:
    carried = dict(task.carried)
    world = _WORLDS.get(task.biome, "overworld")
    start = {**carried, **{f"known.{mob}": 1 for mob in task.mobs}, f"in.{world}": 1}
    if task.kind == "combat":
        goal = {f"killed.{mob}": task.count for mob in task.targets}
    else:
        goal = {item: task.count + carried.get(item, 0) for item in task.targets}
    notes = tuple(_notes(task))
    return KnownTask(name=task.id, goal=goal, start=completed(start), notes=notes, finish=_uses(task))


def _uses(task: CatalogueTask) -> tuple[str, ...]:
    """What uses the tool that a tech-tree task asks for: on the ground, as long as dirt takes at most."""
    tools = [item for item in task.targets if item in EQUIPPED] if task.kind == "techtree" else []
    return tuple(action for tool in tools for action in (f"equip_{tool}", *_LOOK_DOWN, "use", *_DIG))


def _notes(task: CatalogueTask) -> Iterator[str]:
    """What a plan for the task leaves out, or why there can be none."""
    for item in task.targets:
        if item in UNOBTAINABLE and task.kind != "combat":
            yield f"{item} cannot be had: {UNOBTAINABLE[item]}"
    if task.kind == "techtree":
        yield "the task is done when it has been used as well"
    if task.kind == "survival":
        yield "it asks to stay alive, and no fact is ever reached by that"
