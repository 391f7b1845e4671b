"""Many copies of a game, stepped in worker processes into shared arrays.

A whole rollout costs one message per worker: the policy travels to the games, not the observations to the
policy. Workers never wait for one another within a rollout, so one slow reset holds up nobody else.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.batch import GameBatch
from envs.batches import BatchTask, open_batch
from envs.episode import BatchPolicy, FinalState, Start, Starts
from envs.errors import WorkerDied
from envs.game import GameSpec
from envs.rollout_arrays import ArrayShape, RolloutArrays
from envs.worker import one_thread_each, work

CLOSE_TIMEOUT_S = 5.0
"""Seconds that a worker gets to end by itself."""

LIVENESS_S = 1.0
"""Seconds of silence after which the workers are looked at; a pipe held open elsewhere would never end."""


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Crew(Protocol):
    """Runs a method of `GameBatch` on all games, or on the batch of one game."""

    def all(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]: ...
    def close(self) -> None: ...


class VectorGame:
    """N games behind one set of arrays.

    Args:
        task: what is played, from where, until when.
        spec: the game's static description.
        n_games: number of games, N.
        horizon: steps that the arrays hold, T.
        workers: number of processes; all available cores when None, this process when 0.

    Attributes:
        arrays: what the latest `rollout` (or `step`: row 0) wrote. Overwritten by the next one.

    Raises:
        WorkerDied: from every method, when a process ended or failed; all processes are closed then.
        BadSnapshot, BadFocus: when the task asks for what the game cannot do.
    """

    def __init__(
        self,
        task: BatchTask,
        spec: GameSpec,
        *,
        n_games: int = 16,
        horizon: int = 128,
        workers: int | None = None,
    ) -> None:
        if n_games < 1 or horizon < 1:
            raise ValueError(f"n_games is {n_games} and horizon {horizon}; both must be at least 1")
        wanted = available_cores() if workers is None else workers
        if wanted < 0:
            raise ValueError(f"workers is {workers}; expected 0 (this process) or more")
        self.spec = spec
        self.n_games, self.horizon = n_games, horizon
        self.workers = min(wanted, n_games)
        shape = ArrayShape(horizon, n_games, spec.encoding_size, len(spec.facts))
        bounds = np.linspace(0, n_games, max(1, self.workers) + 1).astype(int).tolist()
        self._bounds = list(pairwise(bounds))
        self._row = 0
        self._crew: _Crew
        if self.workers == 0:
            self.arrays = shape.view(shape.allocate(bytearray))
            self._crew = _InProcess(open_batch(task, self.arrays))
        else:
            context = multiprocessing.get_context("spawn")
            buffers = shape.allocate(lambda size: context.RawArray("b", size))
            self.arrays = shape.view(buffers)
            self._crew = _Processes(context, task, shape, buffers, self._bounds)

    @property
    def encodings(self) -> NDArray[np.float32]:
        """What the players see now, float32[N, D]; a view."""
        current: NDArray[np.float32] = self.arrays.encodings[self._row]
        return current

    def reset(self) -> NDArray[np.float32]:
        """Start a new episode in every game; returns `encodings`."""
        self._call("reset")
        self._row = 0
        return self.encodings

    def step(self, actions: NDArray[np.integer]) -> RolloutArrays:
        """One step with the actions given, int[N]; row 0 of `arrays` tells what happened."""
        self._crew.all("step", [(actions[first:stop],) for first, stop in self._bounds])
        self._row = 1
        return self.arrays

    def rollout(self, policy: BatchPolicy, steps: int | None = None) -> list[FinalState]:
        """Play `steps` (default and maximum: the horizon) with `policy`; returns states of success kept."""
        steps = self.horizon if steps is None else steps
        if not 1 <= steps <= self.horizon:
            raise ValueError(f"steps is {steps}; the arrays hold 1..{self.horizon}")
        kept = self._call("rollout", policy, steps)
        self._row = steps
        return [state for states in kept for state in states]

    def final_states(self) -> list[FinalState]:
        """States of success that the latest `step` or `rollout` kept."""
        return [state for states in self._call("final_states") for state in states]

    def force_reset(self, games: Sequence[int] | NDArray[np.integer]) -> None:
        """End the episodes of `games` (indices) after the latest step: terminal, not a success."""
        self._crew.all("force_reset", self._by_batch(games))

    def set_starts(self, starts: Starts) -> None:
        """Draw new episodes from `starts` from now on."""
        self._call("set_starts", starts)

    def snapshots(self, games: Sequence[int] | NDArray[np.integer]) -> list[Start]:
        """The states of `games` (indices, ascending) now, with the origins of their episodes."""
        return [
            start for starts in self._crew.all("snapshots", self._by_batch(sorted(games))) for start in starts
        ]

    def close(self) -> None:
        """End all processes and free the games; harmless when repeated."""
        self._crew.close()

    def __enter__(self) -> VectorGame:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, method: str, *arguments: Any) -> list[Any]:
        return self._crew.all(method, [arguments] * len(self._bounds))

    def _by_batch(self, games: Sequence[int] | NDArray[np.integer]) -> list[tuple[list[int]]]:
        for i in games:
            if not 0 <= i < self.n_games:
                raise IndexError(f"no game {int(i)}; expected 0..{self.n_games - 1}")
        return [([int(i) - first for i in games if first <= i < stop],) for first, stop in self._bounds]


class _InProcess:
    def __init__(self, batch: GameBatch) -> None:
        self._batch = batch

    def all(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        return [getattr(self._batch, method)(*arguments[0])]

    def close(self) -> None:
        self._batch.close()


class _Processes:
    def __init__(
        self,
        context: multiprocessing.context.SpawnContext,
        task: BatchTask,
        shape: ArrayShape,
        buffers: dict[str, Any],
        bounds: Sequence[tuple[int, int]],
    ) -> None:
        self._pipes: list[Connection] = []
        self._processes: list[SpawnProcess] = []
        self._started = False
        try:
            with one_thread_each():
                for first, stop in bounds:
                    ours, theirs = context.Pipe()
                    process = context.Process(
                        target=work,
                        args=(theirs, task, shape, buffers, first, stop),
                        daemon=True,
                        name=f"games-{first}-{stop - 1}",
                    )
                    process.start()
                    theirs.close()
                    self._pipes.append(ours)
                    self._processes.append(process)
            self._collect()
            self._started = True
        except BaseException:
            self._kill()
            raise

    def all(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        if not self._pipes:
            raise WorkerDied("the workers are closed; build a new VectorGame")
        try:
            for pipe, process, values in zip(self._pipes, self._processes, arguments, strict=True):
                try:
                    pipe.send((method, values))
                except (BrokenPipeError, ConnectionResetError):
                    raise self._died(process) from None
            return self._collect()
        except BaseException:
            self._kill()  # after an interrupt the pipes may still hold answers to the old question
            raise

    def _collect(self) -> list[Any]:
        results: list[Any] = [None] * len(self._pipes)
        waiting = {pipe: i for i, pipe in enumerate(self._pipes)}
        while waiting:
            ready = wait(list(waiting), LIVENESS_S)
            gone = [] if ready else [p for p, i in waiting.items() if not self._processes[i].is_alive()]
            if gone and not gone[0].poll():
                raise self._died(self._processes[waiting[gone[0]]])
            for pipe in ready:
                assert isinstance(pipe, Connection)
                i = waiting.pop(pipe)
                try:
                    fine, result = pipe.recv()
                except (EOFError, ConnectionResetError):  # the other end closed: the process is gone
                    raise self._died(self._processes[i]) from None
                if not fine:
                    raise self._failed(self._processes[i], result)
                results[i] = result
        return results

    def _died(self, process: SpawnProcess) -> WorkerDied:
        process.join(CLOSE_TIMEOUT_S)
        advice = (
            "its episodes are lost, start again from the last checkpoint"
            if self._started
            else "it could not start: a script that uses workers must be a file and guard its main part with "
            "if __name__ == '__main__' (or use workers=0)"
        )
        return WorkerDied(
            f"worker {process.name!r} ended unexpectedly with exit code {process.exitcode}; {advice}"
        )

    def _failed(self, process: SpawnProcess, error: Any) -> BaseException:
        if isinstance(error, BaseException):
            return error
        return WorkerDied(f"worker {process.name!r} failed:\n{error}")

    def close(self) -> None:
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
        self._pipes, self._processes = [], []
