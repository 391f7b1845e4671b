"""A network's weights and Adam's state as flat vectors, copied from torch and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeAlias, cast

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from skills.training.lean.split_inputs import SplitInputs

Array = NDArray[np.float32]
_Rows: TypeAlias = "slice | NDArray[np.int64]"


class LayerBlocks:
    """The layers of actor and critic as views of one flat vector.

    A block is float32[inputs + 1, outputs]: weights, and one row that is the bias. The first layers of both
    see the same input and stand side by side.

    Args:
        inputs: how the rows of the first block are ordered.
        actor: outputs of each of the actor's layers, the logits' last.
        critic: outputs of each of the critic's layers, the value's last.

    Attributes:
        flat: all numbers, float32[n].
        first: float32[D + 1, H + K]: the actor's H outputs, then the critic's K.
        split: H.
        actor: the blocks that follow in the actor; the bias is the last row.
        critic: those that follow in the critic.
    """

    def __init__(self, inputs: SplitInputs, actor: Sequence[int], critic: Sequence[int]) -> None:
        self._inputs = inputs
        shapes = [(len(inputs.places) + 1, actor[0] + critic[0])]
        shapes += [(width + 1, outputs) for part in (actor, critic) for width, outputs in pairwise(part)]
        ends = np.cumsum([0, *(height * width for height, width in shapes)]).tolist()
        self.flat = np.zeros(ends[-1], np.float32)
        blocks = [
            self.flat[begin:end].reshape(shape)
            for (begin, end), shape in zip(pairwise(ends), shapes, strict=True)
        ]
        self.first, self.split = blocks[0], actor[0]
        self.actor, self.critic = blocks[1 : len(actor)], blocks[len(actor) :]

    def read(self) -> list[Array]:
        """Weights float32[outputs, inputs] and biases, layer by layer, those of the actor first; copies."""
        return [
            part.copy()
            for block, rows, bias, columns in self._layers()
            for part in (block[rows, columns].T, block[bias, columns])
        ]

    def write(self, parts: Sequence[Array]) -> None:
        """Take over what `read` gives."""
        for (block, rows, bias, columns), weight, offset in zip(
            self._layers(), parts[::2], parts[1::2], strict=True
        ):
            block[rows, columns] = weight.T
            block[bias, columns] = offset

    def _layers(self) -> Iterator[tuple[Array, _Rows, int, slice]]:
        """Block, the rows of its weights, the row of its bias, and its columns, layer by layer."""
        places, bias = self._inputs.places, self._inputs.bias
        for columns, blocks in (
            (slice(self.split), self.actor),
            (slice(self.split, None), self.critic),
        ):
            yield self.first, places, bias, columns
            yield from ((block, slice(-1), -1, slice(None)) for block in blocks)


class FlatNetwork:
    """One network of stable-baselines3's shape, and its part of the optimiser's state, copied out of torch.

    Args:
        policy: the network.
        optimizer: Adam, of this network and perhaps others.
        inputs: what the network sees.

    Attributes:
        weights: the numbers that are learned.
        gradient: of the loss.
        mean: Adam's running mean of gradients.
        square: Adam's running mean of squared gradients.
        step: how many steps Adam has taken.
        parameters: torch's tensors, in the order of `LayerBlocks.read`.
    """

    def __init__(
        self, policy: ActorCriticPolicy, optimizer: torch.optim.Optimizer, inputs: SplitInputs
    ) -> None:
        actor = _linears(policy.mlp_extractor.policy_net, policy.action_net)
        critic = _linears(policy.mlp_extractor.value_net, policy.value_net)
        self._optimizer = optimizer
        self.parameters = [part for layer in [*actor, *critic] for part in (layer.weight, layer.bias)]
        widths = [[layer.out_features for layer in layers] for layers in (actor, critic)]
        self.weights, self.gradient, self.mean, self.square = (LayerBlocks(inputs, *widths) for _ in range(4))
        self.step = 0
        self._load()

    def _load(self) -> None:
        self.weights.write([_array(parameter) for parameter in self.parameters])
        states = [self._optimizer.state.get(parameter, {}) for parameter in self.parameters]
        if all(states):
            self.mean.write([_array(state["exp_avg"]) for state in states])
            self.square.write([_array(state["exp_avg_sq"]) for state in states])
            self.step = int(states[0]["step"])

    def store(self) -> None:
        """Copy everything back, Adam's state in torch's own layout."""
        if not self.step:
            return
        parts = (self.weights.read(), self.mean.read(), self.square.read())
        with torch.no_grad():
            for parameter, weight, mean, square in zip(self.parameters, *parts, strict=True):
                state = self._optimizer.state[parameter]
                if not state:
                    state["step"] = torch.zeros((), dtype=torch.float32)
                    state["exp_avg"] = torch.zeros_like(parameter)
                    state["exp_avg_sq"] = torch.zeros_like(parameter)
                parameter.copy_(torch.from_numpy(weight))
                state["step"].fill_(self.step)
                state["exp_avg"].copy_(torch.from_numpy(mean))
                state["exp_avg_sq"].copy_(torch.from_numpy(square))


def _linears(hidden: Any, head: torch.nn.Module) -> list[torch.nn.Linear]:
    layers = [*hidden, head]
    return [layer for layer in layers if isinstance(layer, torch.nn.Linear)]


def _array(tensor: torch.Tensor) -> Array:
    return cast(Array, tensor.detach().numpy())
