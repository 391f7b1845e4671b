"""The reward that a skill is trained on: dense shaping, a bonus for success, a price per step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skills.rewards.reward import Reward, TransitionReward

STEP_PENALTY = 0.01


class StartlessReward:
    """A `TransitionReward` (such as `skills.code.functions.RewardFunction`) as a `Reward`."""

    def __init__(self, reward: TransitionReward) -> None:
        self._reward = reward

    def batch(
        self, before: NDArray[np.int32], after: NDArray[np.int32], start: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Rewards float32[n]; the start is not looked at."""
        return self._reward.batch(before, after)


class CombinedReward:
    """Weighted sum of rewards, less a constant per step.

    Args:
        parts: pairs of weight and reward.
        step_penalty: subtracted from every transition, >= 0.
    """

    def __init__(self, parts: Sequence[tuple[float, Reward]], step_penalty: float = STEP_PENALTY) -> None:
        if step_penalty < 0:
            raise ValueError(
                f"step_penalty is {step_penalty!r}; it is subtracted, so it must not be negative"
            )
        self._parts = tuple(parts)
        self._step_penalty = step_penalty

    def batch(
        self, before: NDArray[np.int32], after: NDArray[np.int32], start: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Rewards float32[n]; see `skills.rewards.reward.Reward`."""
        total = np.full(len(before), -self._step_penalty, np.float32)
        for weight, reward in self._parts:
            total += np.float32(weight) * reward.batch(before, after, start)
        return total
