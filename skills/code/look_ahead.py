"""Predicts the next inputs of a function: in play often only a clock advances.

A call of the sandbox costs a millisecond, and a row in it three microseconds. In play, a function's input
often differs from the last one in one number that rises by itself: the steps of the execution, the turns
since the last prayer. Computing the results for its next values at once saves most calls.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

ROWS_AHEAD = 64
"""Rows computed at once, including the one asked for."""


class LookAhead:
    """Watches the rows that had to be computed one at a time."""

    def __init__(self, columns: Collection[int]) -> None:
        """Only the numbers in `columns` may be clocks."""
        self._columns = np.array(sorted(columns), np.intp)
        self._last: NDArray[np.int32] | None = None
        self._clock: int | None = None
        self._useful = True

    def rows(self, row: NDArray[np.int32]) -> NDArray[np.int32]:
        """The row asked for, ``int32[1, width]``, and those that may come next: ``int32[n, width]``.

        When a row differs from the one before in one of the columns only, and rose there, that is a clock.
        """
        if self._last is not None:
            changed = self._columns[(row[0] != self._last)[self._columns]]
            if len(changed) == 1 and row[0, changed[0]] > self._last[changed[0]]:
                self._clock = int(changed[0])
        self._last = row[0].copy()
        if self._clock is None or not self._useful:
            return row
        ahead = np.repeat(row, ROWS_AHEAD, axis=0)
        ahead[:, self._clock] += np.arange(ROWS_AHEAD, dtype=np.int32)
        return ahead

    def give_up(self) -> None:
        """Stop predicting, because the function fails on predicted rows."""
        self._useful = False
