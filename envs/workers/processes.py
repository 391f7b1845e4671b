"""A pool of processes on this machine, restarted when they die."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from envs.code_cache import choose_code_cache
from envs.errors import GameError, TooLittle
from envs.shortage import shortage
from envs.workers.cores import one_thread_each
from envs.workers.interrupts import workers_ignore_interrupts
from envs.workers.pool import WorkerPool
from envs.workers.remarks import Remark, remark
from envs.workers.servant import Death, Outcome, ServantFactory
from envs.workers.serve import serve

CLOSE_TIMEOUT_S = 5.0
"""Seconds that a worker has to end by itself."""

LIVENESS_S = 1.0
"""Seconds without a message after which the processes are checked; a pipe held open elsewhere never ends."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    folder: tempfile.TemporaryDirectory[str]
    make: ServantFactory
    """What its servant is built with."""
    idle: bool = False
    """It has answered all calls, at least one."""
    outcome: Outcome | None = None
    """Its answer, read and not yet received."""
    gone: bool = False
    """Its end of the pipe is closed."""


class ProcessPool(WorkerPool):
    """A process per worker, started at once; see `WorkerPool` for the other arguments.

    Processes compute with one thread each, leave Ctrl-C to this process, and end when it is gone.

    Args:
        known: errors that are raised as they are, besides `GameError`.
        with_children: whether servants may start processes of their own.

    Raises:
        TooLittle: the processes cannot be started; none of them is left.
    """

    def __init__(
        self,
        make: ServantFactory,
        names: Sequence[str],
        known: tuple[type[Exception], ...] = (),
        *,
        with_children: bool = False,
    ) -> None:
        super().__init__(make, names)
        self._with_children = with_children
        choose_code_cache()  # for all of them, before the first one chooses
        self._context = multiprocessing.get_context("spawn")
        self._known = (GameError, *known)
        self._closed = False
        self._workers: list[_Worker] = []
        try:
            for worker in range(len(names)):
                self._workers.append(self._start(worker))
        except BaseException:
            self.kill()
            raise

    @property
    def closed(self) -> bool:
        """Whether the processes were ended."""
        return self._closed

    @property
    def pids(self) -> list[int | None]:
        """The ids of the processes."""
        return [worker.process.pid for worker in self._workers]

    def send(self, worker: int, method: str, *arguments: Any) -> None:
        """Send a message to a process; one that is dead gets nothing, which `receive` will show."""
        self._require_open()
        it = self._workers[worker]
        it.idle = False
        with suppress(OSError):
            it.pipe.send((self.make if it.make is not self.make else None, method, arguments))
        it.make = self.make

    def ready(self, workers: Collection[int]) -> list[int]:
        """Those that have answered, or whose process is gone; what they remark meanwhile is passed on."""
        if found := [worker for worker in sorted(workers) if self._workers[worker].outcome is not None]:
            return found  # it was heard before, and its pipe says nothing more
        while True:
            heard = wait([self._workers[worker].pipe for worker in workers], LIVENESS_S)
            found = [worker for worker in sorted(workers) if self._settled(worker, heard)]
            if found:
                return found

    def _settled(self, worker: int, heard: Sequence[object]) -> bool:
        it = self._workers[worker]
        if it.outcome is None and it.pipe in heard:
            self._hear(it)
        return it.outcome is not None or it.gone or not it.process.is_alive()

    @staticmethod
    def _hear(it: _Worker) -> None:
        """Read one message; there must be one, or the end."""
        try:
            message = it.pipe.recv()
        except (EOFError, OSError):  # the other end closed: the process is gone
            it.gone = True
            return
        if isinstance(message, Remark):
            remark(message.value)
        else:
            it.outcome = message

    def receive(self, worker: int) -> Outcome:
        """What the process says, or how it ended."""
        self.ready([worker])
        it = self._workers[worker]
        with suppress(OSError):
            while it.outcome is None and not it.gone and it.pipe.poll():
                self._hear(it)
        if it.outcome is not None:
            outcome, it.outcome, it.idle = it.outcome, None, True
            return outcome
        it.process.join(CLOSE_TIMEOUT_S)
        return Death(self.names[worker], it.process.exitcode)

    def restart(self, worker: int) -> None:
        """Kill a process, remove what it leaves, on disk too, and start another."""
        if not self._closed:
            self._end([self._workers[worker]])
            self.restarts += 1
            self._workers[worker] = self._start(worker)

    def _start(self, worker: int) -> _Worker:
        """Start a process. Raises `TooLittle` where this process may have no more of something."""
        try:
            return self._started(worker)
        except (OSError, RuntimeError, MemoryError) as error:
            if advice := shortage(error):
                raise TooLittle(f"worker {self.names[worker]!r} cannot be started: {advice}") from error
            raise

    def _started(self, worker: int) -> _Worker:
        folder = tempfile.TemporaryDirectory(prefix="journeyman-worker-", ignore_cleanup_errors=True)
        try:
            ours, theirs = self._context.Pipe()
        except BaseException:
            folder.cleanup()
            raise
        process = self._context.Process(
            target=serve,
            args=(theirs, self.make, worker, self.restarts, self._known, folder.name, os.getpid()),
            daemon=not self._with_children,  # a daemon may have none
            name=self.names[worker],
        )
        try:
            with workers_ignore_interrupts(), one_thread_each():
                process.start()
        except BaseException:
            ours.close()
            folder.cleanup()
            raise
        finally:
            theirs.close()
        return _Worker(process, ours, folder, self.make)

    def kill(self) -> None:
        """Kill all processes; the pool is closed then."""
        self._closed = True
        self._end(self._workers)
        self._workers = []

    def close(self) -> None:
        """End all processes; those with a call under way are killed."""
        idle = [worker for worker in self._workers if worker.idle]
        for worker in idle:
            with suppress(OSError):
                worker.pipe.send(None)
        for worker in idle:
            worker.process.join(CLOSE_TIMEOUT_S)
        self.kill()

    @staticmethod
    def _end(workers: Sequence[_Worker]) -> None:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.process.close()
            worker.pipe.close()
            worker.folder.cleanup()
