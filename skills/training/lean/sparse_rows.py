"""The inputs of a rollout without their zeros, and the first layer of a network on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows of numbers, most of them zero, in compressed form.

    Attributes:
        starts: where each row begins in the other two, int64[n + 1].
        columns: of the numbers that are not zero, int32[...].
        values: these numbers, float32[...].
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, dense: NDArray[np.float32]) -> SparseRows:
        """Compress float32[n, D]."""
        counts = np.count_nonzero(dense, axis=1)
        starts = np.zeros(len(dense) + 1, np.int64)
        np.cumsum(counts, out=starts[1:])
        columns = np.empty(starts[-1], np.int32)
        values = np.empty(starts[-1], np.float32)
        _compress(np.ascontiguousarray(dense), columns, values)
        return cls(starts, columns, values)

    def times(
        self, rows: NDArray[np.int64], weight: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The chosen rows times ``weight`` plus ``bias``: float32[len(rows), M] from [D, M] and [M]."""
        result = np.empty((len(rows), len(bias)), np.float32)
        _multiply(rows, self.starts, self.columns, self.values, weight, bias, result)
        return result

    def add_outer(
        self, rows: NDArray[np.int64], delta: NDArray[np.float32], gradient: NDArray[np.float32]
    ) -> None:
        """Add the transposed rows times ``delta`` float32[len(rows), M] to ``gradient`` float32[D, M]."""
        _add_outer(rows, self.starts, self.columns, self.values, delta, gradient)


@njit(cache=True, nogil=True)
def _compress(dense: NDArray[Any], columns: NDArray[Any], values: NDArray[Any]) -> None:
    at = 0
    for row in range(dense.shape[0]):
        for column in range(dense.shape[1]):
            value = dense[row, column]
            if value != 0:
                columns[at], values[at] = column, value
                at += 1


@njit(cache=True, nogil=True)
def _multiply(
    rows: NDArray[Any],
    starts: NDArray[Any],
    columns: NDArray[Any],
    values: NDArray[Any],
    weight: NDArray[Any],
    bias: NDArray[Any],
    result: NDArray[Any],
) -> None:
    for q in range(len(rows)):
        out = result[q]
        out[:] = bias
        for k in range(starts[rows[q]], starts[rows[q] + 1]):
            value, row = values[k], weight[columns[k]]
            for j in range(out.shape[0]):
                out[j] += value * row[j]


@njit(cache=True, nogil=True)
def _add_outer(
    rows: NDArray[Any],
    starts: NDArray[Any],
    columns: NDArray[Any],
    values: NDArray[Any],
    delta: NDArray[Any],
    gradient: NDArray[Any],
) -> None:
    for q in range(len(rows)):
        change = delta[q]
        for k in range(starts[rows[q]], starts[rows[q] + 1]):
            value, row = values[k], gradient[columns[k]]
            for j in range(change.shape[0]):
                row[j] += value * change[j]
