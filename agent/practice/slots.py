"""Slots: where a turn of practice is carried out, with processes that play and a place to train in.

By default there is one, which is this process and its pool. With several, each is a group of processes of its
own, on this machine or on a node of a cluster, and turns take them in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.baton import Baton
from envs.errors import NoCluster, WorkerDied
from envs.workers.pool import WorkerPool
from envs.workers.processes import ProcessPool
from envs.workers.servant import Answer, Death, SameEverywhere
from skills.errors import SkillError
from skills.training.assignment import Assignment, carry_out
from skills.training.spec import OnProgress, TrainResult, WantsView

MOST_DEATHS: Final = 5
"""Deaths of its process after which a training is given up."""
MOST_SLOTS: Final = 1_000
"""Slots of a session, at most."""
PLACE_S: Final = 5.0
"""Seconds that each slot but the first has to find room on a cluster."""


class Slot(Protocol):
    """What a turn is carried out with."""

    @property
    def about(self) -> Mapping[str, Any]:
        """Where it is, for the record; empty for this process."""
        ...

    def train(
        self, spec: Assignment, *, on_progress: OnProgress | None = None, wants_view: WantsView | None = None
    ) -> TrainResult:
        """See `skills.training.assignment.carry_out`."""
        ...


class Here:
    """This process trains, as long as nothing else is asked for."""

    about: Mapping[str, Any] = {}

    def train(
        self, spec: Assignment, *, on_progress: OnProgress | None = None, wants_view: WantsView | None = None
    ) -> TrainResult:
        """See `skills.training.assignment.carry_out`."""
        return carry_out(spec, on_progress=on_progress, wants_view=wants_view)


class SlotJobs(JobPool):
    """The processes of a slot that play; whoever waits for them hands the baton on."""

    def __init__(self, pool: WorkerPool, baton: Baton) -> None:
        super().__init__(pool=pool)
        self._baton = baton

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """See `JobPool.run`."""
        results = super().run(kit, jobs)
        while True:
            with self._baton.handed_on():
                result = next(results, None)
            if result is None:
                return
            yield result

    def end(self) -> None:
        """End the processes without asking them."""
        self._pool.kill()


class Apart:
    """A slot in processes of its own.

    Args:
        number: from 1.
        jobs: processes that play.
        open_trainer: makes the process that trains, when one is needed.
        baton: handed on while it is waited for them.
        sends: whether the run's folder is not theirs, so that files are sent.
    """

    def __init__(
        self,
        number: int,
        jobs: SlotJobs,
        open_trainer: Callable[[], WorkerPool],
        baton: Baton,
        *,
        sends: bool,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.number, self.jobs = number, jobs
        self._open_trainer, self._baton, self._sends, self._close = open_trainer, baton, sends, close
        self._trainer: WorkerPool | None = None
        self._host = ""

    @property
    def about(self) -> Mapping[str, Any]:
        """The slot's number, and the machine it was last seen on."""
        return {"slot": self.number, **({"host": self._host} if self._host else {})}

    def train(
        self, spec: Assignment, *, on_progress: OnProgress | None = None, wants_view: WantsView | None = None
    ) -> TrainResult:
        """See `carry_out`; a training whose process dies goes on elsewhere from its checkpoint.

        Raises:
            WorkerDied: the process died `MOST_DEATHS` times.
        """
        from skills.training.host import files_of, keep_files, result_here

        wanted, deaths, begun = True, 0, False
        while True:
            if not begun:
                files = files_of(spec) if self._sends else None
                outcome = self._ask("begin", spec, files)
            else:
                outcome = self._ask("go_on", wanted, wants_view() if wants_view else None)
            if isinstance(outcome, Death):
                deaths += outcome.begun
                if deaths >= MOST_DEATHS:
                    raise WorkerDied(f"{outcome}, for the {deaths}th time in a training of {spec.name}")
                begun = False
                continue
            if not begun:
                begun = True
                continue
            keep_files(spec, outcome.files)
            for progress in outcome.progress:
                wanted = (on_progress is None or on_progress(progress) is not False) and wanted
            if outcome.result is not None:
                return result_here(spec, outcome.result)

    def _ask(self, method: str, *arguments: Any) -> Any:
        """What the training's process says, or its death; it is restarted then. Raises what it raises."""
        with self._baton.handed_on():
            if self._trainer is None:
                self._trainer = self._open_trainer()
            self._trainer.send(0, method, *arguments)
            outcome = self._trainer.receive(0)
            if isinstance(outcome, Death):
                self._trainer.restart(0)
                return outcome
            if not self._host and hasattr(self._trainer, "where"):
                self._host = str(self._trainer.where(0).get("host", ""))
        if isinstance(outcome, Answer):
            return outcome.value
        if outcome.error is not None:
            raise outcome.error
        error = WorkerDied(f"a training failed in slot {self.number}: {outcome.summary}")
        error.add_note(outcome.trace)
        raise error

    def end(self) -> None:
        """End all processes, those at work too."""
        self.jobs.end()
        if self._trainer is not None:
            self._trainer.kill()
        self._close()


