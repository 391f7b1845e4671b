"""The worker processes that carry jobs out, and what becomes of a job that breaks down.

Each worker holds the current kit and takes one job at a time. A job that kills its worker comes back as
aborted, never as failed; the worker is restarted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from agent.play.job_player import JobPlayer
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from envs.errors import MissingDependency, TooLittle
from envs.shortage import shortage
from envs.workers.opening import open_workers
from envs.workers.pool import WorkerPool
from envs.workers.servant import Answer, Failure, Outcome, SameEverywhere, ServantFactory
from skills.errors import SandboxUnavailable, SkillError

WORKER_ENDED = "the worker ended with exit code"
"""How the reason begins for which a job was aborted whose worker died."""


class _Idle:
    """What a worker holds before its first kit; it loads the modules that play needs."""

    def close(self) -> None:
        """Nothing to free."""


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
        cluster: where they run, see `open_workers`; empty for this machine.
        pool: these processes instead, made with `idle`.
    """

    def __init__(self, workers: int = 1, cluster: str = "", *, pool: WorkerPool | None = None) -> None:
        names = [f"jobs-{index}" for index in range(max(1, workers))]
        self._pool = pool or open_workers(self.idle(), names, (SkillError,), cluster)
        self._kit: Kit | None = None

    @staticmethod
    def idle() -> ServantFactory:
        """What processes that play are begun with; it loads what play needs."""
        return SameEverywhere(_Idle)

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """Carry out `jobs` with `kit`; yields results as they come. Closing the iterator drops the rest.

        Raises:
            SandboxUnavailable, MissingDependency, TooLittle: no job can be carried out here.
        """
        if kit is not self._kit:  # each worker gets it once, with its next job
            acting = {name: network.acting_only() for name, network in kit.networks.items()}
            self._kit = kit
            self._pool.make = SameEverywhere(partial(JobPlayer, replace(kit, networks=acting)))
        for job, outcome in self._pool.map_unordered("play", jobs):
            yield _result(job, outcome)

    def close(self) -> None:
        """End the processes."""
        self._pool.close()


def run_again(pool: JobPool, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
    """As `JobPool.run`, but a job that broke down is carried out once more; `aborted` means twice."""
    broken: list[Job] = []
    for result in pool.run(kit, jobs):
        if result.aborted:
            broken.append(result.job)
        else:
            yield result
    yield from pool.run(kit, broken)


def _result(job: Job, outcome: Outcome) -> JobResult:
    if isinstance(outcome, Answer):
        result: JobResult = outcome.value
        return result
    if isinstance(outcome, Failure):
        raise_lasting(outcome)
        return JobResult(job=job, aborted=outcome.trace)
    return JobResult(
        job=job, aborted=f"{WORKER_ENDED} {outcome.exitcode}{outcome.reason and f' ({outcome.reason})'}"
    )


def raise_lasting(failure: Failure) -> None:
    """Raise what no second try would mend: a prerequisite is missing, or there is too little of something."""
    if isinstance(failure.error, SandboxUnavailable | MissingDependency | TooLittle):
        raise failure.error
    if advice := shortage(failure.summary):
        raise TooLittle(advice)
