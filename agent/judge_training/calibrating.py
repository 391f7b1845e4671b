"""What scores are worth: a temperature, and thresholds that keep errors rare on unseen seeds."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.calibration import Scale

FALSE_DONE: Final = 0.01
"""Of attempts that failed, at most this share may be called done."""
MISSED: Final = 0.05
"""Of attempts that succeeded, at most this share may be called not done."""


def fit_scale(
    logits: NDArray[np.float64],
    holds: NDArray[np.bool_],
    false_done: float = FALSE_DONE,
    missed: float = MISSED,
) -> Scale:
    """A scale for scores.

    The thresholds are the least careful ones whose error rates, each with one more error counted in, stay
    within the bounds (conformal risk control: A. Angelopoulos et al., ICLR 2024).

    Args:
        logits: the scores, of seeds that nothing was trained on.
        holds: whether the claims held.
        false_done: bound for calling what failed done.
        missed: bound for calling what succeeded not done.
    """
    temperature, bias = _temperature(logits, holds)
    chances = np.asarray(Scale(temperature=temperature, bias=bias, done=1, not_done=0).chance(logits))
    done = _threshold(chances[~holds], false_done)
    not_done = 1 - _threshold(1 - chances[holds], missed)
    return Scale(temperature=temperature, bias=bias, done=max(done, 0.5), not_done=min(not_done, 0.5))


def _threshold(wrong: NDArray[np.float64], bound: float) -> float:
    """Least value that at most a share `bound` of `wrong` reaches, one more counted in."""
    allowed = int(np.floor(bound * (len(wrong) + 1))) - 1
    if allowed < 0:
        return 1.0
    above = np.sort(wrong)[::-1]
    return float(min(1.0, np.nextafter(above[allowed], 2))) if allowed < len(above) else 0.5


def _temperature(logits: NDArray[np.float64], holds: NDArray[np.bool_]) -> tuple[float, float]:
    """Temperature and bias of the least log loss, on a grid."""
    best, found = np.inf, (1.0, 0.0)
    for temperature in np.geomspace(0.5, 8, 25):
        for bias in np.linspace(-2, 2, 21):
            scaled = np.where(holds, 1, -1) * (logits / temperature + bias)
            loss = float(np.logaddexp(0, -scaled).mean())
            if loss < best:
                best, found = loss, (float(temperature), float(bias))
    return found
