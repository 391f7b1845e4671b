"""Ctrl-C at a moment when it would do harm waits until that is over."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Have signals that end a program wait until the block has ended, however it ends.

    What the system does with a signal by itself is left as it is. Outside of the main thread, where Python
    runs no handlers, the block is only run.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[tuple[int, FrameType | None]] = []
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    own = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in own:
        signal.signal(number, lambda *given: waiting.append(given))
    try:
        yield
    finally:
        for number, handler in own.items():
            signal.signal(number, handler)
        for caught, frame in waiting[:1]:
            own[signal.Signals(caught)](caught, frame)
