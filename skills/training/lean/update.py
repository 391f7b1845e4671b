"""The update of one rollout: epochs of batches, in two threads, with the result copied back to torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from skills.training.lean.adam import adam_step
from skills.training.lean.flat_network import FlatNetwork
from skills.training.lean.gradient import Losses, LossSettings, Rollout, add_gradient

PARTS: Final = 2
"""Parts that every batch is computed in, side by side; fixed, so that sums are the same everywhere."""


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
    inputs: NDArray[np.float32]
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


def lean_update(
    parts: LearnedParts,
    optimizer: torch.optim.Optimizer,
    rollout: Rollout,
    advantages: NDArray[np.float32],
    settings: UpdateSettings,
) -> Report:
    """Learn from a rollout; weights and Adam's state are changed in place.

    Draws from numpy's global generator what stable-baselines3's buffer would draw.

    Args:
        parts: what is learned, from which rows.
        optimizer: that of the networks; Adam.
        rollout: the n transitions.
        advantages: float32[n].
        settings: how.
    """
    flats = [FlatNetwork(network, optimizer, PARTS) for network in parts.networks]
    with ThreadPoolExecutor(PARTS - 1, thread_name_prefix="update") as pool:
        update = _Update(flats, optimizer, rollout, advantages, parts.network_of, settings, pool)
        batches = list(update.batches())
    for flat in flats:
        flat.store()
    return _report(batches, settings)


class _Update:
    def __init__(
        self,
        flats: Sequence[FlatNetwork],
        optimizer: torch.optim.Optimizer,
        rollout: Rollout,
        advantages: NDArray[np.float32],
        network_of: NDArray[np.int64] | None,
        settings: UpdateSettings,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._flats, self._rollout, self._pool = flats, rollout, pool
        self._advantages, self._network_of, self._settings = advantages, network_of, settings
        group = optimizer.param_groups[0]
        self._rate, self._betas, self._eps = group["lr"], group["betas"], group["eps"]

    def batches(self) -> Iterator[tuple[int, int, Losses]]:
        """Take all gradient steps; the epoch, the rows and the losses of each."""
        size, count = self._settings.batch_size, len(self._advantages)
        for epoch in range(self._settings.n_epochs):
            order = np.random.permutation(count)
            for begin in range(0, count, size):
                rows = order[begin : begin + size]
                yield epoch, len(rows), self._step(rows)

    def _step(self, rows: NDArray[np.int64]) -> Losses:
        gains = self._advantages[rows]
        if self._settings.normalize and len(rows) > 1:
            gains = (gains - gains.mean()) / (gains.std(ddof=1) + np.float32(1e-8))
        cut = len(rows) // PARTS
        other = self._pool.submit(self._part, 1, rows[cut:], gains[cut:], len(rows))
        losses = self._part(0, rows[:cut], gains[:cut], len(rows))
        losses.add(other.result())
        self._move(rows)
        return losses

    def _part(self, part: int, rows: NDArray[np.int64], gains: NDArray[np.float32], batch: int) -> Losses:
        """The gradient of some rows of a batch, network by network."""
        losses = Losses()
        for place, flat in enumerate(self._flats):
            gradient = flat.gradients[part]
            gradient.flat[:] = 0.0
            own = slice(None) if self._network_of is None else self._network_of[rows] == place
            some = rows[own]
            if len(some):
                losses.add(
                    add_gradient(
                        self._rollout, some, gains[own], batch, flat.weights, gradient, self._settings.loss
                    )
                )
        return losses

    def _move(self, rows: NDArray[np.int64]) -> None:
        """One step of Adam for every network that the batch had rows of."""
        moved = range(len(self._flats)) if self._network_of is None else np.unique(self._network_of[rows])
        flats = [self._flats[place] for place in moved]
        squares = 0.0
        for flat in flats:
            whole = flat.gradients[0].flat
            whole += flat.gradients[1].flat
            squares += float(np.dot(whole, whole))
        scale = min(1.0, self._settings.max_grad_norm / (np.sqrt(squares) + 1e-6))
        for flat in flats:
            flat.step += 1
            adam_step(
                flat.weights.flat,
                flat.gradients[0].flat,
                flat.mean.flat,
                flat.square.flat,
                scale=scale,
                step=flat.step,
                learning_rate=self._rate,
                betas=self._betas,
                eps=self._eps,
            )


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
