"""A pool of threads of this process, for servants whose work is done by compiled code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from envs.errors import GameError
from envs.workers.pool import WorkerPool
from envs.workers.servant import Outcome, ServantFactory, ServantHost


@dataclass(slots=True)
class _Worker:
    thread: ThreadPoolExecutor
    host: ServantHost
    made_by: ServantFactory | None = None
    """What its servant was built with."""
    call: Future[Outcome] | None = None


class ThreadPool(WorkerPool):
    """A thread per worker; see `WorkerPool` for the other arguments.

    Threads start in no time and share memory, but a crash of compiled code ends the whole process, and a call
    under way cannot be ended: `kill` waits for it. Servants are built, called and freed in their own thread.

    Args:
        known: errors that are raised as they are, besides `GameError`.
    """

    def __init__(
        self, make: ServantFactory, names: Sequence[str], known: tuple[type[Exception], ...] = ()
    ) -> None:
        super().__init__(make, names)
        self._known: tuple[type[Exception], ...] = (GameError, *known)
        self._closed = False
        self._workers = [_Worker(_thread(name), self._host(worker)) for worker, name in enumerate(names)]

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def send(self, worker: int, method: str, *arguments: object) -> None:
        """Have the thread call the method."""
        self._require_open()
        it, make = self._workers[worker], self.make
        build, it.made_by = it.made_by is not make, make

        def answer() -> Outcome:
            if build:
                it.host.build(make)
            return it.host.call(method, arguments)

        it.call = it.thread.submit(answer)

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
        it.thread.submit(it.host.close).result()
        self.restarts += 1
        it.host, it.made_by, it.call = self._host(worker), None, None

    def kill(self) -> None:
        """End all threads, once their calls have ended; harmless when repeated."""
        if self._closed:
            return
        self._closed = True
        for it in self._workers:
            it.thread.submit(it.host.close)
        for it in self._workers:
            it.thread.shutdown()

    def close(self) -> None:
        """As `kill`."""
        self.kill()

    def _host(self, worker: int) -> ServantHost:
        return ServantHost(worker, self.restarts, self._known)

    def _call(self, worker: int) -> Future[Outcome]:
        call = self._workers[worker].call
        assert call is not None, "there was no call"
        return call


def _thread(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix=name)
