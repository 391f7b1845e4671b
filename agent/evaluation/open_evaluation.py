"""Opens a suite by name and settings: its protocol and its run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.config import EvalConfig, from_record, replace, to_record
from agent.errors import BadConfig
from agent.evaluation.players import require_policies
from agent.evaluation.suites.suite import Suite, load_suite
from agent.play.libraries import USER_LIBRARY, choose_library
from agent.records.runs import Run, find_run
from agent.surroundings import expanded

if TYPE_CHECKING:
    from agent.evaluation.evaluate import EvalReport

_CHANGEABLE = ("resume", "runs_dir", "episodes", "workers")
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


def open_evaluation(name: str, library: str | Path | None, settings: Mapping[str, Any]) -> Evaluation:
    """A new run, or the resumed one, with its own configuration.

    Args:
        name: the suite's.
        library: folder of skill libraries; None for the user's if it has skills, else the starter library.
        settings: fields of `EvalConfig`.

    Raises:
        UnknownSuite, UnknownTask, UnknownRun: there is none of that name.
        BadConfig: a setting that is unknown, makes no sense, or cannot be changed for a resumed run.
        MissingPrerequisite: the library lacks skills, or a policy over skills that a task names.
    """
    suite = load_suite(name)
    given = replace(EvalConfig(suite=name), settings)
    if given.resume is not None:
        return _resumed(suite, given, settings if library is None else {**settings, "library": library})
    tasks = suite.chosen(given.task)
    chosen = USER_LIBRARY if library is None else expanded(library)
    if given.baseline is None:
        chosen = choose_library(None if library is None else chosen, suite.game)
        require_policies(tasks, chosen)
    config = dataclasses.replace(given, library=chosen.resolve())
    run = Run.create(
        config.runs_dir, command="eval", game=suite.game, seed=config.seed, config=to_record(config)
    )
    return Evaluation(suite=suite, config=config, run=run)


def _resumed(suite: Suite, given: EvalConfig, settings: Mapping[str, Any]) -> Evaluation:
    assert given.resume is not None
    if fixed := [name for name in settings if name not in _CHANGEABLE]:
        raise BadConfig(
            f"run {given.resume!r} has its own {', '.join(fixed)}; leave that out to go on with it"
        )
    changed = {name: settings[name] for name in ("episodes", "workers") if name in settings}
    config = replace(from_record(EvalConfig, find_run(given.runs_dir, given.resume).config()), changed)
    if config.suite != suite.name:
        raise BadConfig(f"run {given.resume!r} plays suite {config.suite!r}; expected {suite.name!r}")
    run = Run.resume(given.runs_dir, given.resume, command="eval")
    return Evaluation(suite=suite, config=config, run=run)
