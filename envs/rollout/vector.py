"""Many copies of a game, stepped in worker processes into shared arrays.

A whole rollout costs one message per worker: the policy travels to the games, not the observations to the
policy. Workers never wait for one another within a rollout, so one slow reset holds up nobody else. A worker
that dies is started anew: its episodes are aborted, and its games go on with others.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from itertools import pairwise
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.game import GameSpec
from envs.rollout.arrays import ArrayShape, RolloutArrays
from envs.rollout.batches import BatchTask, open_batch
from envs.rollout.crew import Crew, InProcess, Processes
from envs.rollout.episode import BatchPolicy, EpisodeEnd, FinalState, Start, Starts


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
        WorkerDied: from every method, when a process did not start, failed, or died several times over one
            rollout; all processes are closed then.
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
        self._lengths = np.zeros(n_games, np.int32)
        self._crew: Crew
        if self.workers == 0:
            self.arrays = shape.view(shape.allocate(bytearray))
            self._crew = InProcess(open_batch(task, self.arrays))
        else:
            context = multiprocessing.get_context("spawn")
            buffers = shape.allocate(lambda size: context.RawArray("b", size))
            self.arrays = shape.view(buffers)
            self._crew = Processes(task, shape, buffers, self._bounds)

    @property
    def restarts(self) -> int:
        """How often a worker died and was started anew."""
        return self._crew.restarts

    @property
    def encodings(self) -> NDArray[np.float32]:
        """What the players see now, float32[N, D]; a view."""
        current: NDArray[np.float32] = self.arrays.encodings[self._row]
        return current

    def reset(self) -> NDArray[np.float32]:
        """Start a new episode in every game; returns `encodings`."""
        self._row = 0
        self._call("reset")
        return self.encodings

    def step(self, actions: NDArray[np.integer]) -> RolloutArrays:
        """One step with the actions given, int[N]; row 0 of `arrays` tells what happened."""
        self._carry(1)
        shares = [(actions[first:stop],) for first, stop in self._bounds]
        self._crew.all("step", shares, lambda share: (self._abort_step(share, 1), "final_states", ()))
        self._row = 1
        return self.arrays

    def rollout(self, policy: BatchPolicy, steps: int | None = None) -> list[FinalState]:
        """Play `steps` (default and maximum: the horizon) with `policy`; returns states of success kept."""
        steps = self.horizon if steps is None else steps
        if not 1 <= steps <= self.horizon:
            raise ValueError(f"steps is {steps}; the arrays hold 1..{self.horizon}")
        self._carry(steps)
        kept = self._crew.all(
            "rollout",
            [(policy, steps)] * len(self._bounds),
            lambda share: (self._abort_step(share, steps), "play", (policy, steps)),
        )
        self._row = steps
        return [state for states in kept for state in states]

    def final_states(self) -> list[FinalState]:
        """States of success that the latest `step` or `rollout` kept."""
        return [state for states in self._call("final_states") for state in states]

    def force_reset(self, games: Sequence[int] | NDArray[np.integer]) -> None:
        """End the episodes of `games` (indices) after the latest step: terminal, not a success."""
        self._call_each("force_reset", self._by_batch(games))

    def set_starts(self, starts: Starts) -> None:
        """Draw new episodes from `starts` from now on."""
        self._crew.set_starts(starts)
        self._call("set_starts", starts)

    def snapshots(self, games: Sequence[int] | NDArray[np.integer]) -> list[Start]:
        """The states of `games` (indices, ascending) now, with the origins of their episodes."""
        shares = self._call_each("snapshots", self._by_batch(sorted(games)))
        return [start for starts in shares for start in starts]

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
        return self._call_each(method, [arguments] * len(self._bounds))

    def _call_each(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Ask what plays no step; games of a worker that died over it begin anew."""
        return self._crew.all(
            method, arguments, lambda share: (self._abort_after(share, self._row), method, arguments[share])
        )

    def _carry(self, steps: int) -> None:
        """What the latest step led to stands before the next one; `steps` rows are to be written."""
        a, row = self.arrays, self._row
        if row:
            self._lengths[:] = np.where(a.ends[row - 1] == EpisodeEnd.RUNNING, a.steps[row - 1], 0)
            for rows in (a.encodings, a.before, a.start):
                rows[0] = rows[row]
        else:
            self._lengths[:] = 0
        a.steps[:steps] = 0  # a row is complete when its lengths are there
        self._row = 0

    def _abort_step(self, share: int, steps: int) -> int:
        """The step over which a worker died leads nowhere: `EpisodeEnd.ABORTED`; returns the row after it."""
        a = self._games_of(share)
        complete = (a.steps[:steps] > 0).all(axis=1)
        if complete.all():
            return self._abort_after(share, steps)
        row = int(complete.argmin())
        lengths = self._lengths[slice(*self._bounds[share])]
        if row:
            lengths = np.where(a.ends[row - 1] == EpisodeEnd.RUNNING, a.steps[row - 1], 0)
        a.after[row] = a.before[row]
        a.final_encodings[row] = a.encodings[row]
        a.ends[row] = EpisodeEnd.ABORTED
        a.continues[row] = False
        a.steps[row] = lengths + 1
        return row + 1

    def _abort_after(self, share: int, row: int) -> int:
        """Episodes that run on before `row` are aborted with the step before it; returns `row`."""
        a = self._games_of(share)
        if row:
            running = a.ends[row - 1] == EpisodeEnd.RUNNING
            a.final_encodings[row - 1][running] = a.encodings[row][running]
            a.ends[row - 1][running] = EpisodeEnd.ABORTED
        return row

    def _games_of(self, share: int) -> RolloutArrays:
        return self.arrays.games(*self._bounds[share])

    def _by_batch(self, games: Sequence[int] | NDArray[np.integer]) -> list[tuple[list[int]]]:
        for i in games:
            if not 0 <= i < self.n_games:
                raise IndexError(f"no game {int(i)}; expected 0..{self.n_games - 1}")
        return [([int(i) - first for i in games if first <= i < stop],) for first, stop in self._bounds]
