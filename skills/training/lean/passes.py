"""Forward and backward through a network, for some rows of a rollout, in buffers that are used again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from skills.training.lean.flat_network import Array, FlatNetwork
from skills.training.lean.split_inputs import SplitInputs


class Passes:
    """What a network makes of rows of a rollout, and the gradient of a loss of that.

    Args:
        network: whose gradient is computed.
        inputs: what it sees.
        capacity: the most rows of a pass.
    """

    def __init__(self, network: FlatNetwork, inputs: SplitInputs, capacity: int) -> None:
        weights, gradient = network.weights, network.gradient
        self._inputs, self._first, self._d_first = inputs, weights.first, gradient.first
        self._taken = np.empty((capacity, inputs.common.shape[1]), np.float32)
        self._sums = np.empty((capacity, weights.first.shape[1]), np.float32)
        self._actor = _Tower(weights.actor, gradient.actor, slice(weights.split), capacity)
        self._critic = _Tower(weights.critic, gradient.critic, slice(weights.split, None), capacity)

    def forward(self, rows: NDArray[np.int64]) -> tuple[Array, Array]:
        """Logits float32[m, A] and values float32[m] of rows int64[m]; overwritten by the next pass."""
        taken, sums = self._taken[: len(rows)], self._sums[: len(rows)]
        self._inputs.take(rows, taken)
        self._inputs.multiply(rows, taken, self._first, sums)
        return self._actor.forward(sums), self._critic.forward(sums)[:, 0]

    def backward(self, rows: NDArray[np.int64], d_logits: Array, d_values: Array) -> None:
        """Compute the network's gradient, given that by the outputs of the latest `forward`."""
        d_sums = self._sums[: len(rows)]  # nobody needs the sums any more
        self._actor.backward(d_logits, d_sums)
        self._critic.backward(d_values[:, None], d_sums)
        self._inputs.outer(rows, self._taken[: len(rows)], d_sums, self._d_first)


class _Tower:
    """Actor or critic above what the first layer sums up: a tanh and a layer, as often as there are blocks.

    Args:
        blocks: the layers' weights and biases.
        gradients: of the same shapes.
        own: the columns of the first layer that belong to this tower.
        capacity: the most rows of a pass.
    """

    def __init__(
        self, blocks: Sequence[Array], gradients: Sequence[Array], own: slice, capacity: int
    ) -> None:
        self._blocks, self._gradients, self._own = blocks, gradients, own
        self._hidden = [np.ones((capacity, len(block)), np.float32) for block in blocks]  # a 1 for the bias
        self._sums = [np.empty((capacity, block.shape[1]), np.float32) for block in blocks]
        below = [np.empty((capacity, len(block) - 1), np.float32) for block in blocks[:1]]
        self._deltas = [*below, *self._sums[:-1]]  # these sums are not needed after the tanh

    def forward(self, first: Array) -> Array:
        """The last layer's sums, float32[m, outputs], given the first one's."""
        sums = first[:, self._own]
        for hidden, block, out in zip(self._hidden, self._blocks, self._sums, strict=True):
            above = hidden[: len(first)]
            np.tanh(sums, out=above[:, :-1])
            sums = np.matmul(above, block, out=out[: len(first)])
        return np.ascontiguousarray(sums)

    def backward(self, delta: Array, d_first: Array) -> None:
        """Write the blocks' gradients and that of the first layer's sums, given that of the last one's."""
        count = len(delta)
        for i in reversed(range(len(self._blocks))):
            hidden, below = self._hidden[i][:count], self._deltas[i][:count]
            np.matmul(hidden.T, delta, out=self._gradients[i])
            # an outer product, such as the value's, is quicker multiplied number by number
            multiply = np.multiply if delta.shape[1] == 1 else np.matmul
            multiply(delta, self._blocks[i][:-1].T, out=below)
            _slope(below, hidden)
            delta = below
        d_first[:, self._own] = delta


@njit(cache=True, nogil=True)
def _slope(delta: NDArray[Any], hidden: NDArray[Any]) -> None:
    """Multiply with the slope of the tanh that gave `hidden`, float32[m, H + 1]."""
    for q in range(delta.shape[0]):
        change, value = delta[q], hidden[q]
        for j in range(change.shape[0]):
            change[j] *= 1 - value[j] * value[j]
