"""Worker processes ignore Ctrl-C, which reaches every process of a terminal, and leave it to their parent."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def workers_ignore_interrupts() -> Iterator[None]:
    """Processes started inside the block ignore Ctrl-C from their first moment on, imports included.

    An ignored signal stays ignored across the start of a process. Ctrl-C is not seen by this process either
    while the block lasts, so keep it short. Outside the main thread, where signals cannot be set, it does
    nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
