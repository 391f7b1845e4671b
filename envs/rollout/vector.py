"""Many copies of a game, stepped by workers into shared arrays.

A whole rollout costs one message per worker: the policy travels to the games, not the observations to the
policy. Workers never wait for one another within a rollout, so one slow reset holds up nobody else. A worker
that dies is restarted: its episodes are aborted, and its games go on with others.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from envs.errors import WorkerDied
from envs.game import GameSpec
from envs.rollout.arrays import ArrayShape, RolloutArrays
from envs.rollout.batch import EpisodeTask, GameBatch
from envs.rollout.episode import BatchPolicy, EpisodeEnd, FinalState
from envs.rollout.joint_batch import JointTask
from envs.rollout.looking import Audit
from envs.rollout.view import GameView
from envs.seeding import child_seed
from envs.workers.cores import core_count
from envs.workers.local import LocalPool
from envs.workers.pool import WorkerPool
from envs.workers.processes import ProcessPool
from envs.workers.servant import Death
from envs.workers.threads import ThreadPool

logger = logging.getLogger(__name__)

BatchTask: TypeAlias = EpisodeTask | JointTask
"""Practice of one skill, or of several together."""

TakeOver: TypeAlias = tuple[int, str, tuple[Any, ...]]
"""The arguments of `GameBatch.go_on`."""

MAX_DEATHS = 3
"""Deaths of one worker during one rollout with which the rollout fails."""


@dataclass(frozen=True, slots=True)
class BatchFactory:
    """Builds the games of a worker.

    Attributes:
        task: what is played. The games of a restarted worker draw from a seed of their own.
        shape: of the arrays.
        buffers: behind the arrays, shared between processes where there are any.
        bounds: first game and the one after the last, per worker.
    """

    task: BatchTask
    shape: ArrayShape
    buffers: Mapping[str, Any]
    bounds: Sequence[tuple[int, int]]

    def __call__(self, worker: int, restart: int) -> GameBatch:
        """The games of a worker."""
        first, stop = self.bounds[worker]
        task = self.task
        if restart:
            task = replace(task, seed=child_seed(task.seed, "restart", restart))
        return task.open_batch(self.shape.view(self.buffers).games(first, stop), first)


class VectorGame:
    """N games behind one set of arrays.

    Args:
        task: what is played, from where, until when.
        spec: the game's static description.
        n_games: number of games, N.
        horizon: steps that the arrays hold, T.
        workers: number of processes, or of parts that a thread beside this one plays in turn where the task's
            games are made for that; all available cores when None, this thread when 0.

    Attributes:
        arrays: what the latest `rollout` (or `step`: row 0) wrote. Overwritten by the next one.
        audits: verdicts of the latest rollout that were checked, where a judge says what has succeeded.
        view_size: width and height of a picture of the first game, taken at the end of the next rollout; None
            for no picture. It is None again afterwards.
        view: that game then; None before the first.

    Raises:
        WorkerDied: from every method, when a worker did not start, failed, or died several times over one
            rollout; all workers are closed then.
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
        wanted = core_count() if workers is None else workers
        if wanted < 0:
            raise ValueError(f"workers is {workers}; expected 0 (this process) or more")
        self.spec = spec
        self.audits: list[Audit] = []
        self.view_size: tuple[int, int] | None = None
        self.view: GameView | None = None
        self._task = task
        self.n_games, self.horizon = n_games, horizon
        self.workers = min(wanted, n_games)
        shape = ArrayShape(horizon, n_games, spec.encoding_size, len(spec.facts))
        bounds = np.linspace(0, n_games, max(1, self.workers) + 1).astype(int).tolist()
        self._bounds = list(pairwise(bounds))
        self._row = 0
        self._played: tuple[BatchPolicy, int] | None = None
        self._lengths = np.zeros(n_games, np.int32)
        apart = self.workers > 0 and not task.games.in_thread
        shared = partial(multiprocessing.get_context("spawn").RawArray, "b")
        buffers = shape.allocate(shared if apart else bytearray)
        self.arrays = shape.view(buffers)
        factory = BatchFactory(task, shape, buffers, self._bounds)
        self._pool: WorkerPool
        if self.workers == 0:
            self._pool = LocalPool(factory)
        else:
            names = [f"games-{first}-{stop - 1}" for first, stop in self._bounds]
            self._pool = (ProcessPool if apart else ThreadPool)(factory, names, task.passed_on)
        self._pool.wait_started()

    @property
    def restarts(self) -> int:
        """How often a worker died and was restarted."""
        return self._pool.restarts

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
        self._require_rest()
        self._clear(1)
        each = [(actions[first:stop],) for first, stop in self._bounds]
        self._call_all("step", each, lambda worker: (self._abort_step(worker, 1), "final_states", ()))
        self._row = 1
        return self.arrays

    def rollout(self, policy: BatchPolicy, steps: int | None = None) -> list[FinalState]:
        """Play `steps` (default and maximum: the horizon) with `policy`; returns states of success kept."""
        self.begin_rollout(policy, steps)
        return self.end_rollout()

    def begin_rollout(self, policy: BatchPolicy, steps: int | None = None) -> None:
        """Have a rollout played, and do not wait for it: until `end_rollout`, `arrays` are being written."""
        steps = self.horizon if steps is None else steps
        if not 1 <= steps <= self.horizon:
            raise ValueError(f"steps is {steps}; the arrays hold 1..{self.horizon}")
        self._require_rest()
        self._clear(steps)
        self._pool.begin_all("rollout", [(policy, steps)] * len(self._bounds))
        self._played = policy, steps

    def end_rollout(self) -> list[FinalState]:
        """Wait for the rollout that was begun; returns states of success kept."""
        if self._played is None:
            raise RuntimeError("no rollout was begun; call begin_rollout(policy) first")
        policy, steps = self._played
        self._played = None
        if self._pool.closed:
            raise WorkerDied("the workers were closed in the midst of a rollout; build a new VectorGame")
        kept = self._pool.end_all(
            on_death=_survive,
            resume=lambda worker: (
                "take_over",
                (self._abort_step(worker, steps), "play", (policy, steps)),
            ),
        )
        self._row = steps
        if isinstance(self._task, EpisodeTask) and self._task.judged is not None:
            self.audits = [audit for audits in self._call("audits") for audit in audits]
        if self.view_size is not None:
            size, self.view_size = self.view_size, None
            sizes = [(size if worker == 0 else None,) for worker in range(len(self._bounds))]
            self.view = self._call_all("view", sizes, partial(self._recovered, "view", (None,)))[0]
        return [state for states in kept for state in states]

    def final_states(self) -> list[FinalState]:
        """States of success that the latest `step` or `rollout` kept."""
        return [state for states in self._call("final_states") for state in states]

    def close(self) -> None:
        """End all workers and free the games; harmless when repeated."""
        self._pool.close()

    def __enter__(self) -> VectorGame:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, method: str) -> list[Any]:
        """Call a method that plays no step; the games of a worker that dies of it start new episodes."""
        recover = partial(self._recovered, method, ())
        return self._call_all(method, [()] * len(self._bounds), recover)

    def _recovered(self, method: str, arguments: tuple[Any, ...], worker: int) -> TakeOver:
        return self._abort_after(worker, self._row), method, arguments

    def _call_all(
        self, method: str, arguments: Sequence[tuple[Any, ...]], recover: Callable[[int], TakeOver]
    ) -> list[Any]:
        """The answers of all batches; `recover` says what the batch of a restarted worker does instead."""
        self._require_rest()
        return self._pool.call_all(
            method, arguments, on_death=_survive, resume=lambda worker: ("take_over", recover(worker))
        )

    def _require_rest(self) -> None:
        """Raise unless the workers are there and have nothing to do."""
        if self._pool.closed:
            raise WorkerDied("the workers are closed; build a new VectorGame")
        if self._played is not None:
            raise RuntimeError("a rollout is being played; call end_rollout() first")

    def _clear(self, steps: int) -> None:
        """Move the state after the latest step to row 0; the next `steps` rows will be written."""
        a, row = self.arrays, self._row
        if row:
            self._lengths[:] = np.where(a.ends[row - 1] == EpisodeEnd.RUNNING, a.steps[row - 1], 0)
            for rows in (a.encodings, a.before, a.start):
                rows[0] = rows[row]
        else:
            self._lengths[:] = 0
        a.steps[:steps] = 0  # a row is complete when its lengths are there
        self._row = 0

    def _abort_step(self, worker: int, steps: int) -> int:
        """End the step that a worker died in with `EpisodeEnd.ABORTED`; returns the row after it."""
        a = self._games_of(worker)
        complete = (a.steps[:steps] > 0).all(axis=1)
        if complete.all():
            return self._abort_after(worker, steps)
        row = int(complete.argmin())
        lengths = self._lengths[slice(*self._bounds[worker])]
        if row:
            lengths = np.where(a.ends[row - 1] == EpisodeEnd.RUNNING, a.steps[row - 1], 0)
        a.after[row] = a.before[row]
        a.final_encodings[row] = a.encodings[row]
        a.ends[row] = EpisodeEnd.ABORTED
        a.continues[row] = False
        a.steps[row] = lengths + 1
        return row + 1

    def _abort_after(self, worker: int, row: int) -> int:
        """Abort the running episodes with the step before `row`; returns `row`."""
        a = self._games_of(worker)
        if row:
            running = a.ends[row - 1] == EpisodeEnd.RUNNING
            a.final_encodings[row - 1][running] = a.encodings[row][running]
            a.ends[row - 1][running] = EpisodeEnd.ABORTED
        return row

    def _games_of(self, worker: int) -> RolloutArrays:
        return self.arrays.games(*self._bounds[worker])


def _survive(death: Death, deaths: int) -> None:
    """Log a worker's death, the `deaths`-th during one call. Raises `WorkerDied` after too many."""
    if deaths >= MAX_DEATHS:
        raise WorkerDied(
            f"{death}, for the {deaths}rd time during one rollout; its game fails too often to "
            f"train on: look at what the episodes start from, or start again from the last checkpoint"
        )
    logger.warning("%s; its episodes are aborted, and it is started anew", death)
