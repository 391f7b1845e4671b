"""PPO's loss of a batch and its gradient, written out. Source: Schulman et al. 2017, equations 7 and 9."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skills.training.lean.flat_network import Layer, LayerViews
from skills.training.lean.sparse_rows import SparseRows

Array = NDArray[np.float32]


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
        inputs: what the network sees, n rows.
        actions: int64[n].
        log_probs: of the actions when they were taken, float32[n].
        returns: what the value should be, float32[n].
        forbidden: actions that a row's skill may not take, bool[n, A]; None for none.
    """

    inputs: SparseRows
    actions: NDArray[np.int64]
    log_probs: Array
    returns: Array
    forbidden: NDArray[np.bool_] | None = None


@dataclass(slots=True)
class Losses:
    """Sums over rows, so that parts of a batch can be added."""

    policy: float = 0.0
    value: float = 0.0
    entropy: float = 0.0
    clipped: int = 0
    kl: float = 0.0

    def add(self, other: Losses) -> None:
        """Add another part."""
        self.policy += other.policy
        self.value += other.value
        self.entropy += other.entropy
        self.clipped += other.clipped
        self.kl += other.kl


def add_gradient(
    rollout: Rollout,
    rows: NDArray[np.int64],
    advantages: Array,
    batch: int,
    weights: LayerViews,
    gradient: LayerViews,
    settings: LossSettings,
) -> Losses:
    """Add the gradient of these rows' part of the loss, which is a mean over `batch` rows.

    Args:
        rollout: the transitions.
        rows: which of them, int64[m].
        advantages: of these rows, as they are weighted, float32[m].
        batch: rows of the whole batch.
        weights: the network.
        gradient: what is added to.
        settings: of the loss.
    """
    first = rollout.inputs.times(rows, *weights.first)
    actor = _forward(first[:, : weights.split], weights.actor)
    critic = _forward(first[:, weights.split :], weights.critic)
    losses, d_logits, d_values = _loss(
        rollout, rows, advantages, batch, actor[-1], critic[-1][:, 0], settings
    )
    delta = np.concatenate(
        [
            _backward(d_logits, actor, weights.actor, gradient.actor),
            _backward(d_values[:, None], critic, weights.critic, gradient.critic),
        ],
        axis=1,
    )
    rollout.inputs.add_outer(rows, delta, gradient.first[0])
    gradient.first[1][:] += delta.sum(0)
    return losses


def _forward(first: Array, layers: list[Layer]) -> list[Array]:
    """The outputs of every layer, given what the first one sums up; all but the last pass a tanh."""
    outputs = [np.ascontiguousarray(first)]
    for weight, bias in layers:
        np.tanh(outputs[-1], out=outputs[-1])
        linear = outputs[-1] @ weight
        linear += bias
        outputs.append(linear)
    return outputs


def _backward(delta: Array, outputs: list[Array], layers: list[Layer], gradients: list[Layer]) -> Array:
    """Add the layers' gradients, given that of the last output; returns that of the first layer's sum."""
    for (weight, _), (d_weight, d_bias), below in zip(
        reversed(layers), reversed(gradients), reversed(outputs[:-1]), strict=True
    ):
        d_weight += below.T @ delta
        d_bias += delta.sum(0)
        delta = delta @ weight.T
        delta *= 1 - below * below
    return delta


def _loss(
    rollout: Rollout,
    rows: NDArray[np.int64],
    advantages: Array,
    batch: int,
    logits: Array,
    values: Array,
    settings: LossSettings,
) -> tuple[Losses, Array, Array]:
    """The loss, and its gradient by the logits float32[m, A] and by the values float32[m]."""
    forbidden = None if rollout.forbidden is None else rollout.forbidden[rows]
    if forbidden is not None:
        logits[forbidden] = -np.inf
    odds = logits - logits.max(1, keepdims=True)
    chances = np.exp(odds)
    total = chances.sum(1, keepdims=True)
    chances /= total
    odds -= np.log(total)
    if forbidden is not None:
        odds[forbidden] = 0.0
    entropy = -(chances * odds).sum(1)
    at = (np.arange(len(rows)), rollout.actions[rows])
    log_ratio = odds[at] - rollout.log_probs[rows]
    ratio = np.exp(log_ratio)
    low, high = np.float32(1 - settings.clip_range), np.float32(1 + settings.clip_range)
    surrogate = np.minimum(advantages * ratio, advantages * np.clip(ratio, low, high))
    moves = np.where(advantages >= 0, ratio <= high, ratio >= low)
    share = np.float32(1 / batch)
    push = np.where(moves, -advantages * ratio * share, np.float32(0))
    d_logits = chances * (np.float32(settings.ent_coef) * share * (odds + entropy[:, None]) - push[:, None])
    d_logits[at] += push
    errors = values - rollout.returns[rows]
    losses = Losses(
        policy=-float(surrogate.sum()),
        value=float(errors @ errors),
        entropy=-float(entropy.sum()),
        clipped=int((np.abs(ratio - 1) > settings.clip_range).sum()),
        kl=float((ratio - 1 - log_ratio).sum()),
    )
    return losses, d_logits, np.float32(2 * settings.vf_coef) * share * errors
