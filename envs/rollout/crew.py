"""Who steps the games of a `VectorGame`: this process, or processes that are started anew when they die."""

from __future__ import annotations

import logging
import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Protocol, TypeAlias

from envs.errors import WorkerDied
from envs.rollout.arrays import ArrayShape
from envs.rollout.batch import GameBatch
from envs.rollout.batches import BatchTask
from envs.rollout.episode import Starts
from envs.rollout.worker import one_thread_each, work
from envs.seeding import child_seed

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 5.0
"""Seconds that a worker gets to end by itself."""

LIVENESS_S = 1.0
"""Seconds of silence after which the workers are looked at; a pipe held open elsewhere would never end."""

MOST_DEATHS = 3
"""Deaths of one worker during one rollout from which on it is not started anew."""

Recover: TypeAlias = Callable[[int], tuple[int, str, tuple[Any, ...]]]
"""Told which worker died, gives the arguments of `GameBatch.go_on` for its successor."""


class Crew(Protocol):
    """Runs a method of `GameBatch` on all games, a share of them each.

    Attributes:
        restarts: how often a process was started anew.
    """

    restarts: int

    def all(self, method: str, arguments: Sequence[tuple[Any, ...]], recover: Recover) -> list[Any]:
        """The answers of all shares to ``method(*arguments[share])``."""
        ...

    def set_starts(self, starts: Starts) -> None:
        """Those that are started from now on draw from `starts`."""
        ...

    def close(self) -> None:
        """Free everything; harmless when repeated."""
        ...


class InProcess:
    """All games in this process; nothing survives a crash of a game."""

    def __init__(self, batch: GameBatch) -> None:
        self.restarts = 0
        self._batch = batch

    def all(self, method: str, arguments: Sequence[tuple[Any, ...]], recover: Recover) -> list[Any]:
        """The answer of the only share."""
        del recover
        return [getattr(self._batch, method)(*arguments[0])]

    def set_starts(self, starts: Starts) -> None:
        """Nobody is started later."""

    def close(self) -> None:
        """Free the games."""
        self._batch.close()


