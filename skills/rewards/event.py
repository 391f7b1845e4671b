"""The sparse reward: the skill's effects came true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from envs.game import GameSpec
from envs.rollout.episode import ReachedTest


class EventReward:
    """1 for the transition in which the effects come true relative to the episode's start, else 0.

    Args:
        obtains: fact -> count, see `skills.skill.reached`.
        spec: the game's vocabulary; unknown facts raise `ValueError`.
    """

    def __init__(self, obtains: Mapping[str, int], spec: GameSpec) -> None:
        self._reached = ReachedTest(obtains, spec)

    def batch(
        self, before: NDArray[np.int32], after: NDArray[np.int32], start: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Rewards float32[n]; see `skills.rewards.reward.Reward`."""
        return (self._reached(start, after) & ~self._reached(start, before)).astype(np.float32)
