"""Guesses which inputs a function will be asked about next: in play mostly a clock goes on.

A call of the sandbox costs a millisecond, and a row in it three microseconds. While an agent acts, what is
asked of one function often differs from the last time in one number that rises by itself: the steps of the
execution, the turns since the last prayer. Answering for its next values at once saves most calls.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

AHEAD = 64
"""Rows computed at once, the one asked for included."""


class LookAhead:
    """Watches the rows that had to be computed one at a time."""

    def __init__(self) -> None:
        self._last: NDArray[np.int32] | None = None
        self._clock: int | None = None
        self._useful = True

    def rows(self, row: NDArray[np.int32]) -> NDArray[np.int32]:
        """The row asked for, ``int32[1, width]``, and those that may come next: ``int32[n, width]``.

        Once two rows in succession differed in nothing but one number that rose, that number is taken for a
        clock.
        """
        if self._last is not None:
            changed = np.flatnonzero(row[0] != self._last)
            if len(changed) == 1 and row[0, changed[0]] > self._last[changed[0]]:
                self._clock = int(changed[0])
        self._last = row[0].copy()
        if self._clock is None or not self._useful:
            return row
        ahead = np.repeat(row, AHEAD, axis=0)
        ahead[:, self._clock] += np.arange(AHEAD, dtype=np.int32)
        return ahead

    def give_up(self) -> None:
        """The function fails on rows that nobody asked for: ask for no more of them."""
        self._useful = False
