"""Attempts that were never played: what one carries over what another sees, and cells put into the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.judge_training.bank import Bank, hidden_cells
from agent.judges.embedded.compare import MOMENTS, Attempts
from agent.judges.embedded.sight import CELLS, CENTRE, COLUMNS, CREATURES, MATERIALS, Truths

SWAPPED: Final = 0.3
"""Share of attempts that get what another one carries, and its bars."""
EDITED: Final = 0.45
"""Share of attempts that get other cells into their last picture."""
_LIGHT_BINS: Final = (15, 30, 45, 70)
"""Percent of daylight between which cells fit into each other's pictures."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Attempts to learn from.

    Attributes:
        tiles: uint8[pictures, TILES, TILE_SIZE].
        truths: what they show.
        moments: int64[attempts, MOMENTS].
        course_seen: bool[attempts].
    """

    tiles: NDArray[np.uint8]
    truths: Truths
    moments: NDArray[np.int64]
    course_seen: NDArray[np.bool_]

    def attempts(self, *, hidden: bool) -> Attempts:
        """What is to be seen; `hidden`: with what the night hides."""
        bank = Bank(
            self.tiles,
            self.truths,
            self.moments,
            self.course_seen,
            np.zeros(0, np.int32),
            np.zeros(0, np.str_),
        )
        return bank.attempts() if hidden else bank.attempts_without_hidden()


class Variation:
    """Draws batches out of a bank.

    Args:
        bank: real attempts.
        rng: draws what is changed.
    """

    def __init__(self, bank: Bank, rng: np.random.Generator) -> None:
        self._bank, self._rng = bank, rng
        self._bins = np.digitize(bank.truths.daylight, _LIGHT_BINS)
        self._cells = self._by_kind()
        self._kinds = sorted({kind for kind, _ in self._cells})

    def reseed(self, rng: np.random.Generator) -> None:
        """Draw from `rng` from now on."""
        self._rng = rng

    def _by_kind(self) -> dict[tuple[int, int], NDArray[np.int64]]:
        """(kind of cell, light) -> where such cells are, int64[m, 2] of picture and cell."""
        truths, found = self._bank.truths, {}
        clear = ~hidden_cells(truths.daylight) & (truths.asleep == 0)[:, None]
        clear[:, CENTRE] = False
        kind = np.where(truths.creature > 0, len(MATERIALS) + truths.creature, truths.material)
        for value in (*range(1, len(MATERIALS)), *range(len(MATERIALS) + 1, len(MATERIALS) + len(CREATURES))):
            where = np.argwhere((kind == value) & clear)
            light = self._bins[where[:, 0]]
            for bin_ in range(len(_LIGHT_BINS) + 1):
                if (chosen := where[light == bin_]).size:
                    found[value, bin_] = chosen[self._rng.permutation(len(chosen))[:4000]]
        return found

    def batch(self, chosen: NDArray[np.int64]) -> Batch:
        """Some attempts of the bank, part of them changed."""
        moments = self._bank.moments[chosen]
        flat = moments + (np.arange(len(chosen)) * (int(moments.max()) + 1))[:, None]
        keys, local = np.unique(flat, return_inverse=True)
        rows = keys % (int(moments.max()) + 1)
        tiles, truths = self._bank.tiles[rows].copy(), self._bank.truths[rows]
        batch = Batch(tiles, truths, local.reshape(moments.shape), self._bank.course_seen[chosen].copy())
        for i in range(len(chosen)):
            if self._rng.random() < SWAPPED:
                self._swap(batch, i)
            if self._rng.random() < EDITED:
                self._edit(batch, int(batch.moments[i, -1]), int(rows[batch.moments[i, -1]]))
        return batch

    def _swap(self, batch: Batch, i: int) -> None:
        """Give attempt i what another one carries, moment by moment."""
        other = int(self._rng.integers(len(self._bank)))
        theirs = self._bank.moments[other]
        first_of = np.unique(batch.moments[i], return_index=True)[1]
        for k in range(MOMENTS):
            if k in first_of:
                k_their = (
                    k if k < MOMENTS - 1 and batch.moments[i, k] != batch.moments[i, -1] else MOMENTS - 1
                )
                row = batch.moments[i, k]
                batch.tiles[row, CELLS:] = self._bank.tiles[theirs[k_their], CELLS:]
                batch.truths.counts[row] = self._bank.truths.counts[theirs[k_their]]
        if len(set(theirs.tolist())) > len(first_of):
            batch.course_seen[i] = False
        else:
            batch.course_seen[i] = self._bank.course_seen[other]

    def _edit(self, batch: Batch, row: int, source: int) -> None:
        """Put other cells into a picture: single ones, neighbours, lines."""
        for cells in self._places():
            same = self._rng.random() < 0.5
            kind = self._kind()
            for cell in cells:
                self._paste(batch, row, cell, kind if same else self._kind(), int(self._bins[source]))

    def _places(self) -> list[list[int]]:
        """Groups of cells, none of them the player's."""
        groups = []
        for _ in range(int(self._rng.integers(1, 4))):
            length = int(self._rng.choice((1, 1, 2, 2, 3, 4)))
            step = int(self._rng.choice((1, COLUMNS)))
            near = self._rng.random() < 0.4
            begin = (
                CENTRE + int(self._rng.choice((-1, 1, -COLUMNS, COLUMNS)))
                if near
                else int(self._rng.integers(CELLS))
            )
            line = [begin + k * step for k in range(length)]
            inside = [c for c in line if c < CELLS and (step == COLUMNS or c // COLUMNS == begin // COLUMNS)]
            groups.append([c for c in inside if c != CENTRE])
        return groups

    def _kind(self) -> int:
        return int(self._kinds[int(self._rng.integers(len(self._kinds)))])

    def _paste(self, batch: Batch, row: int, cell: int, kind: int, light: int) -> None:
        found = self._cells.get((kind, light))
        if found is None:
            return
        picture, place = found[int(self._rng.integers(len(found)))]
        batch.tiles[row, cell] = self._bank.tiles[picture, place]
        batch.truths.material[row, cell] = self._bank.truths.material[picture, place]
        batch.truths.creature[row, cell] = self._bank.truths.creature[picture, place]
