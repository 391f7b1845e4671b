"""A gated recurrent unit in numpy, as torch computes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.sight import Floats

Weights = Mapping[str, NDArray[Any]]


def heard_both_ways(inputs: Floats, weights: Weights, name: str) -> Floats:
    """A layer that reads float32[n, SIZE] forwards and backwards, float32[n, 2 * STATE]."""
    backwards = _heard(inputs[::-1], weights, f"{name}.{{}}_l0_reverse")[::-1]
    return np.concatenate([_heard(inputs, weights, f"{name}.{{}}_l0"), backwards], axis=1)


def gru_cell(inputs: Floats, state: Floats, weights: Weights, name: str) -> Floats:
    """The next state after one input."""
    new = weights[f"{name}.weight_ih"] @ inputs + weights[f"{name}.bias_ih"]
    old = weights[f"{name}.weight_hh"] @ state + weights[f"{name}.bias_hh"]
    return _next(new, old, state)


def _heard(inputs: Floats, weights: Weights, name: str) -> Floats:
    """One direction, float32[n, STATE]."""
    way_in, way_on, bias_in, bias_on = (
        weights[name.format(part)] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    state: Floats = np.zeros(way_on.shape[1], np.float32)
    states = []
    for new in inputs @ way_in.T + bias_in:
        state = _next(new, way_on @ state + bias_on, state)
        states.append(state)
    return np.stack(states)


def _next(new: Floats, old: Floats, state: Floats) -> Floats:
    (r, z, n), (hr, hz, hn) = np.split(new, 3), np.split(old, 3)
    keep = sigmoid(z + hz)
    fresh = np.tanh(n + sigmoid(r + hr) * hn)
    return np.asarray((1 - keep) * fresh + keep * state, np.float32)


def sigmoid(logits: Floats) -> Floats:
    """Logits as probabilities, of the same shape."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)