class Processes:
    """A process per share. One that dies is started anew, with draws of its own.

    Args:
        task: what is played.
        shape: of the arrays.
        buffers: behind the arrays, shared.
        bounds: first game and the one after the last, per share.

    Attributes:
        restarts: how often a process was started anew.

    Raises:
        WorkerDied: a process did not start, failed, or died `MOST_DEATHS` times over one question.
    """

    def __init__(
        self,
        task: BatchTask,
        shape: ArrayShape,
        buffers: dict[str, Any],
        bounds: Sequence[tuple[int, int]],
    ) -> None:
        self.restarts = 0
        self._context = multiprocessing.get_context("spawn")
        self._task, self._shape, self._buffers, self._bounds = task, shape, buffers, bounds
        self._pipes: list[Connection] = []
        self._processes: list[SpawnProcess] = []
        self._folders: list[str] = []
        try:
            for share in range(len(bounds)):
                self._folders.append(tempfile.mkdtemp(prefix="journeyman-games-"))
                pipe, process = self._start(share, task)
                self._pipes.append(pipe)
                self._processes.append(process)
            for share in range(len(bounds)):
                if not self._begins(share):
                    raise self._unstarted(share)
        except BaseException:
            self._kill()
            raise

    def set_starts(self, starts: Starts) -> None:
        """Successors of processes draw from `starts` from now on."""
        self._task = replace(self._task, starts=starts)

    def all(self, method: str, arguments: Sequence[tuple[Any, ...]], recover: Recover) -> list[Any]:
        """The answers of all processes, those of successors in the place of the dead."""
        if not self._pipes:
            raise WorkerDied("the workers are closed; build a new VectorGame")
        try:
            for share, values in enumerate(arguments):
                self._ask(share, method, values)
            return self._collect(recover)
        except BaseException:
            self._kill()  # after an interrupt the pipes may still hold answers to the old question
            raise

    def _ask(self, share: int, method: str, values: tuple[Any, ...]) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # it is dead, which its answer will show
            self._pipes[share].send((method, values))

    def _collect(self, recover: Recover) -> list[Any]:
        results: list[Any] = [None] * len(self._pipes)
        deaths = [0] * len(self._pipes)
        waiting = set(range(len(self._pipes)))
        while waiting:
            ready = wait([self._pipes[share] for share in waiting], LIVENESS_S)
            for share in sorted(waiting):
                if self._pipes[share] in ready:
                    answer = self._answer(share)
                elif not self._processes[share].is_alive() and not self._pipes[share].poll():
                    answer = None
                else:
                    continue
                if answer is None:
                    self._replace(share, deaths, recover)
                else:
                    results[share] = answer[0]
                    waiting.discard(share)
        return results

    def _answer(self, share: int) -> tuple[Any] | None:
        """What a process answers; None when it is dead. Raises what it failed with."""
        try:
            fine, result = self._pipes[share].recv()
        except (EOFError, ConnectionResetError):  # the other end closed: the process is gone
            return None
        if fine:
            return (result,)
        if isinstance(result, BaseException):
            raise result
        raise WorkerDied(f"worker {self._processes[share].name!r} failed:\n{result}")

    def _replace(self, share: int, deaths: list[int], recover: Recover) -> None:
        """Put a successor into the place of a dead process, and let it go on."""
        while True:
            deaths[share] += 1
            end = self._end(share)
            if deaths[share] >= MOST_DEATHS:
                raise WorkerDied(
                    f"{end}, for the {deaths[share]}rd time during one rollout; its game fails too often to "
                    f"train on: look at what the episodes start from, or start again from the last checkpoint"
                )
            logger.warning("%s; its episodes are aborted, and it is started anew", end)
            self.restarts += 1
            self._clear(share)
            seed = child_seed(self._task.seed, "restart", self.restarts)
            self._pipes[share], self._processes[share] = self._start(share, replace(self._task, seed=seed))
            if self._begins(share):
                break
        self._ask(share, "go_on", recover(share))

    def _clear(self, share: int) -> None:
        """Remove what a dead process leaves, on disk too."""
        self._pipes[share].close()
        self._processes[share].kill()
        self._processes[share].join()
        self._processes[share].close()
        shutil.rmtree(self._folders[share], ignore_errors=True)
        self._folders[share] = tempfile.mkdtemp(prefix="journeyman-games-")

    def _start(self, share: int, task: BatchTask) -> tuple[Connection, SpawnProcess]:
        first, stop = self._bounds[share]
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=work,
            args=(theirs, task, self._shape, self._buffers, first, stop, self._folders[share]),
            daemon=True,
            name=f"games-{first}-{stop - 1}",
        )
        with one_thread_each():
            process.start()
        theirs.close()
        return ours, process

    def _begins(self, share: int) -> bool:
        """Wait until a process has built its games; False when it died over that."""
        while not self._pipes[share].poll(LIVENESS_S):
            if not self._processes[share].is_alive() and not self._pipes[share].poll():
                return False
        return self._answer(share) is not None

    def _end(self, share: int) -> str:
        process = self._processes[share]
        process.join(CLOSE_TIMEOUT_S)
        return f"worker {process.name!r} ended unexpectedly with exit code {process.exitcode}"

    def _unstarted(self, share: int) -> WorkerDied:
        return WorkerDied(
            f"{self._end(share)}; it could not start: a script that uses workers must be a file and guard "
            f"its main part with if __name__ == '__main__' (or use workers=0)"
        )

    def close(self) -> None:
        """End all processes."""
        for pipe in self._pipes:
            with suppress(OSError):
                pipe.send(None)
        for process in self._processes:
            process.join(CLOSE_TIMEOUT_S)
        self._kill()

    def _kill(self) -> None:
        for process in self._processes:
            process.kill()
        for process, pipe in zip(self._processes, self._pipes, strict=True):
            process.join()
            process.close()
            pipe.close()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        self._pipes, self._processes, self._folders = [], [], []
