"""The designed reward: model-written code."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class TransitionReward(Protocol):
    """Rewards a transition by its facts, as `skills.code.functions.RewardFunction` does."""

    def batch(self, before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.float32]:
        """Rewards float32[n] for facts int32[n, F] before and after."""
        ...


class CodeReward:
    """Model-written code as a `skills.rewards.reward.Reward`.

    Args:
        function: the code.
    """

    def __init__(self, function: TransitionReward) -> None:
        self._function = function

    def batch(
        self, before: NDArray[np.int32], after: NDArray[np.int32], start: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Rewards float32[n]; code is not told the episode's start."""
        return self._function.batch(before, after)
