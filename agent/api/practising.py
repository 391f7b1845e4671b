"""Practice."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

from agent.api.callers_script import workers_leave_the_script_alone
from agent.api.settings import PracticeSettings

if TYPE_CHECKING:
    from agent.config import PracticeConfig
    from agent.practice.progress import PracticeProgress
    from agent.practice.report import PracticeReport

logger = logging.getLogger(__name__)


def run_practice(
    *,
    preset: str | None = None,
    progress: PracticeProgress | None = None,
    **settings: Unpack[PracticeSettings],
) -> PracticeReport:
    """Learn skills: propose, design, train, judge, admit.

    Args:
        preset: a shipped preset such as ``quick``, or the path of a TOML file; `settings` come after it.
        progress: told what happens; nothing is shown without it.
        settings: fields of `PracticeConfig`. A resumed run keeps its own for all that is not given.

    Returns:
        What was admitted and what was given up; the run is kept in ``runs_dir``. Ctrl-C ends the session in
        order, and the report says so.

    Raises:
        BadConfig: an unknown setting or preset, or a value that makes no sense.
        UnknownGame, MissingDependency, BadGameOption: the game cannot be played, or there is no Ray for a
            cluster.
        UnknownRun: there is no such run to resume.
        LibraryLocked: another process practises into the library.
        LLMError: the model cannot be asked, or answers what cannot be used.
    """
    from agent.practice.loop import run_practice as practise
    from envs.first_use import compile_once
    from envs.workers.cluster.address import require_ray
    from skills.training.config import UPDATE_WARM_UP

    config = practice_config(settings, preset=preset)
    require_ray(config.cluster)
    compile_once(config.game, logger.info, UPDATE_WARM_UP, config.game_options)
    with workers_leave_the_script_alone():
        return practise(config, progress=progress)


def practice_config(settings: Mapping[str, Any], *, preset: str | None = None) -> PracticeConfig:
    """Defaults (or the resumed run's settings), then the preset, then `settings`.

    Options of the game are put beside those of the resumed run or the preset, one by one.

    Raises:
        BadConfig, UnknownRun: see `run_practice`.
    """
    from agent.config import PracticeConfig, from_record, replace
    from agent.config import preset as read_preset
    from agent.records.runs import find_run
    from agent.surroundings import expanded, real_path

    base = PracticeConfig()
    resume, runs_dir = settings.get("resume"), settings.get("runs_dir", base.runs_dir)
    if resume is not None:
        base = from_record(PracticeConfig, find_run(expanded(runs_dir), resume).config())
    if preset is not None:
        base = replace(base, read_preset("practice", preset))
    config = replace(base, settings)
    options = {**base.game_options, **config.game_options}
    rest = {
        "game_options": options,
        "library": real_path(config.library),
        "resume": resume,
        "runs_dir": runs_dir,
    }
    return replace(config, rest)
