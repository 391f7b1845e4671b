"""Positions as near to the wanted ones as order and spacing allow."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], spacing: Sequence[float]) -> list[float]:
    """The positions nearest to `wanted` (least squares) that keep order and spacing.

    Subtracting the cumulative spacing leaves an isotonic regression, solved by pooling neighbours.

    Args:
        wanted: in order.
        spacing: least distance of each position from the one before it; the first is not used.

    >>> spread([0.0, 0.0], [0.0, 10.0])
    [-5.0, 5.0]

    Source:
        Barlow and Brunk 1972, the isotonic regression problem and its dual (pool adjacent violators).
    """
    offsets = []
    total = 0.0
    for i, gap in enumerate(spacing):
        total += gap if i else 0.0
        offsets.append(total)
    pools: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        pools.append((value - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, n), (b, m) = pools[-2:]
            pools[-2:] = [((a * n + b * m) / (n + m), n + m)]
    places = [level for level, size in pools for _ in range(size)]
    return [level + offset for level, offset in zip(places, offsets, strict=True)]
