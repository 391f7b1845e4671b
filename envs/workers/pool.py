"""`WorkerPool`: what every pool can do, wherever its workers run.

A back end starts workers, sends calls to their servants, receives outcomes, notices deaths and restarts.
Calling all workers at once and working through a queue are the same for all back ends.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar

from envs.errors import TooLittle, WorkerDied
from envs.shortage import shortage
from envs.workers.servant import Answer, Death, Failure, Outcome, ServantFactory

Call: TypeAlias = tuple[str, tuple[Any, ...]]
"""A method of the servants, and its arguments."""

NOTHING = ""
"""Empty method name: answered as soon as the servant is built."""

_Task = TypeVar("_Task")


class WorkerPool(ABC):
    """Workers with a servant each. A worker has one call at a time.

    Args:
        make: builds the servants.
        names: of the workers, for messages and process lists.

    Attributes:
        make: builds the servants. Another one may be put here at any time: workers build a servant with it
            before their next call.
        names: of the workers.
        restarts: how often a worker was restarted.
    """

    def __init__(self, make: ServantFactory, names: Sequence[str]) -> None:
        self.make = make
        self.names = tuple(names)
        self.restarts = 0

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether the workers are gone for good."""

    @abstractmethod
    def send(self, worker: int, method: str, *arguments: Any) -> None:
        """Have ``method(*arguments)`` of a worker's servant called; raises `WorkerDied` when closed."""

    @abstractmethod
    def ready(self, workers: Collection[int]) -> list[int]:
        """Those of `workers`, in ascending order, that have answered or died; waits for at least one.

        Args:
            workers: indices of workers with a call under way.
        """

    @abstractmethod
    def receive(self, worker: int) -> Outcome:
        """What came of a worker's call; waits for it. A worker that died has to be restarted."""

    @abstractmethod
    def restart(self, worker: int) -> None:
        """Put a new worker into the place of one that died or is not to go on; nothing when closed."""

    def usable(self, worker: int) -> bool:
        """Whether a worker can be given a call now; where workers find no room, it is not."""
        return True

    def wait_usable(self) -> None:  # noqa: B027  # most pools have room at any time
        """Wait until a worker can be given a call; where none ever can, that is raised."""

    @abstractmethod
    def kill(self) -> None:
        """End all workers without asking them; harmless when repeated."""

    @abstractmethod
    def close(self) -> None:
        """Let workers without a call free their servants, end all; harmless when repeated."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait_started(self) -> None:
        """Wait until all servants are built.

        Raises:
            WorkerDied: a worker died over it, or failed with an unknown error; all are ended then, as they
                are with errors that are known.
        """
        try:
            for worker in range(len(self.names)):
                self.send(worker, NOTHING)
            for worker in range(len(self.names)):
                outcome = self.receive(worker)
                if isinstance(outcome, Death):
                    raise WorkerDied(
                        f"{outcome}; it could not start: a script that uses workers must be a file and guard "
                        f"its main part with if __name__ == '__main__' (or use workers=0)"
                    )
                self._value(worker, outcome)
        except BaseException:
            self.kill()
            raise

    def call_all(
        self,
        method: str,
        arguments: Sequence[tuple[Any, ...]],
        *,
        on_death: Callable[[Death, int], None],
        resume: Callable[[int], Call],
    ) -> list[Any]:
        """The answers of all servants to ``method(*arguments[worker])``; see `begin_all` and `end_all`."""
        self.begin_all(method, arguments)
        return self.end_all(on_death=on_death, resume=resume)

    def begin_all(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> None:
        """Have all servants called with ``method(*arguments[worker])``, and do not wait for them.

        Raises:
            WorkerDied: the pool is closed. Whatever is raised, interrupts too, all workers are ended.
        """
        try:
            for worker, values in enumerate(arguments):
                self.send(worker, method, *values)
        except BaseException:
            self.kill()
            raise

    def end_all(self, *, on_death: Callable[[Death, int], None], resume: Callable[[int], Call]) -> list[Any]:
        """The answers to what `begin_all` began, in the order of the workers; waits for them.

        A worker that dies is restarted, and the answer to another call stands for its own.

        Args:
            on_death: told of a death, and the how many-th of this worker within this call it is, before the
                restart; raises when there have been too many.
            resume: told of a worker that was restarted, gives the call that its new servant gets.

        Raises:
            WorkerDied: a servant failed with an unknown error; known ones are raised as they are. Whatever is
                raised, interrupts too, all workers are ended: they may still hold answers to this call.
        """
        try:
            return self._answers(on_death, resume)
        except BaseException:
            self.kill()
            raise

    def _answers(self, on_death: Callable[[Death, int], None], resume: Callable[[int], Call]) -> list[Any]:
        answers: dict[int, Any] = {}
        deaths: Counter[int] = Counter()
        waiting = set(range(len(self.names)))
        while waiting:
            for worker in self.ready(waiting):
                outcome = self.receive(worker)
                if not isinstance(outcome, Death):
                    answers[worker] = self._value(worker, outcome)
                    waiting.discard(worker)
                    continue
                while isinstance(outcome, Death):
                    deaths[worker] += 1
                    on_death(outcome, deaths[worker])
                    self.restart(worker)
                    self.send(worker, NOTHING)
                    outcome = self.receive(worker)
                self._value(worker, outcome)
                method, arguments = resume(worker)
                self.send(worker, method, *arguments)
        return [answers[worker] for worker in sorted(answers)]

    def map_unordered(self, method: str, tasks: Iterable[_Task]) -> Iterator[tuple[_Task, Outcome]]:
        """``method(task)`` for every task, by whichever worker is free; outcomes as they come.

        Workers that die are restarted; a task that one of them had not begun goes to another. Closing the
        iterator restarts those at work, and drops the rest.
        """
        waiting = deque(tasks)
        busy: dict[int, _Task] = {}
        try:
            while waiting or busy:
                for worker in range(len(self.names)):
                    if worker not in busy and waiting and self.usable(worker):
                        busy[worker] = waiting.popleft()
                        self.send(worker, method, busy[worker])
                if not busy:
                    self.wait_usable()
                    continue
                for worker in self.ready(busy):
                    outcome, task = self.receive(worker), busy.pop(worker)
                    if isinstance(outcome, Death):
                        self.restart(worker)
                        if not outcome.begun:
                            waiting.appendleft(task)
                            continue
                    yield task, outcome
        finally:
            for worker in busy:
                self.restart(worker)

    def _value(self, worker: int, outcome: Answer | Failure) -> Any:
        if isinstance(outcome, Answer):
            return outcome.value
        if outcome.error is not None:
            raise outcome.error
        if advice := shortage(outcome.summary):
            raise TooLittle(f"worker {self.names[worker]!r} cannot go on: {advice}")
        error = WorkerDied(f"worker {self.names[worker]!r} failed: {outcome.summary}")
        error.add_note(outcome.trace)  # for journals and developers
        raise error

    def _require_open(self) -> None:
        if self.closed:
            raise WorkerDied("the workers are closed; open another pool")
