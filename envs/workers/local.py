"""A pool whose one worker is this process, so a crash of the worker ends everything."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from envs.workers.pool import WorkerPool
from envs.workers.servant import Outcome, ServantFactory, ServantHost


class LocalPool(WorkerPool):
    """Calls are carried out at once, in `send`; every error can be raised as it is.

    Args:
        make: builds the servant, with the first call.
    """

    def __init__(self, make: ServantFactory) -> None:
        super().__init__(make, ["here"])
        self._made_by: ServantFactory | None = None
        self._host = ServantHost(0, 0, (Exception,))
        self._outcome: Outcome | None = None
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def send(self, worker: int, method: str, *arguments: Any) -> None:
        """Call the method here and now."""
        self._require_open()
        if self._made_by is not self.make:
            self._host.build(self.make)
            self._made_by = self.make
        self._outcome = self._host.call(method, arguments)

    def ready(self, workers: Collection[int]) -> list[int]:
        """All of `workers`: calls are answered in `send`."""
        return sorted(workers)

    def receive(self, worker: int) -> Outcome:
        """What came of the latest call."""
        outcome, self._outcome = self._outcome, None
        assert outcome is not None, "there was no call"
        return outcome

    def restart(self, worker: int) -> None:
        """Free the servant; the next call builds another."""
        if not self._closed:
            self._host.close()
            self.restarts += 1
            self._host = ServantHost(0, self.restarts, (Exception,))
            self._made_by = None

    def kill(self) -> None:
        """Nothing to do: there is no process to end, and no answers are left over."""

    def close(self) -> None:
        """Free the servant."""
        self._host.close()
        self._closed = True
