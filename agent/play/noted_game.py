"""A game that says what an action did not do, where the game itself knows."""

from __future__ import annotations

from envs.facts import EndStatus
from envs.game import Game
from envs.wrapped_game import WrappedGame, innermost
from planners.execution.events import ActionRefused, OnEvent

MOST_NOTES = 100
"""Notes of an episode that are told; a skill may try the same in vain for a thousand steps."""


class NotedGame(WrappedGame):
    """Passes everything on, and tells of every action that the game says it did not carry out.

    Such a game has a text ``note`` on its latest action, empty where there is nothing to say.

    Args:
        game: what is played.
        on_event: told of each.
    """

    def __init__(self, game: Game, on_event: OnEvent) -> None:
        super().__init__(game)
        self._inner, self._on_event = innermost(game), on_event
        self._told = 0

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        self._told = 0
        super().reset(seed, max_steps)

    def step(self, action: int) -> EndStatus:
        """See `envs.game.Game`."""
        status = self._game.step(action)
        note = getattr(self._inner, "note", "")
        if note and self._told < MOST_NOTES:
            self._told += 1
            self._on_event(ActionRefused(env_step=self._game.steps, why=note))
        return status
