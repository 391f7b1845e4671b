"""All slots of a session as one, for what is no turn: random chains, joint training, housekeeping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.slots import Apart
from envs.errors import NoCluster
from skills.training.assignment import Assignment
from skills.training.spec import OnProgress, TrainResult, WantsView


class AnySlot:
    """The first slot that is there; when it is lost, the next goes on with what it did.

    Args:
        slots: those of the session; one that is lost is taken out.
        tell_lost: told of a slot that is lost, and why.

    Attributes:
        jobs: plays as the slots do.
    """

    def __init__(self, slots: list[Apart], tell_lost: Callable[[Apart, NoCluster], None]) -> None:
        self._slots, self._tell_lost = slots, tell_lost
        self.jobs: JobPool = _AnyJobs(self)

    @property
    def first(self) -> Apart:
        """The slot that is used now."""
        return self._slots[0]

    @property
    def about(self) -> Mapping[str, Any]:
        """See `Slot.about`."""
        return self.first.about

    def train(
        self, spec: Assignment, *, on_progress: OnProgress | None = None, wants_view: WantsView | None = None
    ) -> TrainResult:
        """See `Apart.train`; goes on in another slot, from the checkpoint. Raises `NoCluster` at last."""
        while True:
            try:
                return self.first.train(spec, on_progress=on_progress, wants_view=wants_view)
            except NoCluster as error:
                self.lose_first(error)

    def lose_first(self, error: NoCluster) -> None:
        """Go on without the slot that is used now. Raises `error` where it is the last one."""
        if len(self._slots) < 2:
            raise error
        lost = self._slots.pop(0)
        lost.end()
        self._tell_lost(lost, error)


class _AnyJobs(JobPool):
    """Plays in the slot that is used now; it has no processes of its own."""

    def __init__(self, of: AnySlot) -> None:
        self._of = of

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """See `JobPool.run`; what a slot that is lost has not played is played in the next."""
        left = {job.seed: job for job in jobs}
        while True:
            try:
                for result in self._of.first.jobs.run(kit, list(left.values())):
                    left.pop(result.job.seed, None)
                    yield result
                return
            except NoCluster as error:
                self._of.lose_first(error)

    def close(self) -> None:
        """Slots end their processes themselves."""
