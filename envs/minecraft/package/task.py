"""Which task of the package is played: named by its id or in words, and one that can be done."""

from __future__ import annotations

from typing import Final

from envs.errors import NotObtainable, UnknownTask, did_you_mean
from envs.minecraft.catalogue.phrases import known_task
from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.sources import UNOBTAINABLE

OPEN_ENDED: Final = "open-ended"
"""The package's name for a game without a task."""

MISNAMED: Final = {"mooshroom": "mushroom_cow", "zombie_pigman": "pig_zombie"}
"""Mobs by the names that tasks have for them -> those of the statistics in which the package looks for kills,
where its step ends with a `KeyError` (measured)."""


def task_id(text: str) -> str:
    """The id of a task by its id, the words of its id, or its phrase.

    >>> task_id("Harvest 1 wool with shears and sheep"), task_id("open-ended")
    ('harvest_wool_with_shears_and_sheep', 'open-ended')

    Raises:
        UnknownTask: there is no such task.
        NotObtainable: it asks for what cannot be had, or the package fails at it.
    """
    typed = text.strip()
    if typed == OPEN_ENDED:
        return OPEN_ENDED
    found = known_task(typed)
    tasks = load_catalogue().task
    if found is None:
        raise UnknownTask(
            f"MineDojo has no task {typed[:200]!r}"
            + did_you_mean(typed, (*tasks, OPEN_ENDED), f"there are {len(tasks):,}, such as 'harvest_1_log'")
        )
    task = tasks[found.name]
    wrong = [item for item in task.targets if item in UNOBTAINABLE] if task.kind != "combat" else []
    if wrong:
        raise NotObtainable(
            f"the task {task.id!r} cannot be done: {wrong[0]} cannot be had: {UNOBTAINABLE[wrong[0]]}"
        )
    for mob in MISNAMED.keys() & set(task.targets if task.kind == "combat" else ()):
        raise NotObtainable(
            f"the task {task.id!r} cannot be played: minedojo 0.1 counts kills of {mob!r}, which Minecraft's "
            f"statistics call {MISNAMED[mob]!r}, and fails at the first step"
        )
    return task.id
