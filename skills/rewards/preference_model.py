"""A reward learned from preferences, on disk and computed with numpy.

As kept on disk::

    {"schema": 1, "game": "toy", "skill": "collect_wood", "channels": ["did.collect_wood", ...],
     "layers": [{"weight": [[...]], "bias": [...]}, ...], "mean": 0.1, "deviation": 1.2,
     "quantiles": [19 numbers], "floor": 0.4}
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.text import plain
from skills.errors import LibraryDamaged
from skills.files import to_json
from skills.network import Layer

SCHEMA = 1
QUANTILE_PERCENTS = tuple(range(5, 100, 5))
"""Percentages of the table of quantiles."""
SIGNIFICANT_DIGITS = 6
"""Of weights on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceModel:
    """A Bradley-Terry reward of the fact changes in a step, calibrated over the distinct events; picklable.

    Attributes:
        game: registry name.
        skill: whose reward it is.
        channels: facts whose rise or fall it looks at.
        layers: of a network with ReLU between them; twice as many inputs as channels, one output.
        mean: of the outputs over the distinct events.
        deviation: of the same outputs, above 0.
        quantiles: of the normalised outputs over the distinct events, at `QUANTILE_PERCENTS`.
        floor: the highest normalised output of those distinct events that are no better than none.
    """

    game: str
    skill: str
    channels: tuple[str, ...]
    layers: tuple[Layer, ...]
    mean: float
    deviation: float
    quantiles: tuple[float, ...]
    floor: float

    def __post_init__(self) -> None:
        """Raise `ValueError` for what cannot be a model."""
        width = 2 * len(self.channels)
        for weight, bias in self.layers:
            if bias.ndim != 1 or weight.shape != (width, len(bias)):
                raise ValueError(f"a layer of shape {weight.shape} does not follow one of width {width}")
            width = len(bias)
        if width != 1 or not self.layers:
            raise ValueError(f"the last layer has {width} outputs; expected 1")
        numbers = [self.mean, self.deviation, *self.quantiles, self.floor]
        finite = all(map(math.isfinite, numbers)) and all(
            np.isfinite(part).all() for layer in self.layers for part in layer
        )
        if not finite or self.deviation <= 0 or len(self.quantiles) != len(QUANTILE_PERCENTS):
            raise ValueError("weights and calibration must be finite, and the deviation above 0")

    def normalised(self, signs: NDArray[np.signedinteger[Any]]) -> NDArray[np.float32]:
        """Outputs less their mean, over their deviation: int[n, C] -> float32[n]."""
        return np.asarray((raw_outputs(self.layers, signs) - self.mean) / self.deviation, np.float32)

    def threshold(self, percent: int) -> float:
        """What a normalised output must exceed to be paid: the quantile, and the floor at least.

        The papers use the quantile alone, which also pays neutral events when most of the events are worse.

        Raises:
            ValueError: a quantile that is not in the table.
        """
        if percent not in QUANTILE_PERCENTS:
            low, high = QUANTILE_PERCENTS[0], QUANTILE_PERCENTS[-1]
            raise ValueError(f"no quantile of {percent} %; there are {low} to {high} by 5")
        return max(self.quantiles[QUANTILE_PERCENTS.index(percent)], self.floor)

    def to_bytes(self) -> bytes:
        """The model as JSON; equal models give equal bytes, and nothing in it can be executed."""
        return to_json(
            {
                "schema": SCHEMA,
                "game": self.game,
                "skill": self.skill,
                "channels": list(self.channels),
                "layers": [{"weight": _rounded(w), "bias": _rounded(b)} for w, b in self.layers],
                "mean": _rounded(self.mean),
                "deviation": _rounded(self.deviation),
                "quantiles": _rounded(self.quantiles),
                "floor": _rounded(self.floor),
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes, where: str) -> PreferenceModel:
        """Read what `to_bytes` wrote. Raises `LibraryDamaged` with `where` in the message."""
        try:
            data = json.loads(content.decode("utf-8"))
            if data["schema"] != SCHEMA:
                raise ValueError(f"schema {data['schema']!r}, expected {SCHEMA}")
            with np.errstate(over="ignore"):  # a number that is too large becomes infinite, and is refused
                layers = tuple(
                    (np.array(layer["weight"], np.float32), np.array(layer["bias"], np.float32))
                    for layer in data["layers"]
                )
            return cls(
                game=str(data["game"]),
                skill=str(data["skill"]),
                channels=tuple(map(str, data["channels"])),
                layers=layers,
                mean=float(data["mean"]),
                deviation=float(data["deviation"]),
                quantiles=tuple(map(float, data["quantiles"])),
                floor=float(data["floor"]),
            )
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            reason = f"{type(error).__name__}: {plain(error, 200)}"
            raise LibraryDamaged(
                f"{where} is no reward learned from preferences: {reason}; restore it"
            ) from error


def features(signs: NDArray[np.signedinteger[Any]]) -> NDArray[np.float32]:
    """A network's input: which channels rose and which fell, int[n, C] -> float32[n, 2 C]."""
    return np.concatenate([signs > 0, signs < 0], axis=1, dtype=np.float32)


def raw_outputs(layers: Sequence[Layer], signs: NDArray[np.signedinteger[Any]]) -> NDArray[np.float32]:
    """The network's outputs, int[n, C] -> float32[n]."""
    x = features(signs)
    for weight, bias in layers[:-1]:
        x = np.maximum(x @ weight + bias, 0)
    weight, bias = layers[-1]
    return np.asarray((x @ weight + bias)[:, 0], np.float32)


def calibration(outputs: NDArray[np.float32]) -> tuple[float, float, tuple[float, ...]]:
    """Mean and deviation of the outputs over distinct events, and quantiles of the normalised ones.

    Raises:
        ValueError: all outputs are the same, so that none stands out.
    """
    values = outputs.astype(np.float64)
    mean, deviation = float(values.mean()), float(values.std())
    if not deviation > 0:
        raise ValueError(f"all {len(outputs)} events get the same reward; nothing stands out")
    table = np.percentile((values - mean) / deviation, QUANTILE_PERCENTS)
    return mean, deviation, tuple(map(float, table))


def _rounded(values: Any) -> Any:
    """Numbers cut to `SIGNIFICANT_DIGITS` significant digits, nested as they are."""
    if isinstance(values, np.ndarray):
        return _rounded(values.tolist())
    if isinstance(values, list | tuple):
        return [_rounded(value) for value in values]
    return float(f"{values:.{SIGNIFICANT_DIGITS}g}")
