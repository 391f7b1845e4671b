"""Whether a MiniHack level was solved: by its own judge, and by the last reward as BALROG looks at it."""

from __future__ import annotations

from agent.evaluation.scoring.criterion import Criterion
from agent.evaluation.scoring.scored_step import ScoredStep


class LevelWon(Criterion):
    """The level's own judge said that its task is done."""

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        if step.game.win is not None:
            self._reach(step)


class LastReward(Criterion):
    """The last reward, with a penalty when the last key took no game time, is large enough.

    Args:
        at_least: what it must be.
        penalty: added when game time stood still.

    Source: BALROG's ``BaseProgress``, with its ``penalty_step`` and constant ``penalty_mode``.
    """

    def __init__(self, *, at_least: float, penalty: float) -> None:
        super().__init__()
        self._at_least = at_least
        self._penalty = penalty

    def watch(self, step: ScoredStep) -> None:
        """See `Criterion.watch`."""
        win = step.game.win
        if win is not None and win.reward + (0.0 if win.took_time else self._penalty) >= self._at_least:
            self._reach(step)
