"""The tasks that are kept for evaluation, as far as others may know of them: to stay away from them.

Nothing here is shown to a model, to an agent or to a judge.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from agent.likeness.stated import stated_facts

SUITES: Final = Path(__file__).parent.parent / "evaluation" / "suites"
"""Where the shipped suites lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedTask:
    """A task of a suite that no library may be made for.

    Attributes:
        suite: the suite's name.
        name: the task's name.
        texts: the task in words, in each of its wordings.
        facts: what it comes to in facts, where facts say it all; else none.
    """

    suite: str
    name: str
    texts: tuple[str, ...]
    facts: Mapping[str, int] = field(default_factory=dict)


@cache
def reserved_tasks(game: str) -> tuple[ReservedTask, ...]:
    """The tasks of all shipped suites of a game that are to be met for the first time (``zero_shot``)."""
    tables = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(SUITES.glob("*.toml")))
    return tuple(task for table in tables if table.get("game") == game for task in tasks_of(table))


def tasks_of(table: Mapping[str, Any]) -> Iterator[ReservedTask]:
    """The reserved tasks of a suite's file; none unless it says ``zero_shot``."""
    for row in table.get("tasks", ()) if table.get("zero_shot") else ():
        yield ReservedTask(
            suite=str(table.get("name", "")),
            name=str(row.get("name", "")),
            texts=(str(row.get("text", "")), *map(str, row.get("wordings", ()))),
            facts=stated_facts(str(row.get("success", ""))),
        )
