"""One step of Adam over a flat vector. Source: Kingma and Ba 2015, as torch's fused Adam computes it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


def adam_step(
    weights: NDArray[np.float32],
    gradient: NDArray[np.float32],
    mean: NDArray[np.float32],
    square: NDArray[np.float32],
    *,
    scale: float,
    step: int,
    learning_rate: float,
    betas: tuple[float, float],
    eps: float,
) -> None:
    """Change float32[n] weights and both moments in place.

    Moments that are all but zero become zero: where an input is no longer set they would shrink for ever, and
    processors are slow with the smallest numbers.

    Args:
        weights: what is learned.
        gradient: of the loss.
        mean: running mean of gradients.
        square: running mean of their squares.
        scale: factor on the gradient, 1 unless it is clipped.
        step: number of this step, from 1.
        learning_rate: of this step.
        betas: shares of the running means that stay.
        eps: added to the root.
    """
    first, second = betas
    root = np.sqrt(1 - second**step)
    _step(
        weights,
        gradient,
        mean,
        square,
        np.float32(first),
        np.float32((1 - first) * scale),
        np.float32(second),
        np.float32((1 - second) * scale * scale),
        np.float32(learning_rate * root / (1 - first**step)),
        np.float32(eps * root),
    )


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract", "arcp", "afn", "nsz"})
def _step(
    weights: NDArray[Any],
    gradient: NDArray[Any],
    mean: NDArray[Any],
    square: NDArray[Any],
    first: Any,
    first_rest: Any,
    second: Any,
    second_rest: Any,
    rate: Any,
    eps: Any,
) -> None:
    least = np.float32(1e-30)
    for i in range(len(weights)):
        change = gradient[i]
        m = first * mean[i] + first_rest * change
        s = second * square[i] + second_rest * change * change
        m = m if abs(m) > least else m * np.float32(0)
        s = s if s > least else s * np.float32(0)
        mean[i], square[i] = m, s
        weights[i] -= rate * m / (np.sqrt(s) + eps)
