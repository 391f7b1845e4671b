"""The main loop of a worker process."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection

from envs.workers.remarks import Remark, listening
from envs.workers.servant import Answer, Failure, ServantFactory, ServantHost

PARENT_CHECK_S = 2.0
"""Seconds between looks at whether the parent is still there; its end of the pipe may be held open elsewhere,
and nobody reads the pipe during a call."""


def serve(
    pipe: Connection,
    make: ServantFactory,
    worker: int,
    restart: int,
    known: tuple[type[Exception], ...],
    folder: str,
    parent: int,
) -> None:
    """Answer ``(factory or None, method, arguments)`` messages until ``None`` or the end of the pipe.

    Args:
        pipe: to the pool; every message gets one `Answer` or `Failure`, after any number of `Remark`.
        make: builds the first servant; a factory in a message builds the next.
        worker: see `ServantFactory`.
        restart: see `ServantFactory`.
        known: errors that are sent as they are, and not as their traceback alone.
        folder: where temporary files go, so that the pool can remove them when this process dies.
        parent: process id of the pool; this process ends when it is gone.
    """
    tempfile.tempdir = folder
    os.set_inheritable(pipe.fileno(), False)  # a child of ours must not keep the pipe open after our end
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the pool ends us
    threading.Thread(target=_end_with_parent, args=(parent, folder), daemon=True).start()
    host = ServantHost(worker, restart, known)
    host.build(make)
    try:
        with listening(lambda value: pipe.send(Remark(value))):
            while _answer_message(pipe, host):
                pass
    except (EOFError, ConnectionError):  # the pool's process is gone, and perhaps what we use with it:
        with suppress(Exception):  # nobody is left who could be told, or who would clear up
            host.close()
        shutil.rmtree(folder, ignore_errors=True)
        return
    host.close()


def _answer_message(pipe: Connection, host: ServantHost) -> bool:
    """Answer one message; False when it says that there are no more."""
    try:
        message = pipe.recv()
    except (EOFError, OSError):
        raise
    except Exception as error:  # cannot be unpickled here; it may have held another factory
        host.fail(error)
        message = None, "", ()
    if message is None:
        return False
    make, method, arguments = message
    if make is not None:
        host.build(make)
    _reply(pipe, host.call(method, arguments))
    return True


def _reply(pipe: Connection, outcome: Answer | Failure) -> None:
    try:
        pipe.send(outcome)
    except OSError:
        raise
    except Exception:  # cannot be pickled
        trace = outcome.trace if isinstance(outcome, Failure) else traceback.format_exc()
        pipe.send(Failure(None, trace))


def _end_with_parent(parent: int, folder: str) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_S)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)
