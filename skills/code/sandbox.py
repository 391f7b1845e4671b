"""Runs model-written code: an interpreter in a worker process, without files or network.

No model-written code runs in this process. Each call gets a new interpreter session (0.1 ms), so code keeps
no state from one call to the next.
"""

from __future__ import annotations

import contextlib
import datetime
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from types import TracebackType
from typing import Any

import pydantic_monty as monty

from envs.interrupts import undisturbed
from envs.shortage import can_open, shortage, too_few_files
from envs.text import brief, plain
from skills.code.calls import SMALL, SandboxedFunction
from skills.code.returned import TooMuch, require_bounded
from skills.code.running_time import Clock, RunningTime, processor_seconds
from skills.code.source_check import check_source
from skills.errors import CodeExhausted, CodeRejected, SandboxUnavailable

_POLICY: monty.OSPolicy = {
    "datetime": datetime.datetime(2000, 1, 1),
    "sleep": "zero",
    "random_start": {"seed": 0},
}

SHOWN_NAME = 80
"""Characters of a name that the code made up, in messages."""

SHOWN_LINE = 200
"""Characters of a line of code, in messages."""

UNTRANSLATABLE = (ArithmeticError, LookupError, MemoryError, RecursionError, TypeError, ValueError)
"""Errors of a value that cannot be turned into one of this process, such as a text of half a character."""

TEST_SECONDS = 300.0
"""Running time of all calls that one test of written code makes; see `Sandbox.within`."""

_FILES = 6
"""Files that the interpreter's own code must be able to open; it ends in an uproar where it is not."""

