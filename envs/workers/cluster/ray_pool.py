"""A pool whose workers are actors of Ray, restarted elsewhere when they or their node die."""

from __future__ import annotations

import pickle
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from envs.errors import GameError, NoCluster
from envs.workers.cluster.actor import Actor, own_version
from envs.workers.cluster.connection import connect
from envs.workers.cluster.faults import failed, no_room, store_full, unable, why
from envs.workers.cluster.resources import free_cpus
from envs.workers.pool import WorkerPool
from envs.workers.remarks import is_heard, remark
from envs.workers.servant import Death, Outcome, ServantFactory

ROOM_S: Final = 30.0
"""Seconds that workers have to find room on the cluster."""
START_S: Final = 120.0
"""Seconds that a worker has to say its first word, once there is room; a node may have to be started."""
LOOK_S: Final = 1.0
"""Seconds between two looks at what workers say, where nobody listens to remarks."""
REMARKS_S: Final = 0.25
"""The same where somebody listens."""
MOST_STILLBORN: Final = 30
"""Actors in a row that end before their first word until that is an error, about a second apart."""
MOST_STARTS: Final = 3
"""Actors that may die over their first word before a pool is given up."""
CLOSE_S: Final = 5.0
"""Seconds that a worker has to free its servant."""


_Task = TypeVar("_Task")


@dataclass(slots=True)
class _Worker:
    restart: int
    handle: Any = None
    """The actor; None until it is needed, and there is room."""
    started: float = 0.0
    made_by: ServantFactory | None = None
    """What its servant was built with."""
    call: Any = None
    """What will hold the answer; None without a call."""
    hearing: Any = None
    """What will hold its remarks; None where they were not asked for."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Where it is; empty until it has said its first word."""
    greeting: Any = None


