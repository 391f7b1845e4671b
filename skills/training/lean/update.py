"""The update of one rollout: epochs of batches, with the result copied back to torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from skills.training.lean.adam import adam_step
from skills.training.lean.flat_network import FlatNetwork
from skills.training.lean.loss import Losses, LossSettings, Odds, Rollout, normalised
from skills.training.lean.passes import Passes
from skills.training.lean.split_inputs import SplitInputs

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSettings:
    """How a rollout is learned from; see `skills.training.config.PPOConfig`.

    Attributes:
        loss: what the loss is made of.
        n_epochs: passes over the rollout.
        batch_size: rows of a gradient step.
        max_grad_norm: gradients are scaled down to this norm.
        normalize: whether the advantages of a batch get mean 0 and deviation 1.
    """

    loss: LossSettings
    n_epochs: int
    batch_size: int
    max_grad_norm: float
    normalize: bool


@dataclass(frozen=True, slots=True)
class LearnedParts:
    """Which networks learn from which inputs.

    Attributes:
        networks: what is learned.
        inputs: what they see, float32[n, D].
        network_of: which network each row belongs to, int64[n]; None where there is one.
        forbidden: actions that a row's skill may not take, bool[n, A]; None for none.
    """

    networks: Sequence[ActorCriticPolicy]
    inputs: Array
    network_of: NDArray[np.int64] | None = None
    forbidden: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What is logged of an update, under stable-baselines3's names: means over batches, and the last loss."""

    policy_gradient_loss: float
    value_loss: float
    entropy_loss: float
    approx_kl: float
    clip_fraction: float
    loss: float


class LeanUpdate:
    """The networks of a training while one rollout is learned from.

    Args:
        parts: what is learned, from which rows.
        optimizer: that of the networks; Adam.
        capacity: the most rows that are computed at once, >= the size of a batch.
    """

    def __init__(self, parts: LearnedParts, optimizer: torch.optim.Optimizer, capacity: int) -> None:
        inputs = SplitInputs.of(parts.inputs)
        self.flats = [FlatNetwork(network, optimizer, inputs) for network in parts.networks]
        self._passes = [Passes(flat, inputs, capacity) for flat in self.flats]
        self._odds = Odds(parts.forbidden, capacity)
        self._network_of, self._capacity = parts.network_of, capacity
        self._count = len(parts.inputs)
        self._group = optimizer.param_groups[0]

    def evaluate(self, actions: NDArray[np.int64]) -> tuple[Array, Array]:
        """Values of all rows, float32[n], and log-probabilities of the actions int64[m] of the first m."""
        values, log_probs = np.empty(self._count, np.float32), np.empty(self._count, np.float32)
        taken = np.zeros(self._count, np.int64)
        taken[: len(actions)] = actions
        for begin in range(0, self._count, self._capacity):
            block = np.arange(begin, min(begin + self._capacity, self._count))
            for place, rows, _ in self._by_network(block):
                logits, values[rows] = self._passes[place].forward(rows)
                log_probs[rows] = self._odds.log_probs(logits, rows, taken[rows])
        return values, log_probs[: len(actions)]

    def learn(self, rollout: Rollout, settings: UpdateSettings, order: NDArray[np.int64]) -> Report:
        """Learn from the first rows; weights and Adam's state are changed in place.

        Draws from numpy's global generator what stable-baselines3's buffer would draw.

        Args:
            rollout: the n transitions.
            settings: how.
            order: int64[n]; the rows as stable-baselines3's buffer numbers them.
        """
        batches = []
        for epoch in range(settings.n_epochs):
            shuffled = order[np.random.permutation(len(order))]
            for begin in range(0, len(order), settings.batch_size):
                rows = shuffled[begin : begin + settings.batch_size]
                batches.append((epoch, len(rows), self._step(rows, rollout, settings)))
        for flat in self.flats:
            flat.store()
        return _report(batches, settings)

    def gradient(self, rows: NDArray[np.int64], rollout: Rollout, settings: UpdateSettings) -> Losses:
        """Compute the gradient of a batch int64[m] in the networks that it has rows of."""
        gains = rollout.advantages[rows]
        if settings.normalize:
            gains = normalised(gains)
        losses = Losses()
        for place, some, own in self._by_network(rows):
            passes = self._passes[place]
            outputs = passes.forward(some)
            part, d_logits, d_values = self._odds.loss(
                *outputs, some, gains[own], len(rows), rollout, settings.loss
            )
            passes.backward(some, d_logits, d_values)
            losses.add(part)
        return losses

    def _by_network(
        self, rows: NDArray[np.int64]
    ) -> Iterator[tuple[int, NDArray[np.int64], slice | NDArray[np.bool_]]]:
        """The networks that rows int64[m] belong to, with their rows and where these stand in `rows`."""
        if self._network_of is None:
            yield 0, rows, slice(None)
            return
        networks = self._network_of[rows]
        for place in range(len(self.flats)):
            own = networks == place
            if own.any():
                yield place, rows[own], own

    def _step(self, rows: NDArray[np.int64], rollout: Rollout, settings: UpdateSettings) -> Losses:
        """One step of Adam for every network that the batch has rows of."""
        losses = self.gradient(rows, rollout, settings)
        flats = [self.flats[place] for place, _, _ in self._by_network(rows)]
        norm = np.sqrt(sum(float(np.dot(flat.gradient.flat, flat.gradient.flat)) for flat in flats))
        for flat in flats:
            flat.step += 1
            adam_step(
                flat.weights.flat,
                flat.gradient.flat,
                flat.mean.flat,
                flat.square.flat,
                scale=min(1.0, settings.max_grad_norm / (norm + 1e-6)),
                step=flat.step,
                learning_rate=self._group["lr"],
                betas=self._group["betas"],
                eps=self._group["eps"],
            )
        return losses


def _report(batches: Sequence[tuple[int, int, Losses]], settings: UpdateSettings) -> Report:
    policy, value, entropy = (
        [getattr(losses, name) / rows for _, rows, losses in batches]
        for name in ("policy", "value", "entropy")
    )
    last = settings.n_epochs - 1
    loss = policy[-1] + settings.loss.ent_coef * entropy[-1] + settings.loss.vf_coef * value[-1]
    return Report(
        policy_gradient_loss=float(np.mean(policy)),
        value_loss=float(np.mean(value)),
        entropy_loss=float(np.mean(entropy)),
        approx_kl=float(np.mean([losses.kl / rows for epoch, rows, losses in batches if epoch == last])),
        clip_fraction=float(np.mean([losses.clipped / rows for _, rows, losses in batches])),
        loss=loss,
    )
