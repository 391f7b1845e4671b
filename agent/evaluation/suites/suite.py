"""Evaluation suites: a protocol and the published figures it is compared with, as TOML data.

One file per suite in this folder; every published figure names its source and says how its protocol differs.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from agent.config import EvalConfig
from agent.errors import BadConfig, UnknownSuite, UnknownTask
from agent.evaluation.scoring.settings import (
    NAME,
    SWITCH,
    TABLE,
    TABLES,
    TEXT,
    TEXTS,
    Setting,
    check_table,
    is_name,
    is_text,
    whole,
)
from agent.evaluation.suites.figure import PublishedFigure, read_figures
from agent.evaluation.suites.names import FOLDER, suite_names
from agent.evaluation.suites.task import SuiteTask, read_task
from agent.surroundings import expanded
from envs.errors import UnknownGame, did_you_mean
from envs.text import brief

Metric: TypeAlias = Literal["score", "progress", "tasks"]

MODES: Final = ("policy", "name", "plan", "look")
"""How a task is carried out.

- ``policy``: by the policy over skills that the library has for it.
- ``name``: by the skill that is nearest to its words, executed once.
- ``plan``: by plans, where its words say facts; else it is not attempted.
- ``look``: by plans where its words say facts, else by skills near to its words, until a judge that looks
  says that it is done.
"""

LARGEST_FILE: Final = 1_000_000
"""Bytes of a suite's file."""


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
        mode: how its tasks are carried out unless told otherwise, see `MODES`.
        zero_shot: whether no library may hold an entry made for one of its tasks.
        path: the file.
        sha256: of the file's bytes.
    """

    name: str
    title: str
    game: str
    metric: Metric
    max_steps: int
    protocol: str
    figures: tuple[PublishedFigure, ...] = ()
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    tasks: tuple[SuiteTask, ...] = ()
    overall: tuple[str, ...] = ()
    mode: str = "policy"
    zero_shot: bool = False
    path: Path = field(default_factory=Path)
    sha256: str = ""

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


def mode_of(config: EvalConfig, suite: Suite) -> str:
    """How an evaluation carries tasks out, see `MODES`; random actions and achievements follow no mode."""
    return "policy" if config.baseline or not suite.tasks else config.mode or suite.mode


def load_suite(name: str) -> Suite:
    """The suite of that name, or the one in a file: a name that ends in ``.toml``.

    Raises:
        UnknownSuite: none has that name, suggesting close ones; or there is no such file.
        BadConfig: the file does not fit, see `read_suite`.
    """
    names = suite_names()
    if name.endswith(".toml"):
        path = expanded(name)
        if not path.is_file():
            raise UnknownSuite(f"no suite file {name!r}; expected a TOML file as in docs/evaluation.md")
        return read_suite(path)
    if name not in names:
        raise UnknownSuite(
            f"no suite {name!r}"
            + did_you_mean(name, [*names, "judge"], f"suites: {', '.join([*names, 'judge'])}")
        )
    return read_suite(FOLDER / f"{name}.toml")


def read_suite(path: Path) -> Suite:
    """The suite that a TOML file describes.

    Every expression of success is tried out, so that none fails or goes on for ever while games are played.

    Raises:
        BadConfig: the file does not fit.
        SandboxUnavailable: expressions cannot be tried out here.
    """
    try:
        content = path.read_bytes()
        if len(content) > LARGEST_FILE:
            raise ValueError(f"it has {len(content):,} bytes; expected at most {LARGEST_FILE:,}")
        data = tomllib.loads(content.decode("utf-8"))
        suite = _suite(data, path, hashlib.sha256(content).hexdigest())
        for task in suite.tasks:
            _try_out(task)
        return suite
    except (OSError, ValueError, RecursionError, BadConfig, UnknownGame) as error:
        raise BadConfig(f"suite file {str(path)!r} is malformed: {error}") from error


def _try_out(task: SuiteTask) -> None:
    try:
        task.try_out()
    except BadConfig as error:
        raise BadConfig(f"task {task.name!r}: {error}") from error


_SETTINGS: Final = {
    "name": NAME,
    "game": Setting("the name of a game", is_text, required=True),
    "title": TEXT,
    "metric": TEXT,
    "max_steps": whole(1),
    "protocol": TEXT,
    "mode": TEXT,
    "zero_shot": SWITCH,
    "overall": TEXTS,
    "shared": TABLE,
    "tasks": TABLES,
    "figures": TABLES,
    "rates": TABLE,
}
"""What a suite's file may say, besides ``schema``."""


def _suite(data: dict[str, Any], path: Path, sha256: str) -> Suite:
    if data.pop("schema", None) != 1:
        raise ValueError("expected schema = 1")
    check_table(data, _SETTINGS)
    figures = read_figures(data.pop("figures", []))
    shared = data.pop("shared", {})
    rows = data.pop("tasks", [])
    if not rows and data.get("metric", "tasks") == "tasks":
        raise ValueError("it has no tasks; expected a table [[tasks]] with name, text, cap and success")
    tasks = tuple(_task({**shared, **row}, data, path.parent) for row in rows)
    overall = tuple(data.pop("overall", ("success",) if all(_of_success(task) for task in tasks) else ()))
    data.setdefault("metric", "tasks")
    if data["metric"] == "tasks":
        data.setdefault("max_steps", max((task.cap for task in tasks), default=0))
        _check_overall(overall, tasks)
        data.setdefault("mode", "plan" if all(_of_success(task) for task in tasks) else "policy")
    if "max_steps" not in data:
        raise ValueError(f"'max_steps' is missing; expected {whole(1).expected}")
    data.setdefault("title", data["name"])
    data.setdefault("protocol", "")
    suite = Suite(figures=figures, tasks=tasks, overall=overall, path=path, sha256=sha256, **data)
    _check(suite)
    return suite


def _task(row: dict[str, Any], data: Mapping[str, Any], folder: Path) -> SuiteTask:
    """A task; what is wrong with it is told with its name."""
    if not is_name(row.get("name")):
        what = f"a task's name is {brief(row['name'])}" if "name" in row else "a task has no name"
        raise ValueError(f"{what}; expected {NAME.expected}")
    try:
        return read_task(row, data["name"], data["game"], folder)
    except BadConfig as error:
        raise BadConfig(f"task {row['name']!r}: {error}") from error


def _check_overall(names: Sequence[str], tasks: Sequence[SuiteTask]) -> None:
    """Raise `ValueError` for a mean over what no task counts."""
    known = list(dict.fromkeys(name for task in tasks for name in task.criteria))
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known, f"counted: {', '.join(known)}")
            raise ValueError(f"overall names {brief(name)}{hint}")


def _of_success(task: SuiteTask) -> bool:
    """Whether the one thing that counts is whether the task was done."""
    return list(task.criteria) == ["success"]


def _check(suite: Suite) -> None:
    """Raise `ValueError` when something cannot be."""
    if suite.metric not in get_args(Metric):
        raise ValueError(f"metric is {suite.metric!r}; expected one of {', '.join(get_args(Metric))}")
    if suite.metric != "tasks" and suite.tasks:
        raise ValueError("the metric 'tasks' goes with tasks, and only with them")
    if len({task.name for task in suite.tasks}) < len(suite.tasks):
        raise ValueError("two tasks have the same name")
    if suite.mode not in MODES:
        raise ValueError(f"mode is {suite.mode!r}; expected one of {', '.join(MODES)}")
