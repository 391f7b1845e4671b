"""The 95 % interval of a success rate."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float

    def rounded(self, digits: int) -> list[float]:
        """``[low, high]``, rounded."""
        return [round(self.low, digits), round(self.high, digits)]

    def __str__(self) -> str:
        """In whole percent, for a rate in 0..1."""
        return f"{self.low:.0%} to {self.high:.0%}"


def wilson(successes: int, n: int, z: float = Z_95) -> Interval:
    """Wilson's interval for a success rate; ``[0, 1]`` when nothing was tried.

    >>> wilson(10, 25).rounded(3)
    [0.234, 0.593]

    Raises:
        ValueError: `successes` is not in ``0..n``.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}; expected 0 <= successes <= n")
    if n == 0:
        return Interval(0.0, 1.0)
    rate, z2 = successes / n, z * z
    centre = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Interval(low, high)
