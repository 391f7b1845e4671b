"""The process that steps a share of a `VectorGame`'s games; it never loads torch."""

from __future__ import annotations

import os
import signal
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from envs.errors import GameError
from envs.rollout.arrays import ArrayShape
from envs.rollout.batches import BatchTask, open_batch

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


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


def work(
    pipe: Connection,
    task: BatchTask,
    shape: ArrayShape,
    buffers: Mapping[str, Any],
    first: int,
    stop: int,
    folder: str,
) -> None:
    """Obey ``(method of GameBatch, arguments)`` messages until ``None`` or the end of the pipe.

    Every message is answered with ``(True, result)`` or, as the last act, ``(False, error)``. Temporary files
    go into `folder`, so that whoever started this process can remove them when it dies.
    """
    tempfile.tempdir = folder
    os.set_inheritable(pipe.fileno(), False)  # a child of ours must not keep the pipe open after our end
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent closes us
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            batch = open_batch(task, shape.view(buffers).games(first, stop), first)
            pipe.send((True, None))
            while (message := pipe.recv()) is not None:
                method, arguments = message
                pipe.send((True, getattr(batch, method)(*arguments)))
            batch.close()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:
            known = isinstance(error, (GameError, *task.passed_on))
            pipe.send((False, error if known else traceback.format_exc()))
