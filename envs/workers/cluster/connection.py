"""Ray started or found, once per process, and left again when the process ends.

What can go wrong on the way is told in words, after a bounded time.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from envs.errors import MissingDependency, NoCluster
from envs.text import plain
from envs.workers.cluster.address import AUTO, LOCAL, NO_RAY, REMOTE, host_and_port, why_no_cluster
from envs.workers.cores import core_count

logger = logging.getLogger(__name__)

_Started = TypeVar("_Started")

ANSWER_S: Final = 5.0
"""Seconds that an address has to accept a connection."""
STORE_BYTES: Final = 400_000_000
"""Shared memory of a local Ray, at most: what workers are given, such as networks and saved states."""
LONGEST_FOLDER: Final = 40
"""Characters of the path of a local Ray's folder; paths of sockets in it may have 107."""
LONGEST_REASON: Final = 1_000
"""Characters of what Ray says."""
MOST_STARTS: Final = 3
"""Tries to start a node of Ray on this machine."""
TOO_SLOW: Final = "timed out during startup"
"""What Ray says of a node that took too long to start."""
_QUIET: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_worker_niceness": "0",
}
"""Nothing is reported to others, the environment of workers is left as it is, and workers of a Ray that is
started here get as much of a busy machine as other processes: by itself it would put them behind these."""


@dataclass(slots=True)
class _Connection:
    """The connection of this process.

    Attributes:
        cluster: what it was asked for by; empty for none.
        ours: whether Ray was initialised here, and is to be left.
        folder: of a local Ray.
    """

    cluster: str = ""
    ours: bool = False
    folder: Path | None = None


_now: Final = _Connection()


def load_ray() -> Any:
    """The library. Raises `MissingDependency`."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError as error:
        raise MissingDependency(f"{NO_RAY} ({error})") from error
    return ray


def connect(cluster: str, *, cpus: int = 0) -> Any:
    """Have Ray ready for this process; harmless when repeated.

    A script that has initialised Ray by itself keeps that, whatever is asked for.

    Args:
        cluster: ``local``, ``auto`` or ``ray://HOST:PORT``.
        cpus: that a local Ray is to have at least; it has as many as there are cores.

    Returns:
        The library.

    Raises:
        MissingDependency: Ray is not installed.
        NoCluster: none is there, it does not answer, or it is of another version.
    """
    if why := why_no_cluster(cluster):
        raise NoCluster(f"cluster is {plain(cluster, 100)!r}; {why}")
    ray = load_ray()
    if ray.is_initialized():
        if _now.ours and _now.cluster != cluster:
            raise NoCluster(
                f"this program uses the cluster {_now.cluster!r} already; it cannot use {cluster!r} as well"
            )
        return ray
    logging.getLogger("ray").setLevel(logging.ERROR)
    with _signals_kept(), _in_words(cluster):
        if cluster == LOCAL:
            patiently(lambda: _start(ray, max(cpus, core_count())))
        else:
            _require_answer(cluster)
            ray.init(cluster, logging_level=logging.ERROR, log_to_driver=False, configure_logging=False)
    _keep_off_stdout()
    _now.cluster, _now.ours = cluster, True
    atexit.register(disconnect)
    return ray


def _keep_off_stdout() -> None:
    """Have what Ray tells of its nodes logged; it prints that to stdout otherwise, where results go."""
    module = sys.modules.get("ray._private.worker")
    if hasattr(module, "print_to_stdstream"):
        module.print_to_stdstream = _log_lines  # type: ignore[union-attr]


def _log_lines(data: Mapping[str, Any], ignore_prefix: bool = False) -> None:
    for line in data.get("lines", ()):
        logger.info("Ray: %s", plain(str(line), LONGEST_REASON))


def disconnect() -> None:
    """Leave the cluster; a local one is ended. Harmless when repeated, and without a connection."""
    if not _now.ours:
        return
    ray, folder = load_ray(), _now.folder
    _now.cluster, _now.ours, _now.folder = "", False, None
    atexit.unregister(disconnect)
    with _signals_kept():
        ray.shutdown()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def is_local() -> bool:
    """Whether all workers run on this machine, started by this process."""
    return _now.ours and _now.cluster == LOCAL


def patiently(start: Callable[[], _Started]) -> _Started:
    """What `start` returns, tried again where a node of Ray took longer to start than Ray waits.

    Those 30 seconds are too little on a machine with much other work, and no setting changes them.

    Raises:
        Exception: as `start`; after `MOST_STARTS` tries what Ray says of the time.
    """
    for left in reversed(range(MOST_STARTS)):
        try:
            return start()
        except Exception as error:  # of no class of its own
            if TOO_SLOW not in str(error) or not left:
                raise
            logger.info("a node of Ray did not start in time; it is tried again")
    raise AssertionError("unreachable")


def _start(ray: Any, cpus: int, **more: Any) -> None:
    """Start Ray here, without its dashboard, in a folder of its own."""
    _now.folder = _folder()
    try:
        ray.init(
            num_cpus=cpus, include_dashboard=False, object_store_memory=STORE_BYTES,
            _temp_dir=str(_now.folder), logging_level=logging.ERROR, log_to_driver=False,
            configure_logging=False, **more,
        )  # fmt: skip
    except BaseException:
        ray.shutdown()
        shutil.rmtree(_now.folder, ignore_errors=True)
        _now.folder = None
        raise


def _folder() -> Path:
    parent = tempfile.gettempdir()
    if len(parent) > LONGEST_FOLDER - 12:
        parent = "/tmp"  # sockets need short paths
    return Path(tempfile.mkdtemp(prefix="jm-", dir=parent))


def _require_answer(cluster: str) -> None:
    """Raise `NoCluster` where nobody accepts connections: Ray itself would wait much longer."""
    address = cluster if cluster.startswith(REMOTE) else os.environ.get("RAY_ADDRESS", "")
    if address in ("", AUTO, LOCAL):
        return  # Ray looks for a cluster of this machine, and says at once that there is none
    try:
        host, port = host_and_port(address)
        socket.create_connection((host, port), ANSWER_S).close()
    except (OSError, ValueError, OverflowError) as error:
        raise NoCluster(
            f"the cluster at {plain(address, 200)} does not answer: {plain(str(error), 200)}; is it running, "
            f"and may this machine connect to that port? A head node opens 10001 for ray://HOST:10001"
        ) from error


@contextmanager
def _in_words(cluster: str) -> Iterator[None]:
    """Say what Ray says about a cluster that cannot be used."""
    try:
        yield
    except NoCluster:
        raise
    except Exception as error:  # of many kinds, some without a class of their own
        said = plain(" ".join(str(error).split()), LONGEST_REASON)
        if "ersion mismatch" in said or "different version" in said.lower():
            raise NoCluster(
                f"the cluster {cluster} runs another version of Ray or of Python: {said}; install the same "
                "here: pip install 'ray==VERSION', or start the cluster with this one"
            ) from error
        if isinstance(error, ConnectionError) and cluster == AUTO:
            raise NoCluster(
                "this machine belongs to no running Ray cluster; start one with: ray start --head, or take "
                "--cluster local, which ends with the command"
            ) from error
        raise NoCluster(f"the cluster {cluster} cannot be used: {type(error).__name__}: {said}") from error


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray puts handlers of its own in place of a program's; they are put back."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
