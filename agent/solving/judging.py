"""Opens the judge that looks at tasks which no fact states."""

from __future__ import annotations

from planners.execution.judge import FactsJudge, Judge


def open_looking(setting: str, game: str) -> Judge:
    """The judge that a setting names.

    Args:
        setting: see `agent.config.EvalConfig.judge`.
        game: registry name of the game.
    """
    return FactsJudge()