class RayPool(WorkerPool):
    """An actor of Ray per worker; see `WorkerPool` for the other arguments.

    Actors take one CPU each, compute with one thread, and end with this process. Ray never repeats a call by
    itself: a call whose worker is gone, or cannot be reached, is a `Death`, and whoever called decides. What
    workers are built with goes through Ray's object store, so each node gets it once.

    Args:
        known: errors that are raised as they are, besides `GameError`.
        cluster: see `envs.workers.cluster.connection.connect`.
        place: options of the actors, such as the placement group they belong to; by default they are spread
            over the nodes, and there are fewer of them where fewer CPUs are free.

    Raises:
        MissingDependency: Ray is not installed here, or Journeyman is not on a node.
        NoCluster: the cluster cannot be used, a node has another version of Journeyman, or no CPU is free.
    """

    def __init__(
        self,
        make: ServantFactory,
        names: Sequence[str],
        known: tuple[type[Exception], ...] = (),
        *,
        cluster: str,
        place: Mapping[str, Any] | None = None,
    ) -> None:
        self._ray = connect(cluster, cpus=len(names))
        if place is None:
            names = names[: room_for(len(names))]
        super().__init__(make, names)
        self._place = {"scheduling_strategy": "SPREAD", "num_cpus": 1} if place is None else dict(place)
        self._seeks_room = place is None
        self._known = pickle.dumps((GameError, *known))
        self._closed = False
        self._stillborn = 0
        self._sent: tuple[ServantFactory, Any] | None = None
        self._workers = [_Worker(0) for _ in names]
        try:
            for worker in range(len(names)):
                self._start(worker)
            self._require_first()
        except BaseException:
            self.kill()
            raise

    @property
    def closed(self) -> bool:
        """Whether the workers were ended."""
        return self._closed

    def where(self, worker: int) -> Mapping[str, Any]:
        """Where a worker is: ``node``, ``host`` and ``pid``; waits for its first word. Raises `NoCluster`."""
        it = self._workers[worker]
        if it.handle is None:
            self._start(worker)
        if not it.about:
            it.about = self._greeted(it)
        return it.about

    def send(self, worker: int, method: str, *arguments: Any) -> None:
        """Have an actor called; one that is dead gets nothing, which `receive` will show."""
        self._require_open()
        it = self._workers[worker]
        if it.handle is None:
            self._start(worker)
        message = pickle.dumps((method, arguments), protocol=pickle.HIGHEST_PROTOCOL)
        make = self._made() if it.made_by is not self.make else None
        it.made_by = self.make
        it.call = it.handle.call.remote(make, message)

    def usable(self, worker: int) -> bool:
        """Whether it is there, or there is room for it."""
        return self._workers[worker].handle is not None or not self._seeks_room or free_cpus() >= 1

    def wait_usable(self) -> None:
        """Wait for room for one worker. Raises `NoCluster`."""
        room_for(1)

    def ready(self, workers: Collection[int]) -> list[int]:
        """Those that have answered, or are gone; what they remark meanwhile is passed on."""
        calls = {self._workers[worker].call: worker for worker in workers}
        while True:
            wait_s = REMARKS_S if is_heard() else LOOK_S
            done, _ = self._ray.wait(list(calls), num_returns=len(calls), timeout=0)
            if not done:
                done, _ = self._ray.wait(list(calls), num_returns=1, timeout=wait_s)
            if done:
                return sorted(calls[call] for call in done)
            self._give_up_waiting(workers)
            if is_heard():
                self._pass_on(workers)

    def receive(self, worker: int) -> Outcome:
        """What came of the call, or how the actor ended."""
        self.ready([worker])
        it = self._workers[worker]
        try:
            remarks, outcome = pickle.loads(self._ray.get(it.call))
        except self._lost as error:
            return self._death(worker, error)
        except Exception as error:
            return failed(self._ray, error)
        finally:
            it.call = None
        self.where(worker)  # a node of another version is told of with its first answer
        for value in remarks:
            remark(value)
        return outcome  # type: ignore[no-any-return]

    def map_unordered(self, method: str, tasks: Iterable[_Task]) -> Iterator[tuple[_Task, Outcome]]:
        """See `WorkerPool.map_unordered`; each worker has its next task with it, while there are many.

        Otherwise a worker would wait after each task for a message to this process and back.
        """
        waiting = deque(tasks)
        given: dict[int, deque[tuple[_Task, Any]]] = {worker: deque() for worker in range(len(self.names))}
        try:
            while waiting or any(given.values()):
                self._hand_out(method, waiting, given)
                if not (busy := [worker for worker, own in given.items() if own]):
                    self.wait_usable()
                    continue
                for worker in self.ready(busy):
                    outcome, (task, _) = self.receive(worker), given[worker].popleft()
                    if isinstance(outcome, Death):
                        self.restart(worker)
                        waiting.extendleft(other for other, _ in reversed(given[worker]))
                        given[worker].clear()
                        if not outcome.begun:
                            waiting.appendleft(task)
                            continue
                    elif given[worker]:
                        self._workers[worker].call = given[worker][0][1]
                    yield task, outcome
        finally:
            for worker, own in given.items():
                if own:
                    self.restart(worker)

    def _hand_out(
        self, method: str, waiting: deque[_Task], given: Mapping[int, deque[tuple[_Task, Any]]]
    ) -> None:
        """Give every worker a task, and then another one as long as there are more than workers."""
        for most in (1, 2):
            for worker, own in given.items():
                enough = len(waiting) > (len(given) if most == 2 else 0)
                if enough and len(own) < most and self.usable(worker):
                    task = waiting.popleft()
                    self.send(worker, method, task)
                    own.append((task, self._workers[worker].call))
                    self._workers[worker].call = own[0][1]

    def _death(self, worker: int, error: Exception) -> Death:
        """How an actor ended. Raises `NoCluster` where one after the other ends before its first word."""
        begun = self._lived(self._workers[worker])
        self._mistrust(self._workers[worker].about.get("node"))
        self._stillborn = 0 if begun else self._stillborn + 1
        if self._stillborn >= MOST_STILLBORN:
            raise NoCluster(f"workers end on the cluster before they begin: {why(error)}")
        if not begun:
            time.sleep(LOOK_S)  # a node that has just died is taken for alive for some seconds
        return Death(self.names[worker], None, why(error), begun=begun)

    def restart(self, worker: int) -> None:
        """Put a new actor into the place of one, on whatever node has room."""
        if self._closed:
            return
        self._end(self._workers[worker])
        self.restarts += 1
        self._workers[worker] = _Worker(self.restarts)

    def _mistrust(self, node: object) -> None:
        """Replace what rests on a node where a worker died: it may be gone as well, and nobody knows yet."""
        for worker, it in enumerate(self._workers):
            if node is not None and it.call is None and it.about.get("node") == node:
                self.restart(worker)

    def _lived(self, it: _Worker) -> bool:
        """Whether an actor has said its first word."""
        try:
            it.about = it.about or self._ray.get(it.greeting, timeout=0)
        except Exception:
            return False
        return True

    def _give_up_waiting(self, workers: Collection[int]) -> None:
        """End actors that find no room, so that somebody else gets their calls. Raises `NoCluster`."""
        for worker in workers:
            it = self._workers[worker]
            if it.about or time.monotonic() - it.started < ROOM_S or self._lived(it):
                continue
            if self._seeks_room and free_cpus() < 1:
                self._end(it)
            elif time.monotonic() - it.started > START_S:
                raise no_room(len(self.names), self._place)

    def kill(self) -> None:
        """End all actors."""
        self._closed = True
        workers, self._workers = getattr(self, "_workers", []), []
        for it in workers:
            self._end(it)

    def close(self) -> None:
        """Let idle actors free their servants, and end all."""
        if self._closed:
            return
        idle = [it for it in self._workers if it.call is None and it.handle is not None]
        closing = [it.handle.close.remote() for it in idle]
        if closing:
            self._ray.wait(closing, num_returns=len(closing), timeout=CLOSE_S)
        self.kill()

    @property
    def _lost(self) -> tuple[type[Exception], ...]:
        """What Ray raises where a worker or its node is gone, or cannot be reached."""
        of = self._ray.exceptions
        return (
            of.RayActorError, of.WorkerCrashedError, of.NodeDiedError, of.ObjectLostError,
            of.LocalRayletDiedError, of.TaskUnschedulableError, of.ActorUnschedulableError,
            of.OutOfMemoryError,
        )  # fmt: skip

    def _start(self, worker: int) -> None:
        it = self._workers[worker]
        kind = self._ray.remote(
            max_restarts=0, max_task_retries=0, concurrency_groups={"talk": 1}, **self._place
        )(Actor)
        it.handle, it.started = kind.remote(worker, it.restart, self._known), time.monotonic()
        it.greeting = it.handle.about.remote()

    def _made(self) -> Any:
        """The factory in the object store, which brings it to each node once."""
        if self._sent is None or self._sent[0] is not self.make:
            data = pickle.dumps(self.make, protocol=pickle.HIGHEST_PROTOCOL)
            try:
                self._sent = self.make, self._ray.put(data)
            except (self._ray.exceptions.ObjectStoreFullError, self._ray.exceptions.OutOfDiskError) as error:
                raise store_full(len(data)) from error
        return self._sent[1]

    def _require_first(self) -> None:
        """Wait for the first word of a worker. Raises as the constructor."""
        greetings = {it.greeting: worker for worker, it in enumerate(self._workers)}
        first, _ = self._ray.wait(list(greetings), num_returns=1, timeout=START_S)
        if not first:
            raise no_room(len(self.names), self._place)
        worker = greetings[first[0]]
        for _ in range(MOST_STARTS):
            if not self._is_lost(worker):
                break
            self.restart(worker)  # it was killed, or its node was
            self._start(worker)
            self._ray.wait([self._workers[worker].greeting], timeout=START_S)
        self.where(worker)

    def _is_lost(self, worker: int) -> bool:
        """Whether an actor that has not said its first word died, for a reason that another may be spared."""
        try:
            self._ray.get(self._workers[worker].greeting, timeout=0)
        except self._lost as error:
            return "creation task" not in str(error)
        except Exception:
            return False
        return False

    def _greeted(self, it: _Worker) -> Mapping[str, Any]:
        try:
            about: Mapping[str, Any] = self._ray.get(it.greeting, timeout=START_S)
        except self._ray.exceptions.GetTimeoutError as error:
            raise no_room(len(self.names), self._place) from error
        except Exception as error:  # its class could not be loaded there, or it died at once
            raise unable(error) from error
        if about["journeyman"] != own_version():
            raise NoCluster(
                f"node {about['host']} has Journeyman {about['journeyman']}, and this machine "
                f"{own_version()}; install the same version on all nodes"
            )
        return about

    def _pass_on(self, workers: Collection[int]) -> None:
        """Hear what busy workers remark; those that are gone say nothing."""
        for worker in workers:
            it = self._workers[worker]
            if it.hearing is None:
                it.hearing = it.handle.hear.options(concurrency_group="talk").remote()
            done, _ = self._ray.wait([it.hearing], timeout=0)
            if not done:
                continue
            try:
                values = self._ray.get(it.hearing)
            except Exception:  # `receive` tells of it
                values = []
            it.hearing = None
            for value in values:
                remark(value)

    def _end(self, it: _Worker) -> None:
        try:
            self._ray.kill(it.handle, no_restart=True)
        except Exception:  # it, or the cluster, is gone already
            return


def room_for(workers: int) -> int:
    """For how many workers there is room now, at most `workers`; waits for the first. Raises `NoCluster`."""
    until = time.monotonic() + ROOM_S
    while (free := int(free_cpus())) < 1:
        if time.monotonic() > until:
            raise no_room(workers, {})
        time.sleep(LOOK_S)
    return max(1, min(workers, free))
