"""One figure of the bench, and the arithmetic behind it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

REPEATS = 7
"""Runs of a short measurement; odd, so that the median is one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: the median of what several runs gave.

    Attributes:
        name: what was measured.
        samples: what each run gave, in order; at least one.
        unit: their unit; ``x`` for ratios.
        target: what is aimed at; None for none.
        at_least: whether the target is a lower bound (else an upper one).
        how: how it was measured.
    """

    name: str
    samples: tuple[float, ...]
    unit: str
    target: float | None = None
    at_least: bool = False
    how: str = ""

    def __post_init__(self) -> None:
        if not self.samples:
            raise ValueError(f"{self.name!r} has no samples; a figure rests on at least one run")

    @property
    def value(self) -> float:
        """The median."""
        return statistics.median(self.samples)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def to_record(self) -> dict[str, Any]:
        """The figure as JSON."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "samples": list(self.samples),
            "target": self.target,
            "at_least": self.at_least,
            "met": self.met,
            "how": self.how,
        }


def seconds_of(action: Callable[[], object], repeats: int = REPEATS) -> tuple[float, ...]:
    """Wall time of each of `repeats` calls, seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return tuple(times)


def scaled(samples: Sequence[float], factor: float) -> tuple[float, ...]:
    """Every sample times `factor`, for another unit.

    >>> scaled((0.25, 0.5), 1000)
    (250.0, 500.0)
    """
    return tuple(sample * factor for sample in samples)


def pairwise_ratios(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    """Ratio within each round, so that a change of the machine's speed between rounds cancels.

    >>> pairwise_ratios((30.0, 20.0), (3.0, 1.0))
    (10.0, 20.0)
    """
    return tuple(our / their for our, their in zip(ours, theirs, strict=True))
