"""PPO's update with its gradients written out: the mathematics of stable-baselines3's, for less time.

For small networks on a processor, much of an update by automatic differentiation is the bookkeeping
of some hundred small operations. The loss has one fixed form here, so its gradient has too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Transitions of a rollout.

    Attributes:
        encodings: float32[n, D].
        actions: int64[n, 1].
        log_probs: float32[n, 1], of the actions when they were taken.
        advantages: float32[n, 1].
        returns: float32[n, 1].
    """

    encodings: Tensor
    actions: Tensor
    log_probs: Tensor
    advantages: Tensor
    returns: Tensor

    def rows(self, chosen: Tensor) -> Batch:
        """The transitions ``chosen: int64[m]``."""
        return Batch(
            encodings=self.encodings.index_select(0, chosen),
            actions=self.actions.index_select(0, chosen),
            log_probs=self.log_probs.index_select(0, chosen),
            advantages=self.advantages.index_select(0, chosen),
            returns=self.returns.index_select(0, chosen),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of the loss.

    Attributes:
        clip_range: how far the policy's ratio may move.
        entropy: of the entropy bonus.
        value: of the value loss.
    """

    clip_range: float
    entropy: float
    value: float


class Tower:
    """Tanh layers and a linear head, with gradients by hand.

    Args:
        layers: in order; tanh follows all but the last.
    """

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        self._layers = tuple(layers)
        self._seen: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        """The head's output, ``float32[n, D] -> float32[n, out]``."""
        self._seen = [x]
        for layer in self._layers[:-1]:
            x = torch.addmm(layer.bias, x, layer.weight.t()).tanh_()
            self._seen.append(x)
        head = self._layers[-1]
        return torch.addmm(head.bias, x, head.weight.t())

    def backward(self, gradient: Tensor) -> None:
        """Write the parameters' ``grad``, given the gradient by the latest output."""
        for i in range(len(self._layers) - 1, -1, -1):
            layer, x = self._layers[i], self._seen[i]
            layer.weight.grad = gradient.t() @ x
            layer.bias.grad = gradient.sum(0)
            if i:
                gradient = (gradient @ layer.weight).mul_(1 - x * x)


def gradients(actor: Tower, critic: Tower, batch: Batch, weights: Weights) -> Tensor:
    """Write the loss's gradients by all parameters. Source: Schulman et al. 2017, equations 7 and 9.

    Advantages are scaled to mean zero and deviation one within the batch.

    Returns:
        Policy loss, value loss, entropy loss, approximate divergence, share of clipped ratios and the whole
        loss, float32[6].
    """
    n, advantages = len(batch.actions), batch.advantages
    if n > 1:
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    log_policy = torch.log_softmax(actor.forward(batch.encodings), 1)
    policy = log_policy.exp()
    entropy = -(policy * log_policy).sum(1, keepdim=True)
    log_ratio = log_policy.gather(1, batch.actions) - batch.log_probs
    ratio = log_ratio.exp()
    free, held = advantages * ratio, advantages * ratio.clamp(1 - weights.clip_range, 1 + weights.clip_range)
    clipped = (ratio - 1).abs() > weights.clip_range
    counts = (free <= held) | ~clipped  # elsewhere the loss does not depend on the ratio
    by_log_prob = torch.where(counts, free, torch.zeros_like(free)) * (-1 / n)
    # d log p(a) / d logits = 1[a] - p;  d entropy / d logits = -p (log p + entropy)
    by_logits = policy * ((log_policy + entropy) * (weights.entropy / n) - by_log_prob)
    by_logits.scatter_add_(1, batch.actions, by_log_prob)
    actor.backward(by_logits)
    missed = critic.forward(batch.encodings) - batch.returns
    critic.backward(missed * (2 * weights.value / n))
    losses = torch.stack(
        (
            -torch.min(free, held).mean(),
            (missed * missed).mean(),
            -entropy.mean(),
            (ratio - 1 - log_ratio).mean(),
            clipped.float().mean(),
        )
    )
    whole = losses[0] + weights.value * losses[1] + weights.entropy * losses[2]
    return torch.cat((losses, whole[None]))


def clip_gradients(parameters: Sequence[nn.Parameter], most: float) -> None:
    """Scale all gradients down together, so that their norm is at most `most`."""
    grads = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = torch.stack([torch.linalg.vector_norm(grad) for grad in grads]).norm()
    share = most / (float(norm) + 1e-6)
    if share < 1:
        torch._foreach_mul_(grads, share)
