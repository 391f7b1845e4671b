"""The tasks that are planned and carried out: MineDojo's, out of the catalogue, and Plan4MC's forty."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envs.game import KnownTask
from envs.minecraft.catalogue.phrases import completed, known_task
from envs.minecraft.catalogue.table import Catalogue

KINDS: Final = ("harvest", "techtree")
"""Kinds of programmatic tasks of which facts tell the end, and of which the claims cover everything."""

FILE: Final = Path(__file__).with_name("plan4mc.toml")


@dataclass(frozen=True, slots=True)
class TaskSet:
    """One of Plan4MC's sets.

    Attributes:
        name: of the set.
        published: Plan4MC's mean success over it, 0..1, in Minecraft itself.
        tasks: its tasks.
    """

    name: str
    published: float
    tasks: tuple[KnownTask, ...]


def minedojo_tasks(catalogue: Catalogue) -> tuple[KnownTask, ...]:
    """Every harvest and tech-tree task, in the catalogue's order."""
    found = (known_task(task.id) for task in catalogue.tasks if task.kind in KINDS)
    return tuple(task for task in found if task is not None)


def plan4mc_sets(path: Path = FILE) -> tuple[TaskSet, ...]:
    """Plan4MC's four sets of ten tasks."""
    sets = tomllib.loads(path.read_text(encoding="utf-8"))["sets"]
    return tuple(
        TaskSet(
            name=name,
            published=entry["published"],
            tasks=tuple(
                KnownTask(
                    name=task["name"],
                    goal={task["target"]: 1 + task.get("start", {}).get(task["target"], 0)},
                    start=completed(task.get("start", {})),
                )
                for task in entry["tasks"]
            ),
        )
        for name, entry in sets.items()
    )
