"""A pool in a thread beside this one, for servants whose work is done by compiled code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from envs.errors import GameError
from envs.workers.pool import WorkerPool
from envs.workers.servant import Outcome, ServantFactory, ServantHost


@dataclass(slots=True)
class _Worker:
    host: ServantHost
    made_by: ServantFactory | None = None
    """What its servant was built with."""
    call: Future[Outcome] | None = None


class ThreadPool(WorkerPool):
    """Workers that share a thread; see `WorkerPool` for the other arguments.

    It starts in no time and shares memory with this one, but a crash of compiled code ends the whole process,
    and a call under way cannot be ended: `kill` waits for it. Servants are built, called and freed in that
    thread.

    With a thread for each of two workers of Crafter, a rollout took 1.3 times as long: between two compiled
    calls come a dozen short ones of numpy, each of which gives the interpreter's lock away and has to get it
    back.

    Args:
        known: errors that are raised as they are, besides `GameError`.
    """

    def __init__(
        self, make: ServantFactory, names: Sequence[str], known: tuple[type[Exception], ...] = ()
    ) -> None:
        super().__init__(make, names)
        self._known: tuple[type[Exception], ...] = (GameError, *known)
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=names[0])
        self._workers = [_Worker(self._host(worker)) for worker in range(len(names))]

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def send(self, worker: int, method: str, *arguments: object) -> None:
        """Have the thread call the method, after all that it was given before."""
        self._require_open()
        it, make = self._workers[worker], self.make
        build, it.made_by = it.made_by is not make, make

        def answer() -> Outcome:
            if build:
                it.host.build(make)
            return it.host.call(method, arguments)

        it.call = self._thread.submit(answer)

    def ready(self, workers: Collection[int]) -> list[int]:
        """Those whose call has ended."""
        calls = {worker: self._call(worker) for worker in sorted(workers)}
        wait(calls.values(), return_when=FIRST_COMPLETED)
        return [worker for worker, call in calls.items() if call.done()]

    def receive(self, worker: int) -> Outcome:
        """What came of the call."""
        outcome = self._call(worker).result()
        self._workers[worker].call = None
        return outcome

    def restart(self, worker: int) -> None:
        """Free the servant, once its call has ended; the next call builds another."""
        if self._closed:
            return
        it = self._workers[worker]
        self._thread.submit(it.host.close).result()
        self.restarts += 1
        it.host, it.made_by, it.call = self._host(worker), None, None

    def kill(self) -> None:
        """End the thread, once its calls have ended; harmless when repeated."""
        if self._closed:
            return
        self._closed = True
        for it in self._workers:
            self._thread.submit(it.host.close)
        self._thread.shutdown()

    def close(self) -> None:
        """As `kill`."""
        self.kill()

    def _host(self, worker: int) -> ServantHost:
        return ServantHost(worker, self.restarts, self._known)

    def _call(self, worker: int) -> Future[Outcome]:
        call = self._workers[worker].call
        assert call is not None, "there was no call"
        return call