def _host() -> Any:
    """The servant that trains; torch is imported with it."""
    from skills.training.host import TrainingHost

    return TrainingHost()


KNOWN: Final = (SkillError, OSError, MemoryError)
"""Errors of trainings that are raised as they are."""


def open_slots(count: int, workers: int, cluster: str) -> tuple[list[Apart], Baton]:
    """Slots with so many processes each; all are ended where one fails.

    Args:
        count: of slots; 0 for as many as a cluster has room for.
        workers: processes of each that play; a training uses the same number, while those rest.
        cluster: see `envs.workers.opening.open_workers`; empty for this machine.

    Raises:
        MissingDependency, NoCluster: the cluster cannot be used, or has no room for one slot.
    """
    baton = Baton()
    slots: list[Apart] = []
    try:
        for number in range(1, min(count or MOST_SLOTS, _most_slots(count, workers, cluster)) + 1):
            slot = (
                _on_cluster(number, workers, cluster, baton)
                if cluster
                else _on_this_machine(number, workers, baton)
            )
            if slot is None:
                break
            slots.append(slot)
    except BaseException:
        for slot in slots:
            slot.end()
        raise
    return slots, baton


def _on_this_machine(number: int, workers: int, baton: Baton) -> Apart:
    names = [f"slot-{number}-jobs-{index}" for index in range(workers)]
    jobs = SlotJobs(ProcessPool(JobPool.idle(), names, (SkillError,)), baton)

    def trainer() -> WorkerPool:
        make = SameEverywhere(_host)
        return ProcessPool(make, [f"slot-{number}-training"], KNOWN, with_children=True)

    return Apart(number, jobs, trainer, baton, sends=False)


def _on_cluster(number: int, workers: int, cluster: str, baton: Baton) -> Apart | None:
    """A slot with a placement group of its own; None where there is no room for more than the first."""
    from envs.workers.cluster.faults import no_room
    from envs.workers.cluster.places import Place
    from envs.workers.cluster.ray_pool import RayPool

    place = Place(cluster, workers)
    if not place.wait(PLACE_S if number > 1 else 6 * PLACE_S):
        place.close()
        if number == 1:
            raise no_room(workers, {})
        return None
    names = [f"slot-{number}-jobs-{index}" for index in range(workers)]
    try:
        pool = RayPool(JobPool.idle(), names, (SkillError,), cluster=cluster, place=place.options())
    except BaseException:
        place.close()
        raise

    def trainer() -> WorkerPool:
        make, name = SameEverywhere(_host), [f"slot-{number}-training"]
        return RayPool(make, name, KNOWN, cluster=cluster, place=place.options(cpus=0))

    return Apart(number, SlotJobs(pool, baton), trainer, baton, sends=True, close=place.close)


def _most_slots(count: int, workers: int, cluster: str) -> int:
    """Slots for which the nodes of a cluster have CPUs, or `count` of this machine. Raises `NoCluster`."""
    if not cluster:
        return max(1, count)
    from envs.workers.cluster.connection import connect
    from envs.workers.cluster.resources import nodes

    connect(cluster, cpus=max(1, count) * workers)
    most = sum(int(node.cpus) // workers for node in nodes() if node.alive)
    if not most:
        largest = max((node.cpus for node in nodes() if node.alive), default=0)
        raise NoCluster(
            f"no node of the cluster has the {workers} CPUs that a slot takes; the largest has {largest:g}: "
            f"take --workers {max(1, int(largest))}"
        )
    return most
