"""Cores available, and threads of the libraries that compute."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def core_count() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Processes started inside compute with one thread; libraries read this when they are loaded."""
    saved = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Numpy multiplies matrices with one thread; entering takes some microseconds.

    Several threads of this process may be inside at once: the last one that leaves restores the number. Small
    matrices gain nothing from threads, and where there are more of these than idle cores, a multiplication
    takes up to a hundred times as long.
    """
    _one_blas_thread.enter()
    try:
        yield
    finally:
        _one_blas_thread.leave()


class _OneBlasThread:
    """Counts who is inside `one_blas_thread`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0

    def enter(self) -> None:
        """Limit the threads for the first one."""
        with self._lock:
            if not self._inside:
                self._limited = _libraries().limit(limits=1, user_api="blas")
            self._inside += 1

    def leave(self) -> None:
        """Restore their number for the last one."""
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._limited.restore_original_limits()


_one_blas_thread = _OneBlasThread()


@cache
def _libraries() -> ThreadpoolController:
    """What computes with threads in this process; found once, because looking takes a millisecond."""
    import numpy  # noqa: F401  # the library in question is loaded with it
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
