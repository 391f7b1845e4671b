"""A call with a deadline: for clients whose own time limits start anew with every byte."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class TooLate(TimeoutError):
    """A call was not done in time, and was left behind."""


class _Call(threading.Thread, Generic[T]):
    """One call in a thread that nobody has to wait for, not even the end of the program."""

    def __init__(self, call: Callable[[], T]) -> None:
        super().__init__(daemon=True, name="model call")
        self._call = call
        self._context = contextvars.copy_context()
        self.result: list[T] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        """Make the call, and keep what came of it."""
        try:
            self.result.append(self._context.run(self._call))
        except BaseException as error:
            self.error = error


def within(seconds: float, call: Callable[[], T], *, abandon: Callable[[], None] = lambda: None) -> T:
    """What a call returns, if it does so in time.

    Args:
        seconds: how long to wait at most.
        call: what to do; it goes on in a thread of its own when time is up.
        abandon: told then, to cut off what the call waits for.

    Raises:
        TooLate: time is up.
        Exception: whatever the call raises.

    >>> within(60.0, lambda: 2 + 2)
    4
    """
    thread = _Call(call)
    thread.start()
    try:
        thread.join(seconds)
    except BaseException:
        abandon()
        raise
    if thread.is_alive():
        abandon()
        raise TooLate(f"no reply within the time limit of {seconds:g} s")
    if thread.error is not None:
        raise thread.error
    return thread.result[0]
