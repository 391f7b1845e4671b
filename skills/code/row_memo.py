"""Cached results of pure functions over rows of integers, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")


class RowMemo(Generic[Value]):
    """Results by row content; the rows that were not asked for recently are dropped first.

    Two dictionaries approximate least-recently-used order: when the younger one is full it becomes the older
    one, and the older one is dropped except for rows asked for since. A hit in the younger one, the common
    case, costs one dictionary look-up.
    """

    def __init__(self, capacity: int) -> None:
        """Remember at most `capacity` rows (at least 2)."""
        if capacity < 2:
            raise ValueError(f"capacity is {capacity}; expected at least 2")
        self._half = capacity // 2
        self._young: dict[Hashable, Value] = {}
        self._old: dict[Hashable, Value] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def results(
        self, rows: NDArray[np.int32], compute: Callable[[NDArray[np.int32]], Sequence[Value]]
    ) -> list[Value]:
        """One result per row.

        Args:
            rows: ``int32[n, width]``.
            compute: results for rows that are not remembered, each different row once.
        """
        keys = row_keys(rows)
        young = self._young
        found = list(map(young.get, keys))
        missing = {key: i for i, (key, value) in enumerate(zip(keys, found, strict=True)) if value is None}
        if not missing:
            return found  # type: ignore[return-value]
        recalled = {key: self._old[key] for key in missing if key in self._old}
        fresh = [key for key in missing if key not in recalled]
        if fresh:
            values = compute(rows[[missing[key] for key in fresh]])
            recalled.update(zip(fresh, values, strict=True))
        self._remember(recalled.items())
        return [recalled[key] if value is None else value for key, value in zip(keys, found, strict=True)]

    def recall(self, key: Hashable) -> Value | None:
        """The result kept under a key of the caller's own; None for none."""
        value = self._young.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self._remember([(key, value)])
        return value

    def remember(self, keys: Sequence[Hashable], values: Sequence[Value]) -> None:
        """Keep results under keys of the caller's own."""
        self._remember(zip(keys, values, strict=True))

    def _remember(self, values: Iterable[tuple[Hashable, Value]]) -> None:
        for key, value in values:
            if len(self._young) >= self._half:
                self._old, self._young = self._young, {}
            self._young[key] = value
            self._old.pop(key, None)


def row_keys(rows: NDArray[np.int32]) -> list[bytes]:
    """The content of each row of ``int32[n, width]`` as bytes."""
    count, width = rows.shape
    if not width:
        return [b""] * count
    packed = np.ascontiguousarray(rows).view(np.dtype((np.void, width * rows.itemsize)))
    return cast(list[bytes], packed.ravel().tolist())