_first_started_by = 0
"""Id of the process that started the first sandbox; forked children inherit it and can tell by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """What one call may use.

    Attributes:
        seconds: processor time of one call (of a whole batch).
        memory_bytes: heap.
        recursion: depth of function calls.
        print_bytes: printed text; it is discarded, but more than this is an error.
        wait_seconds: how long to wait for a free worker process.
        patience_seconds: how long to wait for a call at most, on a machine too busy to give it its time.
    """

    seconds: float = 1.0
    memory_bytes: int = 50_000_000
    recursion: int = 100
    print_bytes: int = 65_536
    wait_seconds: float = 60.0
    patience_seconds: float = 60.0


class Sandbox:
    """A pool of interpreter processes, started at the first call; use it in ``with`` or call `close`.

    Sent to another process (pickled), it starts its own workers there. A process that was forked after a
    sandbox had started cannot use one, because the interpreter's threads do not survive the fork: spawn
    such processes instead.
    """

    def __init__(self, limits: SandboxLimits | None = None, *, clock: Clock = processor_seconds) -> None:
        self.limits = limits or SandboxLimits()
        self._clock = clock
        self._pool: monty.Monty | None = None
        self._seconds_left = math.inf

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"limits": self.limits}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["limits"])  # type: ignore[misc]

    def close(self) -> None:
        """Stop the workers; a later call starts new ones."""
        pool, self._pool = self._pool, None
        if pool is not None and _first_started_by == os.getpid():
            with contextlib.suppress(RuntimeError):
                pool.__exit__(None, None, None)

    def load(self, source: str, entry: str, parameters: Sequence[str]) -> SandboxedFunction:
        """Check and load a model-written function.

        Args:
            source: Python that defines `entry` at its top level.
            entry: the function's name.
            parameters: what it must take; their number counts, the names are free.

        Raises:
            CodeRejected: with a message fit to be sent back to the model.
            SandboxUnavailable: the sandbox itself cannot work.
        """
        check_source(source, entry, parameters)
        self.run(f"{source}\n\nNone", entry, {})
        return SandboxedFunction(self, source, entry, tuple(parameters))

    def run(self, code: str, entry: str, inputs: dict[str, Any]) -> Any:
        """Run code in a fresh session and return the value of its last expression.

        Args:
            code: model-written source, perhaps followed by lines of ours.
            entry: name of the function concerned, for messages.
            inputs: global variables: numbers, strings, lists, dictionaries.

        Raises:
            CodeRejected: the code failed or passed a limit, or what it returned is beyond the bounds of
                `skills.code.returned`.
            SandboxUnavailable: the sandbox itself cannot work.
        """
        result = self.run_unbounded(code, entry, inputs)
        try:
            require_bounded(result)
        except TooMuch as error:
            raise CodeRejected(f"{entry}: it returned {error}; {SMALL}") from None
        return result

    def run_unbounded(self, code: str, entry: str, inputs: dict[str, Any]) -> Any:
        """As `run`, with a result that nobody has looked at yet; see `skills.code.returned`."""
        if self._seconds_left <= 0:
            raise CodeExhausted(
                f"{entry}: all calls of one test together take too long; make the code faster"
            )
        time = RunningTime(self.limits.seconds, self.limits.patience_seconds)
        try:
            return self._in_time(code, entry, inputs, time)
        except monty.MontyCrashedError:
            return self._run_again(code, entry, inputs, time)
        finally:
            self._seconds_left -= time.spent

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Let all calls in the ``with`` block together take no longer; then they raise `CodeExhausted`.

        What counts is processor time, as for a single call.
        """
        self._seconds_left = seconds
        try:
            yield
        finally:
            self._seconds_left = math.inf

    def _in_time(self, code: str, entry: str, inputs: dict[str, Any], time: RunningTime) -> Any:
        """Run code until it ends or has had its time; raises `MontyCrashedError` when its worker died."""
        while True:
            try:
                with undisturbed():  # the interpreter imports on its way, and drops what that raises
                    return self._feed(code, inputs, time)
            except monty.MontyCrashedError as error:
                if not error.timed_out:
                    raise
                killed = True
            except monty.MontyError as error:
                if not (_is_time_limit(error) and time.is_up):
                    raise self._rejection(error, entry) from None
                killed = False
            if not time.goes_on(killed=killed):
                raise self._too_slow(entry)

    def _run_again(self, code: str, entry: str, inputs: dict[str, Any], time: RunningTime) -> Any:
        """After a crash: the worker may have been killed from outside, or by this code."""
        self.close()
        try:
            return self._in_time(code, entry, inputs, time)
        except monty.MontyCrashedError as error:
            self.close()
            try:
                self._feed("1 + 1", {}, RunningTime(self.limits.seconds, self.limits.patience_seconds))
            except monty.MontyError as broken:
                raise SandboxUnavailable(f"the sandbox crashes on everything: {broken}") from broken
            raise CodeRejected(f"{entry}: the code crashes its interpreter; write it more simply") from error

    def _feed(self, code: str, inputs: dict[str, Any], time: RunningTime) -> Any:
        limits: monty.ResourceLimits = {
            "max_feed_duration_secs": time.wall_limit,
            "max_memory": self.limits.memory_bytes,
            "max_recursion_depth": self.limits.recursion,
            "max_suspensions": 10,
        }
        pool = self._started()
        try:
            with pool.checkout(script_name="code.py", limits=limits, os_policy=_POLICY) as session:
                printed = monty.CollectString(max_bytes=self.limits.print_bytes)
                try:
                    with self._timed(session.worker_pid, time):
                        return session.feed_run(code, inputs=inputs, print_callback=printed)
                except UNTRANSLATABLE as error:
                    kind = type(error).__name__
                    raise CodeRejected(
                        f"the code, or what it returned, cannot be passed on: {kind}: {plain(error)}"
                    ) from None
        except (monty.MontyError, CodeRejected):
            raise
        except TimeoutError as error:
            raise SandboxUnavailable(
                f"no sandbox worker was free within {self.limits.wait_seconds:g} s; is the machine busy?"
            ) from error
        except (RuntimeError, OSError) as error:
            self.close()
            raise _unavailable("does not work", error) from error

    @contextlib.contextmanager
    def _timed(self, worker: int | None, time: RunningTime) -> Iterator[None]:
        """Count the processor time that a worker takes in the ``with`` block."""

        def used() -> float | None:
            return None if worker is None else self._clock(worker)

        began, before = perf_counter(), used()
        try:
            yield
        finally:
            after = used()
            time.add(perf_counter() - began, None if before is None or after is None else after - before)

    def _started(self) -> monty.Monty:
        global _first_started_by
        if _first_started_by not in (0, os.getpid()):
            raise SandboxUnavailable(
                f"process {os.getpid()} was forked after process {_first_started_by} had started a sandbox; "
                "start processes that run model-written code with 'spawn' or 'forkserver'"
            )
        if self._pool is None:
            if not can_open(_FILES):
                raise SandboxUnavailable(f"the sandbox cannot start: {too_few_files()}")
            _first_started_by = os.getpid()
            wait = self.limits.wait_seconds
            try:
                pool = monty.Monty(min_processes=1, max_processes=2, checkout_timeout=wait)
                pool.__enter__()
            except BaseException as error:
                if not isinstance(error, RuntimeError | OSError) and not _is_panic(error):
                    raise
                raise _unavailable("cannot start", error) from error
            self._pool = pool
        return self._pool

    def _too_slow(self, entry: str) -> CodeExhausted:
        return CodeExhausted(
            f"{entry}: exceeded the time limit of {self.limits.seconds:g} s; is there a loop without end?"
        )

    def _rejection(self, error: monty.MontyError, entry: str) -> CodeRejected:
        inner = error.exception()
        kind, text = plain(type(inner).__name__, SHOWN_NAME), plain(inner)
        if isinstance(inner, MemoryError) and text.endswith(f"> {self.limits.print_bytes} bytes"):
            limit = self.limits.print_bytes
            return CodeRejected(f"{entry}: printed more than {limit} bytes; it should print nothing")
        if isinstance(inner, MemoryError):
            megabytes = self.limits.memory_bytes / 1e6
            return CodeExhausted(f"{entry}: exceeded the memory limit of {megabytes:g} MB")
        if isinstance(inner, RecursionError):
            return CodeRejected(f"{entry}: calls itself more than {self.limits.recursion} levels deep")
        if isinstance(inner, KeyError):
            text = f"no such name {brief(inner.args[0] if inner.args else '')}"
        text = text.replace("The monty syntax parser does", "the sandbox's Python does")
        return CodeRejected(f"{entry}:{_place(error)} {kind}: {text}")


def _unavailable(what: str, error: BaseException) -> SandboxUnavailable:
    """The error for a sandbox that does not run: what there is too little of, else how to install it."""
    remedy = shortage(error) or shortage(str(error))
    if not remedy:
        reason = str(error).partition(";")[0]  # what follows is advice, for others than the users of this
        remedy = f"{plain(reason)}; install it again with: pip install --force-reinstall pydantic-monty"
    return SandboxUnavailable(f"the sandbox {what}: {remedy}")


def _is_panic(error: BaseException) -> bool:
    """Whether the interpreter's own code gave up; its error is none of Python's and has no name to import."""
    return type(error).__name__ == "PanicException"


def _is_time_limit(error: monty.MontyError) -> bool:
    """Whether the interpreter says that it ended the code; the code itself may say the same."""
    inner = error.exception()
    return isinstance(inner, TimeoutError) and "time limit exceeded" in str(inner)


def _place(error: monty.MontyError) -> str:
    frames = error.traceback() if isinstance(error, monty.MontyRuntimeError | monty.MontySyntaxError) else []
    if not frames:
        return ""
    source = plain((frames[-1].source_line or "").strip(), SHOWN_LINE)
    return f" line {frames[-1].line}" + (f" ({source})" if source else "") + ":"
