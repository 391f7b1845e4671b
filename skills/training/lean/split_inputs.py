"""The inputs of a rollout: columns that are often set as a dense block, the others without their zeros."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

COMMON_SHARE: Final = 0.25
"""Columns set in this share of the rows are multiplied as a dense block: a library multiplies four numbers in
the time in which one is looked up."""


@dataclass(frozen=True, slots=True)
class SplitInputs:
    """Inputs float32[n, D] in three groups of columns: common, rare, and those that are zero everywhere.

    Attributes:
        places: which row of a `LayerBlocks.first` each column belongs to, int64[D]: first the C common
            columns, then the bias, then the rare ones, then those that are zero everywhere.
        common: the common columns and a column of ones, float32[n, C + 1].
        n_rare: how many columns are rare, R.
        starts: where each row begins in the other two, int64[n + 1].
        columns: of the rare numbers that are not zero, int32[...], 0..R - 1.
        values: these numbers, float32[...].
    """

    places: NDArray[np.int64]
    common: NDArray[np.float32]
    n_rare: int
    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, inputs: NDArray[np.float32]) -> SplitInputs:
        """Take float32[n, D] apart."""
        n_rows, width = inputs.shape
        inputs = np.ascontiguousarray(inputs)
        counts = np.zeros(width, np.int64)
        _count(inputs, counts)
        often = counts >= COMMON_SHARE * n_rows
        common, rare = np.flatnonzero(often), np.flatnonzero(~often & (counts > 0))
        places = np.empty(width, np.int64)
        places[common] = np.arange(len(common))
        places[rare] = np.arange(len(rare)) + len(common) + 1
        unused = np.flatnonzero(counts == 0)
        places[unused] = np.arange(len(unused)) + len(common) + 1 + len(rare)
        dense = np.ones((n_rows, len(common) + 1), np.float32)
        dense[:, :-1] = inputs[:, common]
        starts, n_values = np.zeros(n_rows + 1, np.int64), int(counts[rare].sum())
        columns, values = np.empty(n_values, np.int32), np.empty(n_values, np.float32)
        _compress(inputs, rare, starts, columns, values)
        return cls(places, dense, len(rare), starts, columns, values)

    @property
    def bias(self) -> int:
        """The row of a `LayerBlocks.first` that is added to every row."""
        return int(self.common.shape[1]) - 1

    def take(self, rows: NDArray[np.int64], out: NDArray[np.float32]) -> None:
        """Copy the dense part of the chosen rows: float32[len(rows), C + 1]."""
        np.take(self.common, rows, axis=0, out=out, mode="clip")

    def multiply(
        self,
        rows: NDArray[np.int64],
        taken: NDArray[np.float32],
        first: NDArray[np.float32],
        out: NDArray[np.float32],
    ) -> None:
        """The chosen rows times ``first`` float32[D + 1, M], bias included: float32[len(rows), M].

        Args:
            rows: which rows, int64[m].
            taken: what `take` copied of them.
            first: a `LayerBlocks.first`.
            out: the result.
        """
        split = self.bias + 1
        np.matmul(taken, first[:split], out=out)
        rare = first[split : split + self.n_rare]
        _add_rare(rows, self.starts, self.columns, self.values, rare, out)

    def outer(
        self,
        rows: NDArray[np.int64],
        taken: NDArray[np.float32],
        delta: NDArray[np.float32],
        gradient: NDArray[np.float32],
    ) -> None:
        """The transposed rows times ``delta`` float32[len(rows), M], as a gradient float32[D + 1, M].

        Rows of the gradient whose columns are zero everywhere stay as they are.
        """
        split = self.bias + 1
        np.matmul(taken.T, delta, out=gradient[:split])
        rare = gradient[split : split + self.n_rare]
        rare[:] = 0.0
        _add_rare_outer(rows, self.starts, self.columns, self.values, delta, rare)


@njit(cache=True, nogil=True)
def _count(inputs: NDArray[Any], counts: NDArray[Any]) -> None:
    for row in range(inputs.shape[0]):
        for column in range(inputs.shape[1]):
            counts[column] += inputs[row, column] != 0


@njit(cache=True, nogil=True)
def _compress(
    inputs: NDArray[Any],
    rare: NDArray[Any],
    starts: NDArray[Any],
    columns: NDArray[Any],
    values: NDArray[Any],
) -> None:
    at = 0
    for row in range(inputs.shape[0]):
        for place in range(len(rare)):
            value = inputs[row, rare[place]]
            if value != 0:
                columns[at], values[at] = place, value
                at += 1
        starts[row + 1] = at


@njit(cache=True, nogil=True)
def _add_rare(
    rows: NDArray[Any],
    starts: NDArray[Any],
    columns: NDArray[Any],
    values: NDArray[Any],
    weight: NDArray[Any],
    out: NDArray[Any],
) -> None:
    for q in range(len(rows)):
        total = out[q]
        for k in range(starts[rows[q]], starts[rows[q] + 1]):
            value, row = values[k], weight[columns[k]]
            for j in range(total.shape[0]):
                total[j] += value * row[j]


@njit(cache=True, nogil=True)
def _add_rare_outer(
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
