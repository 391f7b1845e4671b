"""An answer that all who ask at about the same time share: many pages cost what one costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

KEPT_FOR: Final = 6.0
"""For so many times as long as it took to make, an answer is given again: a seventh of a core at most."""


class SharedAnswer(Generic[Value]):
    """Makes an answer, one at a time; an answer that was quick to make is hardly kept.

    Args:
        make: the answer; may take a while.
        clock: seconds.
    """

    def __init__(self, make: Callable[[], Value], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._make, self._clock = make, clock
        self._lock = Lock()
        self._made: tuple[Value, float] | None = None

    def __call__(self) -> Value:
        """The answer. Raises what making it raises, which is not kept."""
        with self._lock:
            began = self._clock()
            if self._made is not None and began < self._made[1]:
                return self._made[0]
            value = self._make()
            ended = self._clock()
            self._made = value, ended + KEPT_FOR * (ended - began)
            return value
