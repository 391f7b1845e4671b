"""Worker processes do not hear Ctrl-C, which reaches every process of a terminal; their parent does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

from envs.interrupts import undisturbed


@contextmanager
def workers_ignore_interrupts() -> Iterator[None]:
    """Processes started inside the block do not hear Ctrl-C from their first moment on, imports included.

    A blocked signal stays blocked across the start of a process. What reaches this process inside the block
    is heard at its end: a process that is half started could not be put away cleanly, and Ctrl-C must not be
    lost. Outside the main thread, where signals cannot be handled, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    resource_tracker.ensure_running()  # it comes with the first process, and unblocks signals when it begins
    with undisturbed():
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)  # what was blocked comes now, and waits on
