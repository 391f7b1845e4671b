"""Draws the starts of one game's episodes."""

from __future__ import annotations

import numpy as np

from envs.games import Startable
from envs.rollout.episode import Start, Starts
from envs.seeding import SEED_SPAN

MAX_KEPT_STARTS = 64
"""First states of fresh episodes that are kept for reuse, per game."""


class StartSampler:
    """Puts a game at the start of its next episode.

    Args:
        starts: what to draw from.
        rng: of all draws.

    Attributes:
        latest: the start drawn last; without a snapshot where it is the beginning of a seed's episode.
    """

    def __init__(self, starts: Starts, rng: np.random.Generator) -> None:
        self._starts = starts
        self._rng = rng
        self._pool: list[Start] = []
        self.latest = Start(b"", 0)

    def begin(self, game: Startable) -> int:
        """Put `game` at the next start; returns the seed of the episode it comes from.

        Raises:
            BadSnapshot: a saved start does not fit the game.
        """
        saved, rng = self._starts.saved, self._rng
        if saved and rng.random() >= self._starts.fresh_share:
            return self._restore(game, saved)
        if self._pool and rng.random() >= 1 / self._starts.reuse:
            return self._restore(game, self._pool)
        seed = int(rng.integers(SEED_SPAN))
        game.reset(seed, self._starts.max_steps)
        self.latest = Start(b"", seed)
        if self._starts.reuse > 1:
            self._keep(Start(game.snapshot(), seed))
        return seed

    def _restore(self, game: Startable, starts: list[Start] | tuple[Start, ...]) -> int:
        start = starts[int(self._rng.integers(len(starts)))]
        game.restore(start.snapshot)
        self.latest = start
        return start.origin

    def _keep(self, start: Start) -> None:
        if len(self._pool) < MAX_KEPT_STARTS:
            self._pool.append(start)
        else:
            self._pool[int(self._rng.integers(MAX_KEPT_STARTS))] = start
