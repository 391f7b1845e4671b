"""From raw scores to verdicts: temperature, two thresholds, and more caution with unfamiliar words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    """

    read: Scale
    familiar: Scale
    unfamiliar: Scale
    least_likeness: float

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Calibration:
        """From JSON values. Raises `KeyError`, `TypeError`."""
        scales = {name: Scale(**record[name]) for name in ("read", "familiar", "unfamiliar")}
        return cls(**scales, least_likeness=float(record["least_likeness"]))


def logit_of(chance: float | NDArray[np.floating]) -> Any:
    """The logit of a chance, within bounds."""
    sure = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.log(sure / (1 - sure))
