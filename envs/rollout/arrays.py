"""The arrays that a rollout is written into, private or shared between processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RolloutArrays:
    """A rollout of T steps of N games; D is the encoding's size, F the number of facts.

    Attributes:
        encodings: float32[T + 1, N, D]; row t is what the player saw before step t.
        final_encodings: float32[T, N, D]; written only where an episode ended at step t.
        actions: int32[T, N].
        before: int32[T + 1, N, F]; facts before step t.
        after: int32[T, N, F]; facts after step t, before any reset.
        start: int32[T + 1, N, F]; facts at the start of the episode that step t belongs to.
        ends: int8[T, N]; `EpisodeEnd` after step t.
        steps: int32[T, N]; length of the episode after step t.
        pictured: float32[T, N]; reward out of pictures for step t, see `envs.rollout.pictured`; 0 without.
        continues: bool[T, N]; where several skills are practised together, an "episode" above is one
            execution of a skill, and this is True where the game's own episode continued after step t.
    """

    encodings: NDArray[np.float32]
    final_encodings: NDArray[np.float32]
    actions: NDArray[np.int32]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    start: NDArray[np.int32]
    ends: NDArray[np.int8]
    steps: NDArray[np.int32]
    pictured: NDArray[np.float32]
    continues: NDArray[np.bool_]

    def games(self, first: int, stop: int) -> RolloutArrays:
        """Views of the games ``first:stop``."""
        return RolloutArrays(*(getattr(self, f.name)[:, first:stop] for f in fields(self)))


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """Sizes of the arrays: steps, games, numbers per encoding, facts."""

    horizon: int
    n_games: int
    encoding_size: int
    n_facts: int

    def fields(self) -> dict[str, tuple[tuple[int, ...], type[np.generic]]]:
        """Field of `RolloutArrays` -> shape and type."""
        t, n, d, f = self.horizon, self.n_games, self.encoding_size, self.n_facts
        return {
            "encodings": ((t + 1, n, d), np.float32),
            "final_encodings": ((t, n, d), np.float32),
            "actions": ((t, n), np.int32),
            "before": ((t + 1, n, f), np.int32),
            "after": ((t, n, f), np.int32),
            "start": ((t + 1, n, f), np.int32),
            "ends": ((t, n), np.int8),
            "steps": ((t, n), np.int32),
            "pictured": ((t, n), np.float32),
            "continues": ((t, n), np.bool_),
        }

    def allocate(self, make_buffer: Callable[[int], Any]) -> dict[str, Any]:
        """One zeroed buffer per field; ``make_buffer(n_bytes)`` makes it."""
        return {
            name: make_buffer(int(np.prod(shape)) * np.dtype(kind).itemsize)
            for name, (shape, kind) in self.fields().items()
        }

    def view(self, buffers: Mapping[str, Any]) -> RolloutArrays:
        """The buffers of `allocate` as arrays."""
        return RolloutArrays(
            *(
                np.frombuffer(buffers[name], dtype=kind, count=int(np.prod(shape))).reshape(shape)
                for name, (shape, kind) in self.fields().items()
            )
        )
