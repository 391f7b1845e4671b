"""Advantages of a rollout's actions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def advantages(
    rewards: NDArray[np.float32],
    values: NDArray[np.float32],
    last_values: NDArray[np.float32],
    done: NDArray[np.bool_],
    final_values: NDArray[np.float32],
    gamma: float,
    gae_lambda: float,
) -> NDArray[np.float32]:
    """Generalised advantage estimates, float32[T, N]. Source: Schulman et al. 2016, equation 16.

    Args:
        rewards: float32[T, N].
        values: of the states before each step, float32[T, N].
        last_values: of the states after the last step, float32[N].
        done: whether an episode ended at the step, bool[T, N].
        final_values: value of the state that an episode ended in: 0 after terminal ends, float32[T, N].
        gamma: discount per step.
        gae_lambda: 0 is one-step temporal difference, 1 is Monte Carlo.
    """
    following = np.concatenate([values[1:], last_values[None]])
    delta = rewards + gamma * np.where(done, final_values, following) - values
    result: NDArray[np.float32] = np.empty_like(rewards)
    running = np.zeros_like(last_values)
    for t in range(len(delta) - 1, -1, -1):
        running = delta[t] + gamma * gae_lambda * ~done[t] * running
        result[t] = running
    return result
