"""Rewards that look: every game's latest pictures, shown to a scorer in the worker that plays them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

MOST_PICTURES: Final = 64
"""Pictures of a clip at most."""


class Shown(Protocol):
    """A game of which pictures can be taken."""

    def frame(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]`` for ``size = (width, height)``."""
        ...


class ClipScorer(Protocol):
    """Says how much clips show of what is wanted."""

    def score(self, clips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Rewards float32[n] of clips uint8[n, length, height, width, 3], the latest picture last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRule:
    """A reward out of pictures, added to that of facts; picklable.

    Attributes:
        open: makes the scorer, in the worker that needs it.
        identity: what the rewards depend on, in words; a training belongs to one.
        size: width and height of the pictures.
        length: pictures of a clip, 1..`MOST_PICTURES`; an episode's first ones repeat its first.
        every: steps between two rewards; a picture is taken at every step.
        weight: of the reward.
    """

    open: Callable[[], ClipScorer]
    identity: str
    size: tuple[int, int] = (256, 160)
    length: int = 16
    every: int = 8
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.length <= MOST_PICTURES or self.every < 1:
            raise ValueError(
                f"a clip of {self.length} pictures every {self.every} steps; expected 1..{MOST_PICTURES} "
                "pictures, every step or less often"
            )


class PictureWatch:
    """Keeps the latest pictures of some games, and has them scored.

    Args:
        rule: what is looked for.
        n_games: how many games.
    """

    def __init__(self, rule: PictureRule, n_games: int) -> None:
        self._rule, self._scorer = rule, rule.open()
        width, height = rule.size
        self._clips = np.zeros((n_games, rule.length, height, width, 3), np.uint8)
        self._steps = np.zeros(n_games, np.int64)

    def begin(self, i: int, game: Shown) -> None:
        """Game `i` begins an episode."""
        self._clips[i] = game.frame(self._rule.size)
        self._steps[i] = 0

    def rewards(self, games: Sequence[Shown]) -> NDArray[np.float32]:
        """Rewards float32[n_games] of the step that was just taken; 0 where none is due."""
        for i, game in enumerate(games):
            self._clips[i, :-1] = self._clips[i, 1:]
            self._clips[i, -1] = game.frame(self._rule.size)
        self._steps += 1
        due = np.flatnonzero(self._steps % self._rule.every == 0)
        rewards = np.zeros(len(self._steps), np.float32)
        if due.size:
            rewards[due] = self._rule.weight * self._scorer.score(self._clips[due])
        return rewards
