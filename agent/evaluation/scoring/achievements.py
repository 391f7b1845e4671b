"""A game that keeps count of its achievements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from envs.facts import EndStatus
from envs.game import Game
from envs.wrapped_game import WrappedGame


class AchievementGame(WrappedGame):
    """Passes everything on, and keeps count.

    The episode ends with `EndStatus.SUCCESS` once every achievement is unlocked. The reward is one point on a
    step that unlocks at least one achievement, and a tenth of the change in `GameSpec.health_fact`; Crafter's
    protocol defines it so.
    """

    def __init__(self, game: Game) -> None:
        """Keep count of `game`, which must have been reset."""
        super().__init__(game)
        spec = game.spec
        self._columns = np.array([spec.fact_index[name] for name in spec.achievements], dtype=np.intp)
        self._health = spec.fact_index.get(spec.health_fact)
        self._values = np.zeros(len(spec.facts), dtype=np.int32)
        self._unlocked: dict[str, int] = {}
        self._reward = 0.0
        self._begin()

    def _begin(self) -> None:
        self._game.fact_values(self._values)
        self._done = self._values[self._columns] > 0
        self._complete = bool(self._done.all()) and len(self._done) > 0
        self._last_health = self._current_health()

    def _current_health(self) -> int:
        return 0 if self._health is None else int(self._values[self._health])

    @property
    def unlocked(self) -> Mapping[str, int]:
        """Achievement (without its ``did.``) -> step of its first unlock."""
        return self._unlocked

    @property
    def reward(self) -> float:
        """The reward so far."""
        return self._reward

    @property
    def complete(self) -> bool:
        """Whether every achievement is unlocked."""
        return self._complete

    @property
    def status(self) -> EndStatus:
        """See `envs.game.Game`."""
        status = self._game.status
        return EndStatus.SUCCESS if self.complete and status is EndStatus.RUNNING else status

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """See `envs.game.Game`; the count starts again."""
        self._game.reset(seed, max_steps)
        self._unlocked, self._reward = {}, 0.0
        self._begin()

    def step(self, action: int) -> EndStatus:
        """See `envs.game.Game`."""
        self._game.step(action)
        self._game.fact_values(self._values)
        done = self._values[self._columns] > 0
        new = done > self._done
        unlocks = bool(new.any())
        if unlocks:
            for index in np.flatnonzero(new):
                name = self._game.spec.achievements[int(index)].removeprefix("did.")
                self._unlocked[name] = self._game.steps
            self._done |= done
            self._complete = bool(self._done.all())
        health = self._current_health()
        self._reward += float(unlocks) + (health - self._last_health) / 10
        self._last_health = health
        return self.status

    def counted(self) -> dict[str, Any]:
        """The fields of an `agent.evaluation.episodes.EpisodeRecord` that achievements fill."""
        return {"achievements": dict(self._unlocked), "reward": self._reward}
