"""Play in worker processes: reaching states to start from, and trying skills on fresh ground.

Each worker holds the current kit and takes one job at a time. A job that kills its worker comes back as
aborted, never as failed; the worker is started anew.
"""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any

from agent.interrupts import workers_ignore_interrupts
from agent.play.kit import Kit, PolicyOverSkills
from agent.play.player import Player
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import make_game
from envs.rollout.episode import Start
from planners.plan import Execution, Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of play.

    Attributes:
        seed: of the player's own draws and, without `start`, of the episode.
        start: a saved state to begin in.
        reach: facts to plan for and reach; empty for none.
        skill: a skill to try once afterwards; empty for none.
        guarded: whether guards may interrupt that skill.
        max_steps: steps allowed for `reach` or `strategy`.
        strategy: a policy over skills to carry out, instead of `reach`.
    """

    seed: int
    start: Start | None = None
    reach: Mapping[str, int] = field(default_factory=dict)
    skill: str = ""
    guarded: bool = True
    max_steps: int = 2_000
    strategy: PolicyOverSkills | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedState:
    """A state worth starting from.

    Attributes:
        start: the state and the seed of its episode.
        facts: the facts in it.
        label: what had just succeeded.
    """

    start: Start
    facts: Mapping[str, int]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobResult:
    """What a job led to.

    Attributes:
        job: the job.
        steps: environment steps played.
        reached: whether `job.reach` held in the end, or `job.strategy` did its task; True when nothing was
            asked.
        results: every execution of a skill, in order.
        attempt: the execution of `job.skill`; None if it was not reached.
        states: states after each success, the last one of `reach` included.
        aborted: why the job could not be judged; empty otherwise.
    """

    job: Job
    steps: int = 0
    reached: bool = False
    results: tuple[Execution, ...] = ()
    attempt: Execution | None = None
    states: tuple[SavedState, ...] = ()
    aborted: str = ""


MOST_REQUESTS = 6
"""Most states per job that are saved because the guard began to ask for something in them."""


@dataclass(slots=True)
class Notes:
    """What is noted down while a job is played.

    Attributes:
        results: every execution of a skill.
        requests: what the guard began to ask for, with the state in which it did.
    """

    results: list[Execution] = field(default_factory=list)
    requests: list[tuple[str, bytes, dict[str, int]]] = field(default_factory=list)

    def clear(self) -> None:
        """Begin anew."""
        self.results.clear()
        self.requests.clear()

    def request(self, game: Game, skill: str) -> None:
        """The guard began to ask for `skill`: a state in which that skill is really needed."""
        if len(self.requests) < MOST_REQUESTS and game.status is EndStatus.RUNNING:
            self.requests.append((skill, game.snapshot(), game.facts()))


def request_label(skill: str) -> str:
    """The label of states in which the guard asked for a skill."""
    return f"need {skill}"


def play(game: Game, player: Player, job: Job, notes: Notes) -> JobResult:
    """Carry out one job; `notes` is what the player's callbacks write to."""
    notes.clear()
    player.reseed(job.seed)
    if job.start is None:
        game.reset(job.seed)
        origin = job.seed
    else:
        game.restore(job.start.snapshot)
        origin = job.start.origin
    begin = game.steps
    states: list[SavedState] = []
    reached = True
    if job.strategy is not None:
        reached = player.carry_out(game, job.strategy, job.max_steps).outcome == "done"
    elif job.reach:
        outcome = player.pursue(game, Goal(facts=job.reach), job.max_steps)
        reached = outcome.outcome == "done"
    if reached and game.status is EndStatus.RUNNING:
        states.append(SavedState(start=Start(game.snapshot(), origin), facts=game.facts(), label="reach"))
    attempt = None
    if job.skill and reached and game.status is EndStatus.RUNNING:
        attempt = player.attempt(game, job.skill, guarded=job.guarded)
        if attempt.verdict.outcome == "done" and game.status is EndStatus.RUNNING:
            label = job.skill
            states.append(SavedState(start=Start(game.snapshot(), origin), facts=game.facts(), label=label))
    states += [
        SavedState(start=Start(state, origin), facts=facts, label=request_label(skill))
        for skill, state, facts in notes.requests
    ]
    return JobResult(
        job=job,
        steps=game.steps - begin,
        reached=reached,
        results=tuple(notes.results),
        attempt=attempt,
        states=tuple(states),
    )


def _work(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    notes = Notes()
    with suppress(EOFError, BrokenPipeError), ExitStack() as stack:
        while True:
            message: Any = pipe.recv()
            if isinstance(message, Kit):
                stack.close()
                game = make_game(message.game, **message.game_options)
                stack.callback(game.close)
                player = stack.enter_context(
                    Player(
                        message,
                        0,
                        on_result=notes.results.append,
                        learn=False,
                        on_request=partial(notes.request, game),
                    )
                )
                continue
            try:
                pipe.send(play(game, player, message, notes))
            except Exception:  # the worker's boundary: whatever happened here is reported as aborted
                pipe.send(JobResult(job=message, aborted=traceback.format_exc(limit=8)))


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    job: Job | None = None
    kit: Kit | None = None


def in_order(jobs: Sequence[Job], results: Iterable[JobResult]) -> Iterator[JobResult]:
    """The results in the order of their jobs, each as soon as it can be; seeds tell the jobs apart."""
    ready: dict[int, JobResult] = {}
    due = deque(job.seed for job in jobs)
    for result in results:
        ready[result.job.seed] = result
        while due and due[0] in ready:
            yield ready.pop(due.popleft())


class JobPool:
    """Worker processes that carry out jobs.

    Args:
        workers: number of processes, at least 1.
    """

    def __init__(self, workers: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._workers = [self._start() for _ in range(max(1, workers))]

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs,), daemon=True)
        with workers_ignore_interrupts():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """Carry out `jobs` with `kit`; yields results as they come. Closing the iterator drops the rest."""
        pending = deque(jobs)
        busy = 0
        try:
            while pending or busy:
                for worker in self._workers:
                    if worker.job is None and pending:
                        self._send(worker, kit, pending.popleft())
                        busy += 1
                pipes = [worker.pipe for worker in self._workers if worker.job is not None]
                ready = wait(pipes, timeout=1.0)
                for index, worker in enumerate(self._workers):
                    if worker.job is not None and (worker.pipe in ready or not worker.process.is_alive()):
                        result = self._receive(index)
                        busy -= 1
                        yield result
        finally:
            for index, worker in enumerate(self._workers):
                if worker.job is not None:
                    self._replace(index)

    def _send(self, worker: _Worker, kit: Kit, job: Job) -> None:
        worker.job = job
        with suppress(BrokenPipeError, OSError):
            if worker.kit is not kit:
                worker.pipe.send(kit)
                worker.kit = kit
            worker.pipe.send(job)

    def _receive(self, index: int) -> JobResult:
        worker = self._workers[index]
        job = worker.job
        assert job is not None
        try:
            result = worker.pipe.recv()
            worker.job = None
        except (EOFError, OSError):
            worker.process.join(1.0)
            code = worker.process.exitcode
            self._replace(index)
            return JobResult(job=job, aborted=f"the worker ended with exit code {code}")
        assert isinstance(result, JobResult)
        return result

    def _replace(self, index: int) -> None:
        worker = self._workers[index]
        worker.process.terminate()
        worker.pipe.close()
        self._workers[index] = self._start()

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(2.0)
            if worker.process.is_alive():
                worker.process.terminate()
