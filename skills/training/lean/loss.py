"""PPO's loss of a batch and its gradient by the outputs. Source: Schulman et al. 2017, equations 7 and 9."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float32]
_QUICK = {"reassoc", "contract", "arcp", "nsz"}
"""What compiled code may change in sums and products; NaN and infinity stay what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LossSettings:
    """What the loss is made of; see `skills.training.config.PPOConfig`."""

    clip_range: float
    ent_coef: float
    vf_coef: float


@dataclass(frozen=True, slots=True)
class Rollout:
    """What is learned from: n transitions.

    Attributes:
        actions: int64[n].
        log_probs: of the actions when they were taken, float32[n].
        advantages: float32[n].
        returns: what the value should be, float32[n].
    """

    actions: NDArray[np.int64]
    log_probs: Array
    advantages: Array
    returns: Array


@dataclass(slots=True)
class Losses:
    """Sums over rows, so that parts of a batch can be added."""

    policy: float = 0.0
    value: float = 0.0
    entropy: float = 0.0
    clipped: float = 0.0
    kl: float = 0.0

    def add(self, other: Losses) -> None:
        """Add another part."""
        self.policy += other.policy
        self.value += other.value
        self.entropy += other.entropy
        self.clipped += other.clipped
        self.kl += other.kl


class Odds:
    """Logits as chances, in buffers that are used again.

    Args:
        forbidden: actions that a row's skill may not take, bool[n, A]; None for none.
        capacity: the most rows at once.
    """

    def __init__(self, forbidden: NDArray[np.bool_] | None, capacity: int) -> None:
        self._forbidden = np.zeros((0, 0), np.bool_) if forbidden is None else forbidden
        self._d_values = np.empty(capacity, np.float32)

    def log_probs(self, logits: Array, rows: NDArray[np.int64], actions: NDArray[np.int64]) -> Array:
        """Of the actions int64[m], given their rows' logits float32[m, A], which are changed."""
        _centre(logits, rows, self._forbidden)
        return np.asarray(logits[np.arange(len(rows)), actions] - np.log(np.exp(logits).sum(1)))

    def loss(
        self,
        logits: Array,
        values: Array,
        rows: NDArray[np.int64],
        gains: Array,
        batch: int,
        rollout: Rollout,
        settings: LossSettings,
    ) -> tuple[Losses, Array, Array]:
        """The rows' part of the loss, and its gradient by the logits float32[m, A] and values float32[m].

        Args:
            logits: of the rows, float32[m, A]; changed.
            values: of the rows, float32[m].
            rows: which transitions, int64[m].
            gains: their advantages as they are weighted, float32[m].
            batch: rows of the whole batch, which the loss is a mean over.
            rollout: the transitions.
            settings: of the loss.
        """
        _centre(logits, rows, self._forbidden)
        chances = np.exp(logits)
        d_values = self._d_values[: len(rows)]
        sums = _loss(
            logits,
            chances,
            values,
            d_values,
            rows,
            gains,
            rollout.actions,
            rollout.log_probs,
            rollout.returns,
            np.float32(1 / batch),
            np.float32(settings.clip_range),
            np.float32(settings.ent_coef),
            np.float32(settings.vf_coef),
        )
        return Losses(*sums), chances, d_values


def normalised(advantages: Array) -> Array:
    """With mean 0 and deviation 1, as stable-baselines3 does it batch by batch."""
    result = advantages.copy()
    _normalise(result)
    return result


@njit(cache=True, nogil=True)
def _normalise(numbers: NDArray[Any]) -> None:
    count = len(numbers)
    if count < 2:
        return
    total, squares = 0.0, 0.0
    for q in range(count):
        total += numbers[q]
    mean = total / count
    for q in range(count):
        squares += (numbers[q] - mean) ** 2
    deviation = np.sqrt(squares / (count - 1)) + 1e-8
    for q in range(count):
        numbers[q] = (numbers[q] - mean) / deviation


@njit(cache=True, nogil=True)
def _centre(logits: NDArray[Any], rows: NDArray[Any], forbidden: NDArray[Any]) -> None:
    """Take each row's largest logit away; forbidden actions get one that no chance is left of."""
    for q in range(len(rows)):
        row = logits[q]
        if len(forbidden):
            for j in range(len(row)):
                if forbidden[rows[q], j]:
                    row[j] = np.float32(-1e30)
        largest = row[0]
        for j in range(1, len(row)):
            largest = max(largest, row[j])
        for j in range(len(row)):
            row[j] -= largest


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_QUICK)
def _loss(
    odds: NDArray[Any],
    chances: NDArray[Any],
    values: NDArray[Any],
    d_values: NDArray[Any],
    rows: NDArray[Any],
    gains: NDArray[Any],
    actions: NDArray[Any],
    log_probs: NDArray[Any],
    returns: NDArray[Any],
    share: Any,
    clip_range: Any,
    ent_coef: Any,
    vf_coef: Any,
) -> tuple[float, float, float, float, float]:
    """Sums of `Losses`; `chances`, the exponents of `odds`, becomes the gradient by the logits."""
    policy, value, neg_entropy, clipped, kl = 0.0, 0.0, 0.0, 0.0, 0.0
    low, high = np.float32(1) - clip_range, np.float32(1) + clip_range
    for q in range(len(rows)):
        row, chance, gain, action = odds[q], chances[q], gains[q], actions[rows[q]]
        total = np.float32(0)
        for j in range(len(row)):
            total += chance[j]
        log_total, share_of = np.log(total), np.float32(1) / total
        spread = np.float32(0)  # minus the entropy
        for j in range(len(row)):
            row[j] -= log_total
            chance[j] *= share_of
            spread += chance[j] * row[j]
        log_ratio = row[action] - log_probs[rows[q]]
        ratio = np.exp(log_ratio)
        moves = ratio <= high if gain >= 0 else ratio >= low
        push = -gain * ratio * share if moves else np.float32(0)
        policy -= min(gain * ratio, gain * min(max(ratio, low), high))
        for j in range(len(row)):
            chance[j] *= ent_coef * share * (row[j] - spread) - push
        chance[action] += push
        error = values[q] - returns[rows[q]]
        d_values[q] = np.float32(2) * vf_coef * share * error
        value += error * error
        neg_entropy += float(spread)
        clipped += abs(ratio - np.float32(1)) > clip_range
        kl += ratio - np.float32(1) - log_ratio
    return policy, value, neg_entropy, clipped, kl
