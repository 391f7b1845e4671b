"""The command that plays an evaluation again."""

from __future__ import annotations

from agent.config import EvalConfig
from agent.play.libraries import USER_LIBRARY, shipped_library
from agent.surroundings import real_path
from envs.text import command_line


def again(config: EvalConfig) -> str:
    """The command that plays the same episodes again, the numbers of processes aside.

    >>> again(EvalConfig(suite="my suite.toml", episodes=3, baseline="random"))
    "journeyman eval 'my suite.toml' --episodes 3 --seed 0 --baseline random"
    """
    usual = {real_path(USER_LIBRARY), real_path(shipped_library())}
    libraries = () if config.baseline or {*map(real_path, config.libraries)} <= usual else config.libraries
    words = [word for library in libraries for word in ("--library", library)]
    return command_line(
        "eval", config.suite, *words, episodes=config.episodes, seed=config.seed,
        baseline=config.baseline, task=config.task, mode=config.mode,
        wordings=None if config.wordings == "own" else config.wordings,
        seeds=None if config.seeds == "evaluation" else config.seeds,
    )  # fmt: skip
