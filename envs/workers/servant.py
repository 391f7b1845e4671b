"""The object that a worker serves, and what comes back from it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from traceback import format_exception
from typing import Any, Protocol, TypeAlias

from envs.text import plain

SHOWN_PART = 2_000
"""Characters of one frame of a traceback, or of the error's own text."""


class Servant(Protocol):
    """An object that lives where the worker runs; its methods are called by name, with picklable values."""

    def close(self) -> None:
        """Free what it holds."""
        ...


class ServantFactory(Protocol):
    """Builds the servant of a worker, where that worker runs; must be picklable."""

    def __call__(self, worker: int, restart: int) -> Servant:
        """A servant.

        Args:
            worker: index of the worker, from 0.
            restart: 0 for the first servant of a worker; the n-th restart of the pool builds number n.
        """
        ...


@dataclass(frozen=True, slots=True)
class SameEverywhere:
    """A factory that ignores worker and restart.

    Attributes:
        build: builds a servant; must be picklable.
    """

    build: Callable[[], Servant]

    def __call__(self, worker: int, restart: int) -> Servant:
        """A servant."""
        return self.build()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a servant's method returned."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """A servant could not be built, or its method raised; the worker itself goes on.

    Attributes:
        error: what was raised, if it is one of the known errors; else None.
        trace: its traceback.
    """

    error: Exception | None
    trace: str

    @property
    def summary(self) -> str:
        """The last line of the traceback: kind and words of what was raised."""
        return plain((self.trace.strip() or "unknown error").splitlines()[-1])


@dataclass(frozen=True, slots=True)
class Death:
    """A worker's process ended before it answered.

    Attributes:
        name: of the worker.
        exitcode: of its process, negative for a signal; None where it is not known.
        reason: why, where more is known than that.
        begun: whether the call may have been begun; if not, it can be made elsewhere as if nothing had been.
    """

    name: str
    exitcode: int | None
    reason: str = ""
    begun: bool = True

    def __str__(self) -> str:
        if self.reason:
            return f"worker {self.name!r} ended unexpectedly: {self.reason}"
        killed = (
            ": killed from outside, perhaps for want of memory" if self.exitcode == -signal.SIGKILL else ""
        )
        return f"worker {self.name!r} ended unexpectedly with exit code {self.exitcode}{killed}"


Outcome: TypeAlias = Answer | Failure | Death
"""What came of a call."""


class ServantHost:
    """Builds one worker's servant and calls its methods; turns exceptions into `Failure`.

    Args:
        worker: index of the worker.
        restart: which restart of the pool this is; see `ServantFactory`.
        known: errors that may be raised, as they are, where the call came from.
    """

    def __init__(self, worker: int, restart: int, known: tuple[type[Exception], ...]) -> None:
        self._worker, self._restart, self._known = worker, restart, known
        self._servant: Servant | None = None
        self._unbuilt = Failure(None, "the worker was given nothing to build a servant with")

    def build(self, make: ServantFactory) -> None:
        """Put another servant into the place of the present one; calls fail while it cannot be built."""
        try:
            self.close()
            self._servant = make(self._worker, self._restart)
        except Exception as error:
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Let every call fail with `error`, which is being handled, until a servant is built."""
        self._servant, self._unbuilt = None, self._failure(error)

    def call(self, method: str, arguments: tuple[Any, ...]) -> Answer | Failure:
        """What the servant says to ``method(*arguments)``; nothing, once it is there, to an empty method."""
        if self._servant is None:
            return self._unbuilt
        try:
            return Answer(getattr(self._servant, method)(*arguments) if method else None)
        except Exception as error:
            return self._failure(error)

    def close(self) -> None:
        """Free the servant; harmless when repeated."""
        servant, self._servant = self._servant, None
        if servant is not None:
            servant.close()

    def _failure(self, error: Exception) -> Failure:
        known = error if isinstance(error, self._known) else None
        return Failure(known, bounded_trace(error))


def bounded_trace(error: Exception) -> str:
    """The traceback of an error, each part of it cut, since an error may hold a text of any length."""
    return "".join(f"{plain(part.rstrip(), SHOWN_PART, lines=True)}\n" for part in format_exception(error))
