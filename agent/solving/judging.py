"""Opens the judge that looks at tasks which no fact states."""

from __future__ import annotations

from agent.judges.errors import NoJudge
from agent.judges.opening import open_judge
from agent.judges.path import JudgingPath
from envs.registry import game_spec
from planners.execution.judge import Judge


def open_looking(setting: str, game: str) -> Judge:
    """The judge that a setting names.

    Args:
        setting: see `agent.judges.opening.JUDGES`.
        game: registry name of the game.

    Raises:
        NoJudge: there is no such judge, or it needs what is not there.
    """
    try:
        return open_judge(setting, game_spec(game))
    except ModuleNotFoundError as error:
        if setting == "auto":
            return JudgingPath()
        raise NoJudge(f"the judge {setting!r} is not there: {error}") from error
