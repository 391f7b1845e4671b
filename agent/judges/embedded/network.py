"""The judge's network in numpy: pictures to what they show, and claims in words to how likely they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.gru import heard_both_ways, sigmoid
from agent.judges.embedded.sight import (
    CELLS,
    CENTRE,
    COLUMNS,
    COUNTED,
    COUNTS,
    FACINGS,
    MATERIALS,
    ROWS,
    Floats,
    Sights,
)

TILE: Final = 64
"""Numbers that stand for a tile."""
KEY: Final = 64
VALUE: Final = 32
QUERIES: Final = 8
"""Look-ups that a sentence makes in each picture."""
WORD: Final = 128
"""Numbers that stand for a sentence."""
_LEAST: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence as the network asks it.

    Attributes:
        queries: float32[QUERIES, KEY].
        whole: float32[WORD].
    """

    queries: Floats
    whole: Floats


class Network:
    """The network.

    Args:
        weights: by name, as `agent.judge_training.model` calls them.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._weights = {name: values.astype(np.float32) for name, values in weights.items()}
        self._kernels = {
            name: np.ascontiguousarray(self._weights[f"{name}.weight"].transpose(2, 3, 1, 0))
            for name in ("mix_1", "mix_2")
        }

    def tiles(self, pixels: NDArray[np.uint8]) -> Floats:
        """uint8[n, TILES, TILE_SIZE] -> float32[n, TILES, TILE]."""
        shades = (pixels.astype(np.float32) / 255 - 0.4).astype(np.float32)
        states = self._linear(shades, "tile_in")
        states = self._linear(_gelu(states), "tile_out") + self._weights["place"]
        states = self._normed(states, "tile_norm")
        grid = states[:, :CELLS].reshape(-1, ROWS, COLUMNS, TILE)
        grid = grid + self._mixed(_gelu(self._mixed(grid, "mix_1")), "mix_2")
        mixed = self._normed(grid.reshape(-1, CELLS, TILE), "mix_norm")
        return np.concatenate([mixed, states[:, CELLS:]], 1)

    def read(self, tiles: Floats, temperature: float = 1.0) -> Sights:
        """What the pictures show, with probabilities; the temperature makes them more careful."""
        cell = self._linear(tiles[:, :CELLS], "cell") / temperature
        player = self._linear(tiles[:, CENTRE], "player") / temperature
        numbers = self._linear(tiles[:, CELLS : CELLS + len(COUNTED)], "number")
        light = self._linear(tiles[:, :CELLS].mean(1), "light")
        return Sights(
            _softmax(cell[..., : len(MATERIALS)]),
            _softmax(cell[..., len(MATERIALS) :]),
            _softmax(numbers / temperature).reshape(-1, len(COUNTED), COUNTS),
            sigmoid(player[:, -1]),
            _softmax(light / temperature),
            _softmax(player[:, : len(FACINGS)]),
        )

    def question(self, states: NDArray[Any]) -> Question:
        """A sentence's word pieces, float[pieces, SIZE], as a question."""
        inputs = self._linear(states.astype(np.float32), "word_in")
        heard = heard_both_ways(inputs, self._weights, "words")
        asked = _softmax(self._weights["ask"] @ heard.T / WORD**0.5) @ heard
        return Question(self._linear(asked, "query"), heard.max(0))

    def logit(self, tiles: Floats, moments: NDArray[np.integer], question: Question) -> float:
        """How likely the claim holds of one attempt, as a logit.

        Args:
            tiles: of its pictures.
            moments: int[MOMENTS], rows of `tiles` in order of time.
            question: the claim.
        """
        found = self._looked_up(tiles, question.queries)[moments]
        first, last, steps = found[0], found[-1], found[1:] - found[:-1]
        gate = np.tanh(self._linear(question.whole, "gate"))
        parts = [last, last - first, steps.max(0), steps.min(0), last * gate, question.whole]
        hidden = _gelu(self._linear(np.concatenate(parts), "head_in"))
        return float(self._linear(hidden, "head_out")[0])

    def _looked_up(self, tiles: Floats, queries: Floats) -> Floats:
        """What each query finds in each picture, float32[n, QUERIES * (VALUE + 1)]."""
        scores = self._linear(tiles, "key") @ queries.T / KEY**0.5
        values = _softmax(scores.transpose(0, 2, 1)) @ self._linear(tiles, "value")
        most = scores.max(1)
        mass = np.log(np.exp(scores - most[:, None]).sum(1)) + most
        return np.concatenate([values, mass[..., None]], -1).reshape(len(tiles), -1)

    def _mixed(self, grid: Floats, name: str) -> Floats:
        """A 3 by 3 convolution of float32[n, ROWS, COLUMNS, TILE]."""
        padded = np.pad(grid, ((0, 0), (1, 1), (1, 1), (0, 0)))
        kernel = self._kernels[name]
        mixed = np.broadcast_to(self._weights[f"{name}.bias"], grid.shape).copy()
        for dy in range(3):
            for dx in range(3):
                mixed += padded[:, dy : dy + ROWS, dx : dx + COLUMNS] @ kernel[dy, dx]
        return mixed

    def _linear(self, values: Floats, name: str) -> Floats:
        result: Floats = values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return result

    def _normed(self, values: Floats, name: str) -> Floats:
        centred = values - values.mean(-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(-1, keepdims=True) + _LEAST)
        result: Floats = centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return result


def _softmax(logits: Floats) -> Floats:
    exponents = np.exp(logits - logits.max(-1, keepdims=True))
    shares: Floats = exponents / exponents.sum(-1, keepdims=True)
    return shares


def _gelu(values: Floats) -> Floats:
    """As torch's ``gelu(approximate="tanh")``."""
    inner = 0.7978845608 * (values + 0.044715 * values * values * values)  # a power takes 100 times as long
    result: Floats = 0.5 * values * (1 + np.tanh(inner))
    return result
