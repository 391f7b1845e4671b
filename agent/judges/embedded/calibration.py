"""From raw scores to verdicts: temperature, two thresholds, and more caution with unfamiliar words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.errors import BadWeights
from envs.text import brief
from planners.plan import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How scores of one kind are turned into verdicts.

    Attributes:
        temperature: scores are divided by it.
        bias: added afterwards.
        done: chance from which on it is done.
        not_done: chance up to which it is not done.
    """

    temperature: float
    bias: float
    done: float
    not_done: float

    def chance(self, logit: float | NDArray[np.floating]) -> Any:
        """Chance that the claim holds, 0..1."""
        return 1 / (1 + np.exp(-np.clip(np.asarray(logit) / self.temperature + self.bias, -50, 50)))

    def outcome(self, chance: float) -> Outcome:
        """The verdict."""
        if chance >= self.done:
            return "done"
        return "not_done" if chance <= self.not_done else "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the judge's scores are worth, measured on seeds that it was not trained on.

    Attributes:
        read: of what the reader says.
        familiar: of what is made of other sentences, where they are like those of training.
        unfamiliar: of what is made of all others.
        least_likeness: likeness to a known sentence from which on one is familiar.
        translated: temperature of the shares that a translation gives to claims.
    """

    read: Scale
    familiar: Scale
    unfamiliar: Scale
    least_likeness: float
    translated: float = 1.0

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Calibration:
        """From JSON values. Raises `BadWeights`."""
        scales = {name: _scale(name, _part(record, name)) for name in ("read", "familiar", "unfamiliar")}
        translated = _number(record, "translated", 1e-3, 1e3) if "translated" in record else 1.0
        return cls(**scales, least_likeness=_number(record, "least_likeness", -1, 1), translated=translated)


def _part(record: Any, name: str) -> Any:
    """A part of the record. Raises `BadWeights`."""
    if not isinstance(record, Mapping) or name not in record:
        raise BadWeights(f"the calibration has no {name!r}")
    return record[name]


def _scale(name: str, record: Any) -> Scale:
    """Raises `BadWeights`."""
    scale = Scale(
        temperature=_number(record, "temperature", 1e-3, 1e3),
        bias=_number(record, "bias", -1e3, 1e3),
        done=_number(record, "done", 0, 1),
        not_done=_number(record, "not_done", 0, 1),
    )
    if scale.not_done > scale.done:
        raise BadWeights(f"the calibration {name!r} calls the same chance done and not done")
    return scale


def _number(record: Any, name: str, low: float, high: float) -> float:
    """A number of the record within bounds. Raises `BadWeights`."""
    value = _part(record, name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadWeights(
            f"the calibration's {name!r} is {brief(value)}, expected a number from {low:g} to {high:g}"
        )
    return float(value)


def logit_of(chance: float | NDArray[np.floating]) -> Any:
    """The logit of a chance, within bounds."""
    sure = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.log(sure / (1 - sure))
