"""Evaluation suites: a protocol and the published figures it is compared with, as TOML data.

One file per suite in this folder; every published figure names its source and says how its protocol differs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from agent.errors import BadConfig, UnknownSuite, UnknownTask
from agent.evaluation.suites.figure import PublishedFigure
from agent.evaluation.suites.task import SuiteTask, read_task
from envs.errors import UnknownGame, did_you_mean

FOLDER = Path(__file__).parent
"""Where the shipped suites lie."""

Metric: TypeAlias = Literal["score", "progress", "tasks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """An evaluation protocol.

    Attributes:
        name: registry name.
        title: one line for people.
        game: registry name of the game.
        metric: ``score`` is Crafter's geometric score; ``progress`` the mean share of achievements; ``tasks``
            what each task's criteria say.
        max_steps: game steps after which an episode ends; with tasks, each has a cap of its own.
        protocol: what is counted, in one or two sentences.
        figures: published values of the metric.
        rates: published success rates: column label -> achievement -> percent.
        tasks: what is played, one after the other; empty where the metric speaks of achievements.
        overall: criteria of which the mean over all tasks played is reported too, beside `figures`.
    """

    name: str
    title: str
    game: str
    metric: Metric
    max_steps: int
    protocol: str
    figures: tuple[PublishedFigure, ...] = ()
    rates: Mapping[str, Mapping[str, float]]
    tasks: tuple[SuiteTask, ...] = ()
    overall: tuple[str, ...] = ()

    def chosen(self, name: str | None) -> tuple[SuiteTask, ...]:
        """All tasks, or the one of that name. Raises `UnknownTask`."""
        if name is None:
            return self.tasks
        if not self.tasks:
            raise UnknownTask(f"suite {self.name!r} has no tasks to choose from; leave out --task")
        names = [task.name for task in self.tasks]
        if name not in names:
            raise UnknownTask(
                f"suite {self.name!r} has no task {name!r}"
                + did_you_mean(name, names, f"tasks: {', '.join(names)}")
            )
        return tuple(task for task in self.tasks if task.name == name)


def suite_names() -> list[str]:
    """Names of the shipped suites, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_suite(name: str) -> Suite:
    """The suite of that name.

    Raises:
        UnknownSuite: none has that name; suggests close ones.
    """
    names = suite_names()
    if name not in names:
        raise UnknownSuite(f"no suite {name!r}" + did_you_mean(name, names, f"suites: {', '.join(names)}"))
    return read_suite(FOLDER / f"{name}.toml")


def read_suite(path: Path) -> Suite:
    """The suite that a TOML file describes. Raises `BadConfig` when the file does not fit."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _suite(data, path.parent)
    except (OSError, ValueError, TypeError, KeyError, BadConfig, UnknownGame) as error:
        raise BadConfig(f"suite file {str(path)!r} is malformed: {error}") from error


def _suite(data: dict[str, Any], folder: Path) -> Suite:
    if data.pop("schema") != 1:
        raise ValueError("expected schema = 1")
    figures = tuple(PublishedFigure(**row) for row in data.pop("figures", []))
    rates = data.pop("rates", {})
    shared = data.pop("shared", {})
    rows = data.pop("tasks", [])
    tasks = tuple(read_task({**shared, **row}, data["name"], data["game"], folder) for row in rows)
    overall = tuple(data.pop("overall", ()))
    if data.get("metric") == "tasks":
        data.setdefault("max_steps", max((task.cap for task in tasks), default=0))
    suite = Suite(figures=figures, rates=rates, tasks=tasks, overall=overall, **data)
    if suite.metric not in get_args(Metric):
        raise ValueError(f"metric is {suite.metric!r}; expected one of {', '.join(get_args(Metric))}")
    if (suite.metric == "tasks") != bool(tasks):
        raise ValueError("the metric 'tasks' goes with tasks, and only with them")
    if len({task.name for task in tasks}) < len(tasks):
        raise ValueError("two tasks have the same name")
    if suite.max_steps < 1:
        raise ValueError(f"max_steps is {suite.max_steps}; expected a positive number")
    return suite
