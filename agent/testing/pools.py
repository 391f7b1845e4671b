"""A pool of workers that starts no process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit


class StandInPool(JobPool):
    """A pool that has its jobs played by a function, in this process.

    Args:
        play: what a job leads to.

    Attributes:
        jobs: all jobs so far, in order.
    """

    def __init__(self, play: Callable[[Job], JobResult]) -> None:
        self._play = play
        self.jobs: list[Job] = []

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """See `JobPool.run`; each job is played when its result is asked for."""
        for job in jobs:
            self.jobs.append(job)
            yield self._play(job)

    def close(self) -> None:
        """Nothing is there to close."""
