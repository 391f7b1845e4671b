"""Opens a suite by name and settings: its protocol and its run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from agent.config import EvalConfig, from_record, replace, to_record
from agent.errors import BadConfig
from agent.evaluation.players import require_policies
from agent.evaluation.suites.suite import MODES, Suite, load_suite, mode_of
from agent.evaluation.suites.task import SuiteTask
from agent.play.libraries import USER_LIBRARY, choose_library
from agent.records.runs import Run, find_run
from agent.surroundings import expanded, real_path
from envs.errors import did_you_mean
from envs.workers.cluster.address import require_ray

if TYPE_CHECKING:
    from agent.evaluation.evaluate import EvalReport

_CHANGEABLE = ("resume", "runs_dir", "episodes", "workers", "cluster")
"""Settings that may be given for a resumed run; all others are the run's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A suite about to be played."""

    suite: Suite
    config: EvalConfig
    run: Run

    def play(self, progress: Callable[[int, int], None] = lambda done, total: None) -> EvalReport:
        """Play it to its end and close the run. Raises `EvaluationFailed`, see `evaluate`."""
        from agent.evaluation.evaluate import evaluate

        with self.run:
            report = evaluate(self.config, self.suite, self.run, progress=progress)
            self.run.finish(**report.to_record())
        return report


Libraries: TypeAlias = str | Path | Sequence[str | Path] | None
"""Folders of skill libraries; None for the user's if it has skills, else the starter library."""


def open_evaluation(name: str, library: Libraries, settings: Mapping[str, Any]) -> Evaluation:
    """A new run, or the resumed one, with its own configuration.

    Args:
        name: the suite's, or the path of a suite's file.
        library: see `Libraries`.
        settings: fields of `EvalConfig`.

    Raises:
        UnknownSuite, UnknownTask, UnknownRun: there is none of that name.
        BadConfig: a setting that is unknown, makes no sense, or cannot be changed for a resumed run.
        MissingDependency: there is no Ray for a cluster.
        MissingPrerequisite: the library lacks skills, or a policy over skills that a task names.
    """
    suite = load_suite(name)
    if name.endswith(".toml"):
        name = str(real_path(suite.path))
    given = replace(EvalConfig(suite=name, suite_sha256=suite.sha256), settings)
    if given.resume is not None:
        return _resumed(suite, given, settings if library is None else {**settings, "library": library})
    require_ray(given.cluster)
    tasks = suite.chosen(given.task)
    _check_mode(suite, given)
    if given.baseline is None:
        found = tuple(choose_library(one, suite.game) for one in _folders(library))
        for one in found:
            _check_library(suite, given, tasks, one)
    else:
        found = tuple(one or USER_LIBRARY for one in _folders(library))
    first, *more = dict.fromkeys(real_path(one) for one in found)
    if more and mode_of(given, suite) == "policy":
        raise BadConfig("several libraries go with tasks in the modes name, plan and look only; give one")
    config = dataclasses.replace(given, library=first, more_libraries=tuple(more))
    run = Run.create(
        config.runs_dir, command="eval", game=suite.game, seed=config.seed, config=to_record(config)
    )
    return Evaluation(suite=suite, config=config, run=run)


def _folders(library: Libraries) -> tuple[Path | None, ...]:
    """The folders that were given; None stands for the one that is taken by default."""
    if library is None or (not isinstance(library, str | Path) and not library):
        return (None,)
    given = [library] if isinstance(library, str | Path) else library
    return tuple(expanded(one) for one in given)


def _check_mode(suite: Suite, config: EvalConfig) -> None:
    """Raise `BadConfig` when the suite's tasks cannot be carried out in this mode."""
    if config.mode and config.mode not in MODES:
        hint = did_you_mean(config.mode, MODES, f"expected one of {', '.join(MODES)}")
        raise BadConfig(f"mode is {config.mode!r}{hint}")
    if config.judge == "ask":
        raise BadConfig(
            "an evaluation asks nobody at the terminal: its episodes are played side by side, in processes "
            "of their own; choose another judge, e.g. --judge auto, or have single tasks judged by you with "
            "journeyman solve --judge ask"
        )
    if config.mode and not suite.tasks:
        raise BadConfig(f"suite {suite.name!r} has no tasks that could be carried out by {config.mode!r}")
    if config.mode and config.baseline:
        raise BadConfig("random actions follow no mode; leave out --mode or --baseline")


def _check_library(suite: Suite, config: EvalConfig, tasks: Sequence[SuiteTask], library: Path) -> None:
    """Raise `MissingPrerequisite` or `LibraryOverlaps` unless the library may and can be played with."""
    if mode_of(config, suite) == "policy":
        require_policies(tasks, library)
    elif suite.zero_shot:
        from agent.evaluation.guard import require_unmet
        from skills.store.store import SkillLibrary

        require_unmet(suite, library, SkillLibrary(library, suite.game).load_all())


def _resumed(suite: Suite, given: EvalConfig, settings: Mapping[str, Any]) -> Evaluation:
    assert given.resume is not None
    if fixed := [name for name in settings if name not in _CHANGEABLE]:
        raise BadConfig(
            f"run {given.resume!r} has its own {', '.join(fixed)}; leave that out to go on with it"
        )
    changed = {name: settings[name] for name in ("episodes", "workers", "cluster") if name in settings}
    config = replace(from_record(EvalConfig, find_run(given.runs_dir, given.resume).config()), changed)
    if config.suite != given.suite:
        raise BadConfig(f"run {given.resume!r} plays suite {config.suite!r}; expected {given.suite!r}")
    if config.suite_sha256 and config.suite_sha256 != suite.sha256:
        raise BadConfig(
            f"the file of suite {suite.name!r} has changed since run {given.resume!r} began: its SHA-256 is "
            f"{suite.sha256}, expected {config.suite_sha256}; begin a new run"
        )
    require_ray(config.cluster)
    run = Run.resume(given.runs_dir, given.resume, command="eval")
    return Evaluation(suite=suite, config=config, run=run)
