"""What a worker of Ray holds: the host of a servant, and what is said while a call is under way."""

from __future__ import annotations

import os
import pickle
import platform
import shutil
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from envs.code_cache import choose_code_cache
from envs.workers.cluster.connection import load_ray
from envs.workers.remarks import listening
from envs.workers.servant import Answer, Failure, ServantHost

FOLDER_PREFIX: Final = "journeyman-ray-"
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def own_version() -> str:
    """Of Journeyman as it is installed where this is called."""
    try:
        return version("journeyman")
    except PackageNotFoundError:
        return "unknown"


class Actor:
    """Lives in a process of Ray, on any node; values arrive and leave as bytes.

    Bytes, because what is unpickled is then private to the servant and can be written to, as in a worker
    process of this machine; Ray's own arrays could not.

    Args:
        worker: index of the worker.
        restart: which restart of the pool this is.
        known: pickled errors that are sent as they are, see `ServantHost`.
    """

    def __init__(self, worker: int, restart: int, known: bytes) -> None:
        os.environ.update(dict.fromkeys(_THREADS, "1"))
        choose_code_cache()
        _remove_leftovers()
        self._folder = tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-")
        tempfile.tempdir = self._folder
        self._host = ServantHost(worker, restart, pickle.loads(known))
        self._remarks: deque[Any] = deque()
        self._lock = threading.Lock()

    def about(self) -> Mapping[str, Any]:
        """Where this is."""
        context = load_ray().get_runtime_context()
        return {
            "node": context.get_node_id(), "host": platform.node(), "pid": os.getpid(),
            "journeyman": own_version(), "python": platform.python_version(),
        }  # fmt: skip

    def call(self, make: bytes | None, message: bytes) -> bytes:
        """What comes of a call: pickled ``(remarks, outcome)``.

        Args:
            make: pickled factory, where another servant is to be built first.
            message: pickled ``(method, arguments)``.
        """
        with listening(self._remarks.append):
            outcome = self._outcome(make, message)
        return _pickled(self.hear(), outcome)

    def _outcome(self, make: bytes | None, message: bytes) -> Answer | Failure:
        try:
            if make is not None:
                self._host.build(pickle.loads(make))
            method, arguments = pickle.loads(message)
        except Exception as error:  # cannot be unpickled here
            self._host.fail(error)
            method, arguments = "", ()
        return self._host.call(method, arguments)

    def hear(self) -> list[Any]:
        """What was said since it was last heard; may be asked during a call."""
        with self._lock:
            remarks = list(self._remarks)
            for _ in remarks:
                self._remarks.popleft()
        return remarks

    def close(self) -> None:
        """Free the servant."""
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._host.close()


def _pickled(remarks: list[Any], outcome: Answer | Failure) -> bytes:
    try:
        return pickle.dumps((remarks, outcome), protocol=pickle.HIGHEST_PROTOCOL)
    except Exception:  # cannot be pickled
        trace = outcome.trace if isinstance(outcome, Failure) else traceback.format_exc()
        return pickle.dumps(([], Failure(None, trace)))


def _remove_leftovers() -> None:
    """Remove folders of workers on this node that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        pid = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)
