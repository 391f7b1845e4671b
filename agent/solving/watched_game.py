"""A game that keeps what a judge wants to see of an attempt."""

from __future__ import annotations

from envs.facts import EndStatus
from envs.game import Game
from envs.wrapped_game import WrappedGame
from planners.execution.judge import Judge
from planners.execution.views import Seen, Views


class WatchedGame(WrappedGame):
    """Passes everything on, and keeps moments from now on, whoever plays.

    Args:
        game: running.
        judge: what it wants is kept.

    Attributes:
        used: steps taken since it is watched.
    """

    def __init__(self, game: Game, judge: Judge) -> None:
        super().__init__(game)
        self._views = Views(
            captions=judge.wants_captions, frames=judge.wants_frames, screens=judge.wants_screens
        )
        self.used = 0
        self._views.look(game, 0)

    def step(self, action: int) -> EndStatus:
        """See `envs.game.Game`."""
        status = self._game.step(action)
        self.used += 1
        self._views.look(self._game, self.used)
        return status

    def seen(self) -> Seen:
        """What was kept, the moment now included."""
        self._views.look(self._game, self.used, last=True)
        return self._views.chosen()
