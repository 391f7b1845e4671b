"""Tasks and suites, played with the skills of a library."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from agent.api.callers_script import workers_leave_the_script_alone
from agent.api.planning import planned_over
from agent.api.settings import EvalSettings, SolveSettings

if TYPE_CHECKING:
    from agent.evaluation.evaluate import EvalReport
    from agent.person import Conversation
    from agent.solving.solve import SolveReport
    from planners.plan import Goal

logger = logging.getLogger(__name__)


def solve(
    task: str,
    *,
    library: str | Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    understood: Callable[[Goal], None] = lambda goal: None,
    conversation: Conversation | None = None,
    **settings: Unpack[SolveSettings],
) -> SolveReport:
    """Plan a task and carry it out, in every episode asked for.

    Args:
        task: what to do, in words or as a fact's name.
        library: folder of skill libraries; None for ./library if it has skills, else the starter library.
        progress: called with episodes done and episodes in all.
        understood: called once, before anything is played, with what the task was taken for
            (`Goal.in_words`, `Goal.facts`).
        conversation: with the person who looks, for ``judge="ask"``.
        settings: fields of `SolveConfig`.

    Raises:
        BadConfig: an unknown setting, or a value that makes no sense.
        UnknownGame, MissingDependency, BadGameOption: the game cannot be played, or there is no Ray for a
            cluster.
        MissingPrerequisite, LibraryDamaged, PolicyMismatch: the library cannot be used.
        UnknownGoal, NoPlan, NoPolicyOverSkills: the task is not understood, or cannot be done.
        EvaluationFailed: an episode broke down twice.
    """
    from agent.config import SolveConfig, from_record
    from agent.play.libraries import open_any, open_store
    from agent.solving.solve import solve as carry_out
    from agent.surroundings import real_path
    from envs.first_use import compile_once
    from envs.workers.cluster.address import require_ray

    config = from_record(SolveConfig, {"task": task, **settings})
    require_ray(config.cluster)
    untried = config.untried or planned_over(config.game, library) in ("claims", "both")
    root = real_path((open_any if untried else open_store)(library, config.game).root)

    def known(goal: Goal) -> None:
        understood(goal)
        compile_once(config.game, logger.info, options=config.game_options)

    with workers_leave_the_script_alone():
        return carry_out(
            dataclasses.replace(config, library=root, untried=untried),
            progress=progress,
            understood=known,
            conversation=conversation,
        )


def evaluate(
    suite: str,
    *,
    library: str | Path | Sequence[str | Path] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    **settings: Unpack[EvalSettings],
) -> EvalReport:
    """Play an evaluation suite on evaluation seeds.

    Args:
        suite: such as ``crafter-score``, see `agent.evaluation.suites`; or the path of a suite's file.
        library: folder of skill libraries; None for ./library if it has skills, else the starter library.
            Tasks that are given in words can be played with several.
        progress: called with episodes done and episodes in all.
        settings: fields of `EvalConfig`; beside ``resume`` only ``runs_dir``, ``episodes``, ``workers`` and
            ``cluster``.

    Raises:
        BadConfig: an unknown setting, or a value that makes no sense.
        UnknownSuite, UnknownTask, UnknownRun: there is none of that name.
        MissingDependency: there is no Ray for a cluster.
        LibraryOverlaps: the library was made for what the suite is to show for the first time.
        MissingPrerequisite, LibraryDamaged, PolicyMismatch: the library cannot be used.
        EvaluationFailed: an episode broke down twice; what was played stays in the run.
    """
    from agent.evaluation.open_evaluation import open_evaluation
    from envs.first_use import compile_once

    evaluation = open_evaluation(suite, library, settings)
    compile_once(evaluation.suite.game, logger.info)
    with workers_leave_the_script_alone():
        return evaluation.play(progress)
