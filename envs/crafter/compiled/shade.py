"""Daylight, night and sleep over a drawn picture, compiled: the package's own arithmetic, pixel for pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_COLOUR = np.float32(0.4)
"""How much colour the night leaves."""
_NIGHT = (0.0, 16.0, 64.0)
_SLEEP = (0.0, 0.0, 16.0)


@njit(cache=True, nogil=True)
def shade(
    canvas: NDArray[np.uint8],
    noise: NDArray[np.float64],
    mask: NDArray[np.float64],
    daylight: float,
    asleep: bool,
) -> NDArray[np.uint8]:
    """The part of a picture that shows the land, as bright as the hour makes it.

    Args:
        canvas: uint8[width, height, 3], as by day.
        noise: float64[width, height], what is seen where it is dark; no elements where it is not.
        mask: float64[width, height], 0..1, how much of the noise is seen; as long as `noise`.
        daylight: 0..1.
        asleep: whether the player sleeps.

    Returns:
        uint8[width, height, 3].

    Source:
        ``crafter.engine.LocalView``; greys and blends are those of Pillow (``Convert.c``, ``Blend.c``).
    """
    out = np.empty_like(canvas)
    dark = np.empty(3, np.int64)
    lit = np.empty(3, np.float64)
    for x in range(canvas.shape[0]):
        for y in range(canvas.shape[1]):
            for c in range(3):
                value = float(canvas[x, y, c])
                if noise.size:
                    value = (1 - mask[x, y]) * value + mask[x, y] * noise[x, y]
                dark[c] = int(value)
            grey = _grey(dark[0], dark[1], dark[2])
            for c in range(3):
                faded = int(np.float32(grey) + _COLOUR * np.float32(dark[c] - grey))
                night = 0.5 * faded + 0.5 * _NIGHT[c]
                lit[c] = daylight * canvas[x, y, c] + (1 - daylight) * night
            if asleep:
                grey = _grey(int(lit[0]), int(lit[1]), int(lit[2]))
                for c in range(3):
                    lit[c] = 0.5 * grey + 0.5 * _SLEEP[c]
            for c in range(3):
                out[x, y, c] = int(lit[c])
    return out


@njit(cache=True, nogil=True)
def _grey(red: int, green: int, blue: int) -> Any:
    """ITU-R 601-2 luma in 16 bits, rounded."""
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16
