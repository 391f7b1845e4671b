"""A network's weights and Adam's state as flat vectors, copied from torch and back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias, cast

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

Layer: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weight float32[inputs, outputs] and bias float32[outputs]."""


class LayerViews:
    """The layers of actor and critic as views of one flat vector.

    The first layers of both see the same input and stand side by side.

    Args:
        flat: all numbers, float32[n].
        inputs: of the first layers.
        actor: outputs of each of the actor's layers, the logits' last.
        critic: outputs of each of the critic's layers, the value's last.

    Attributes:
        first: weight float32[D, H + K] and bias float32[H + K]: the actor's H outputs, then the critic's K.
        split: H.
        actor: the layers that follow in the actor.
        critic: those that follow in the critic.
    """

    def __init__(self, flat: NDArray[np.float32], inputs: int, actor: list[int], critic: list[int]) -> None:
        self.flat = flat
        self._at = 0
        self.split = actor[0]
        self.first = self._layer(inputs, actor[0] + critic[0])
        self.actor = [self._layer(width, outputs) for width, outputs in pairwise(actor)]
        self.critic = [self._layer(width, outputs) for width, outputs in pairwise(critic)]

    def parameters(self) -> list[NDArray[np.float32]]:
        """Weights and biases, layer by layer, those of the actor first."""
        (weight, bias), split = self.first, self.split
        layers = [
            (weight[:, :split], bias[:split]),
            *self.actor,
            (weight[:, split:], bias[split:]),
            *self.critic,
        ]
        return [part for layer in layers for part in layer]

    def _layer(self, inputs: int, outputs: int) -> Layer:
        return self._take(inputs * outputs).reshape(inputs, outputs), self._take(outputs)

    def _take(self, count: int) -> NDArray[np.float32]:
        self._at += count
        return self.flat[self._at - count : self._at]


class FlatNetwork:
    """One network of stable-baselines3's shape, and its part of the optimiser's state, copied out of torch.

    Args:
        policy: the network.
        optimizer: Adam, of this network and perhaps others.
        sets: how many sets of gradients are computed side by side.

    Attributes:
        weights: the numbers that are learned.
        gradients: the sets of gradients.
        mean: Adam's running mean of gradients.
        square: Adam's running mean of squared gradients.
        step: how many steps Adam has taken.
        parameters: torch's tensors, in the order of `LayerViews.parameters`.
    """

    def __init__(self, policy: ActorCriticPolicy, optimizer: torch.optim.Optimizer, sets: int) -> None:
        actor = _linears(policy.mlp_extractor.policy_net, policy.action_net)
        critic = _linears(policy.mlp_extractor.value_net, policy.value_net)
        self._optimizer = optimizer
        self.parameters = [part for layer in [*actor, *critic] for part in (layer.weight, layer.bias)]
        count = sum(parameter.numel() for parameter in self.parameters)

        def views() -> LayerViews:
            outputs = [[layer.out_features for layer in layers] for layers in (actor, critic)]
            return LayerViews(np.zeros(count, np.float32), actor[0].in_features, *outputs)

        self.weights, self.mean, self.square = views(), views(), views()
        self.gradients = [views() for _ in range(sets)]
        self.step = 0
        self._load()

    def _load(self) -> None:
        parts = (self.weights.parameters(), self.mean.parameters(), self.square.parameters())
        for parameter, weight, mean, square in zip(self.parameters, *parts, strict=True):
            weight[...] = _array(parameter)
            if state := self._optimizer.state.get(parameter):
                mean[...], square[...] = _array(state["exp_avg"]), _array(state["exp_avg_sq"])
                self.step = int(state["step"])

    def store(self) -> None:
        """Copy everything back, Adam's state in torch's own layout."""
        if not self.step:
            return
        parts = (self.weights.parameters(), self.mean.parameters(), self.square.parameters())
        with torch.no_grad():
            for parameter, weight, mean, square in zip(self.parameters, *parts, strict=True):
                state = self._optimizer.state[parameter]
                if not state:
                    state["step"] = torch.zeros((), dtype=torch.float32)
                    state["exp_avg"] = torch.zeros_like(parameter)
                    state["exp_avg_sq"] = torch.zeros_like(parameter)
                parameter.copy_(_tensor(weight))
                state["step"].fill_(self.step)
                state["exp_avg"].copy_(_tensor(mean))
                state["exp_avg_sq"].copy_(_tensor(square))


def _linears(hidden: Any, head: torch.nn.Module) -> list[torch.nn.Linear]:
    layers = [*hidden, head]
    return [layer for layer in layers if isinstance(layer, torch.nn.Linear)]


def _array(tensor: torch.Tensor) -> NDArray[np.float32]:
    return cast(NDArray[np.float32], tensor.detach().numpy().T)


def _tensor(array: NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array.T))
