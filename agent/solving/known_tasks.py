"""Tasks that a game's own catalogue knows, and facts that follow from others; see `GameSpec.known_tasks`."""

from __future__ import annotations

import importlib
from typing import Any

from envs.facts import Facts
from envs.game import GameSpec, KnownTask
from planners.errors import UnknownGoal
from planners.plan import Goal, facts_in_words


def known_task(spec: GameSpec | None, text: str) -> KnownTask | None:
    """The task of the game's catalogue that a text names; None where it names none, or there is no catalogue.

    Raises:
        UnknownTask: it looks like the id of a task, and there is none of that name.
    """
    if spec is None or not spec.known_tasks:
        return None
    found: KnownTask | None = _target(spec.known_tasks)(text)
    return found


def goal_of(task: KnownTask, text: str) -> Goal:
    """The goal of a task, with what is to be known of it said.

    Raises:
        UnknownGoal: no facts tell when it is done.
    """
    notes = "; ".join(task.notes)
    if not task.goal:
        raise UnknownGoal(f"the task {task.name!r} cannot be planned for: {notes or 'no facts tell its end'}")
    said = f"the task {task.name}: {facts_in_words(task.goal)}"
    return Goal(facts=task.goal, text=text, understood=f"{said} ({notes})" if notes else said)


def completed(spec: GameSpec | None, facts: Facts) -> dict[str, int]:
    """Facts with what follows from them in the game."""
    return dict(facts) if spec is None else spec.completed(facts)


def _target(path: str) -> Any:
    module, _, attribute = path.partition(":")
    return getattr(importlib.import_module(module), attribute)
