"""A game that is watched by a benchmark's criteria and ends when its protocol says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from agent.evaluation.scoring.criterion import Criterion
from agent.evaluation.scoring.meter import Meter
from agent.evaluation.scoring.scored_step import RefereedGame, ScoredStep
from envs.facts import EndStatus
from envs.wrapped_game import WrappedGame


class JudgedGame(WrappedGame):
    """Passes everything on, and keeps count.

    The episode ends with `EndStatus.SUCCESS` once all criteria are decided, and with
    `EndStatus.TIME_LIMIT` once the protocol's steps are used up or game time has stood still for too long.
    An action that goes beyond the cap counts for nothing.

    Args:
        game: the game, which must have been reset.
        criteria: name -> criterion, fresh.
        cap: the protocol's steps.
        unit: how they are counted, see `agent.evaluation.scoring.meter`.
        actions: those that the protocol has; see `agent.evaluation.scoring.meter`.
        no_progress: steps without game time after which the episode ends; None for no such limit.
    """

    def __init__(
        self,
        game: RefereedGame,
        criteria: Mapping[str, Criterion],
        *,
        cap: int,
        unit: str,
        no_progress: int | None = None,
        actions: Collection[str] = (),
    ) -> None:
        super().__init__(game)
        self._told = game
        self.criteria = criteria
        self._cap = cap
        self._no_progress = no_progress
        self._meter = Meter(unit, game, actions)
        for criterion in criteria.values():
            criterion.begin(game)

    @property
    def used(self) -> int:
        """Steps of the protocol so far, the cap at most."""
        return min(self._meter.used, self._cap)

    @property
    def stalled(self) -> bool:
        """Whether game time has stood still for too long."""
        return self._no_progress is not None and self._meter.idle >= self._no_progress

    @property
    def status(self) -> EndStatus:
        """See `envs.game.Game`."""
        status = self._game.status
        if status is not EndStatus.RUNNING:
            return status
        if all(criterion.decided for criterion in self.criteria.values()):
            return EndStatus.SUCCESS
        over = self._meter.used >= self._cap or self.stalled
        return EndStatus.TIME_LIMIT if over else status

    def step(self, action: int) -> EndStatus:
        """See `envs.game.Game`."""
        game = self._told
        before, carried = game.place, game.items
        status = game.step(action)
        after, name = game.place, game.spec.actions[action]
        self._meter.add(name, game.keys, after.turn - before.turn)
        if status is EndStatus.ABORTED or self._meter.used > self._cap:
            return self.status
        step = ScoredStep(
            name, game.said, before, after, carried, self._meter.used, status is EndStatus.RUNNING, game
        )
        for criterion in self.criteria.values():
            criterion.watch(step)
        return self.status
