"""How long a skill takes, told from what is known at its start: a tree in sight is not a tree to be found.

A game reports distances as facts. For every skill play shows which of them its length depends on (its lead),
and how; nobody has to say that collecting coal leads to the coal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt

from envs.facts import FactKind, Facts

ENOUGH_STARTS = 20
"""Successes that a lead is told from at least."""

TELLING = 0.15
"""Share of the variance of a skill's length that a distance must account for to be its lead, and ..."""

CLEAR = 15.0
"""... F statistic that it must reach: of many distances one always fits a few successes by chance."""

FEWEST_LENGTHS = 5
"""Successes that a mean says something after."""

OUTLIER = 3.0
"""Multiple of the mean so far beyond which a length counts as this: one long search would bend every line."""

NEAR = 2
"""Distance from which on something counts as at hand."""


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

    n: NonNegativeInt = 0
    x: NonNegativeFloat = 0
    xx: NonNegativeFloat = 0
    y: NonNegativeFloat = 0
    xy: NonNegativeFloat = 0
    yy: NonNegativeFloat = 0
    unknown: NonNegativeInt = 0
    unknown_y: NonNegativeFloat = 0
    unknown_yy: NonNegativeFloat = 0

    def record(self, distance: int | None, steps: float) -> None:
        """Add a success of `steps` steps; the distance is None when it was not known."""
        count = self.n + self.unknown
        if count >= FEWEST_LENGTHS:
            steps = min(steps, OUTLIER * (self.y + self.unknown_y) / count)
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
        base: steps that a success takes with the thing at hand, and ...
        slope: ... how many more per unit of distance.
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

        >>> str(Lead(fact="distance.tree", base=1.0, slope=0.95, unknown=11.6, high=99))
        '1.0 + 0.95 x distance.tree; 11.6 when it is not known'
        """
        return f"{self.base:.1f} + {self.slope:.2f} x {self.fact}; {self.unknown:.1f} when it is not known"

    def at(self, distance: float) -> float:
        """Expected length of a success that starts this far away."""
        return max(1.0, self.base + self.slope * distance)


def record_lengths(
    courses: dict[str, LengthFit],
    before: Facts,
    steps: int,
    kinds: Mapping[str, FactKind],
    highs: Mapping[str, int],
) -> None:
    """Add a success to the sums of every distance that the game knows and has a largest value for."""
    for fact, value in before.items():
        if kinds.get(fact) == "distance" and fact in highs:
            course = courses.setdefault(fact, LengthFit())
            course.record(value if value < highs[fact] else None, steps)


def find_distance_model(courses: Mapping[str, LengthFit], highs: Mapping[str, int]) -> DistanceModel | None:
    """The distance that tells most about a skill's length; None when none tells much.

    >>> course = Course()
    >>> for distance in range(25):
    ...     course.record(distance, 3 + 2 * distance)
    >>> find_lead({"distance.tree": course}, {"distance.tree": 99})
    Lead(fact='distance.tree', base=3.0, slope=2.0, unknown=27.0, high=99)
    """
    best: tuple[float, str] | None = None
    for fact, course in courses.items():
        total = course.total()
        if course.n < ENOUGH_STARTS or total <= 0 or fact not in highs:
            continue
        left = course.residual() / total
        clear = (1 - left) * (course.n + course.unknown - 2) >= CLEAR * left
        if course.line()[1] > 0 and left <= 1 - TELLING and clear and (best is None or left < best[0]):
            best = left, fact
    if best is None:
        return None
    fact, course = best[1], courses[best[1]]
    base, slope = course.line()
    mean = (course.y + course.unknown_y) / (course.n + course.unknown)
    unknown = course.unknown_y / course.unknown if course.unknown else mean
    return DistanceModel(fact=fact, base=base, slope=slope, unknown=unknown, high=highs[fact])
