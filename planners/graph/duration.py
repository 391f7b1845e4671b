"""How long a skill takes, predicted from a distance that is known at its start.

A game reports distances as facts. Play shows for every skill which of them the length of its successes
depends on, and how: collecting coal takes longer the farther the coal is away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from envs.facts import FactKind, Facts
from skills.skill import Counter

MIN_SUCCESSES = 20
"""Successes that a distance model needs at least."""

MIN_EXPLAINED_VARIANCE = 0.15
"""Share of the variance of a skill's length that a distance must explain."""

MIN_F_STATISTIC = 15.0
"""F statistic that it must reach: of many distances one always fits a few successes by chance."""

MIN_SUCCESSES_TO_CLIP = 5
"""Successes from which on long ones are clipped to a multiple of the mean."""

MAX_LENGTH_TO_MEAN = 3.0
"""Multiple of the mean so far to which longer successes are clipped, because one outlier bends the line."""

DISTANCE_AT_HAND = 2
"""Distance from which on something counts as at hand."""


Sum: TypeAlias = Annotated[float, Field(ge=0, le=1e60)]
"""Of lengths, distances or their products; finite."""


class LengthFit(BaseModel):
    """Sums over successes: their length (steps) against one distance at their start.

    Attributes:
        n: successes that began with the distance known.
        x: sum of the distances.
        xx: sum of their squares.
        y: sum of the lengths.
        xy: sum of the products.
        yy: sum of the squared lengths.
        unknown: successes that began with nothing of the kind known.
        unknown_y: sum of their lengths.
        unknown_yy: sum of the squares.
    """

    model_config = ConfigDict(extra="ignore")

    n: Counter = 0
    x: Sum = 0
    xx: Sum = 0
    y: Sum = 0
    xy: Sum = 0
    yy: Sum = 0
    unknown: Counter = 0
    unknown_y: Sum = 0
    unknown_yy: Sum = 0

    def record(self, distance: int | None, steps: float) -> None:
        """Add a success of `steps` steps; the distance is None when it was not known."""
        count = self.n + self.unknown
        if count >= MIN_SUCCESSES_TO_CLIP:
            steps = min(steps, MAX_LENGTH_TO_MEAN * (self.y + self.unknown_y) / count)
        if distance is None:
            self.unknown += 1
            self.unknown_y += steps
            self.unknown_yy += steps * steps
        else:
            self.n += 1
            self.x += distance
            self.xx += distance * distance
            self.y += steps
            self.xy += distance * steps
            self.yy += steps * steps

    def line(self) -> tuple[float, float]:
        """Intercept and slope of length against distance, by least squares; a slope is never negative."""
        if not self.n:
            return 0.0, 0.0
        spread = self.xx - self.x**2 / self.n
        slope = max(0.0, (self.xy - self.x * self.y / self.n) / spread) if spread > 0 else 0.0
        return (self.y - slope * self.x) / self.n, slope

    def residual(self) -> float:
        """Squared error left when the line stands for known distances, and a mean for the unknown one."""
        a, b = self.line()
        fitted = a * a * self.n + 2 * a * b * self.x + b * b * self.xx
        known = self.yy - 2 * (a * self.y + b * self.xy) + fitted
        unknown = self.unknown_yy - self.unknown_y**2 / self.unknown if self.unknown else 0.0
        return max(0.0, known) + max(0.0, unknown)

    def total(self) -> float:
        """Squared error left when one mean stands for all."""
        n = self.n + self.unknown
        return self.yy + self.unknown_yy - (self.y + self.unknown_y) ** 2 / n if n else 0.0


@dataclass(frozen=True, slots=True)
class DistanceModel:
    """The distance that a skill's length depends on.

    Attributes:
        fact: its name.
        base: steps that a success takes at distance 0.
        slope: additional steps per unit of distance.
        unknown: steps when it is not known where such a thing is.
        high: the fact's value that stands for not known.
    """

    fact: str
    base: float
    slope: float
    unknown: float
    high: int

    def steps(self, facts: Facts, strayed: float = 0.0) -> float:
        """Expected length of a success that starts from these facts, or farther away by `strayed`."""
        distance = facts.get(self.fact, self.high)
        if distance < self.high:
            return self.at(distance + strayed)
        return self.at(strayed) if strayed else max(1.0, self.unknown)

    def __str__(self) -> str:
        """For people.

        >>> str(DistanceModel(fact="distance.tree", base=1.0, slope=0.95, unknown=11.6, high=99))
        '1.0 + 0.95 x distance.tree; 11.6 when it is not known'
        """
        return f"{self.base:.1f} + {self.slope:.2f} x {self.fact}; {self.unknown:.1f} when it is not known"

    def at(self, distance: float) -> float:
        """Expected length of a success that starts this far away."""
        return max(1.0, self.base + self.slope * distance)


def record_lengths(
    fits: dict[str, LengthFit],
    before: Facts,
    steps: int,
    kinds: Mapping[str, FactKind],
    highs: Mapping[str, int],
) -> None:
    """Add a success to the sums of every distance that the game knows and has a largest value for."""
    for fact, value in before.items():
        if kinds.get(fact) == "distance" and fact in highs:
            fit = fits.setdefault(fact, LengthFit())
            fit.record(value if value < highs[fact] else None, steps)


def find_distance_model(fits: Mapping[str, LengthFit], highs: Mapping[str, int]) -> DistanceModel | None:
    """The distance that explains most of a skill's length; None when none explains enough.

    >>> fit = LengthFit()
    >>> for distance in range(25):
    ...     fit.record(distance, 3 + 2 * distance)
    >>> find_distance_model({"distance.tree": fit}, {"distance.tree": 99})
    DistanceModel(fact='distance.tree', base=3.0, slope=2.0, unknown=27.0, high=99)
    """
    best: tuple[float, str] | None = None
    for fact, fit in fits.items():
        total = fit.total()
        if fit.n < MIN_SUCCESSES or total <= 0 or fact not in highs:
            continue
        left = fit.residual() / total
        clear = (1 - left) * (fit.n + fit.unknown - 2) >= MIN_F_STATISTIC * left
        explains = fit.line()[1] > 0 and left <= 1 - MIN_EXPLAINED_VARIANCE and clear
        if explains and (best is None or left < best[0]):
            best = left, fact
    if best is None:
        return None
    fact, fit = best[1], fits[best[1]]
    base, slope = fit.line()
    mean = (fit.y + fit.unknown_y) / (fit.n + fit.unknown)
    unknown = fit.unknown_y / fit.unknown if fit.unknown else mean
    return DistanceModel(fact=fact, base=base, slope=slope, unknown=unknown, high=highs[fact])
