"""Runs model-written code: an interpreter in a worker process, without files or network.

No model-written code runs in this process. Each call gets a new interpreter session (0.1 ms), so code keeps
no state from one call to the next.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import pydantic_monty as monty

from envs.shortage import can_open, shortage, too_few_files
from envs.text import plain
from skills.code.source_check import check_source
from skills.errors import CodeRejected, SandboxUnavailable

_POLICY: monty.OSPolicy = {
    "datetime": datetime.datetime(2000, 1, 1),
    "sleep": "zero",
    "random_start": {"seed": 0},
}

MAX_NAMED_NUMBERS = 250
"""Numbers of a row up to which each gets a name of its own, which is faster than slices of a list."""

_FILES = 6
"""Files that the interpreter's own code must be able to open; it ends in an uproar where it is not."""

_first_started_by = 0
"""Id of the process that started the first sandbox; forked children inherit it and can tell by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """What one call may use.

    Attributes:
        seconds: running time of one call (of a whole batch).
        memory_bytes: heap.
        recursion: depth of function calls.
        print_bytes: printed text; it is discarded, but more than this is an error.
        wait_seconds: how long to wait for a free worker process.
    """

    seconds: float = 1.0
    memory_bytes: int = 50_000_000
    recursion: int = 100
    print_bytes: int = 65_536
    wait_seconds: float = 60.0


class Sandbox:
    """A pool of interpreter processes, started at the first call; use it in ``with`` or call `close`.

    Sent to another process (pickled), it starts its own workers there. A process that was forked after a
    sandbox had started cannot use one, because the interpreter's threads do not survive the fork: spawn
    such processes instead.
    """

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        self.limits = limits or SandboxLimits()
        self._pool: monty.Monty | None = None

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
        self.run(source, entry, {})
        return SandboxedFunction(self, source, entry, tuple(parameters))

    def run(self, code: str, entry: str, inputs: dict[str, Any]) -> Any:
        """Run code in a fresh session and return the value of its last expression.

        Args:
            code: model-written source, perhaps followed by lines of ours.
            entry: name of the function concerned, for messages.
            inputs: global variables: numbers, strings, lists, dictionaries.

        Raises:
            CodeRejected: the code failed or passed a limit.
            SandboxUnavailable: the sandbox itself cannot work.
        """
        try:
            return self._feed(code, inputs)
        except monty.MontyCrashedError as error:
            if error.timed_out:
                raise CodeRejected(self._too_slow(entry)) from error
            return self._run_again(code, entry, inputs)
        except monty.MontyError as error:
            raise CodeRejected(self._reason(error, entry)) from error

    def _run_again(self, code: str, entry: str, inputs: dict[str, Any]) -> Any:
        """After a crash: the worker may have been killed from outside, or by this code."""
        self.close()
        try:
            return self._feed(code, inputs)
        except monty.MontyCrashedError as error:
            self.close()
            try:
                self._feed("1 + 1", {})
            except monty.MontyError as broken:
                raise SandboxUnavailable(f"the sandbox crashes on everything: {broken}") from broken
            raise CodeRejected(f"{entry}: the code crashes its interpreter; write it more simply") from error
        except monty.MontyError as error:
            raise CodeRejected(self._reason(error, entry)) from error

    def _feed(self, code: str, inputs: dict[str, Any]) -> Any:
        limits: monty.ResourceLimits = {
            "max_feed_duration_secs": self.limits.seconds,
            "max_memory": self.limits.memory_bytes,
            "max_recursion_depth": self.limits.recursion,
            "max_suspensions": 10,
        }
        pool = self._started()
        try:
            with pool.checkout(script_name="code.py", limits=limits, os_policy=_POLICY) as session:
                printed = monty.CollectString(max_bytes=self.limits.print_bytes)
                return session.feed_run(code, inputs=inputs, print_callback=printed)
        except monty.MontyError:
            raise
        except TimeoutError as error:
            raise SandboxUnavailable(
                f"no sandbox worker was free within {self.limits.wait_seconds:g} s; is the machine busy?"
            ) from error
        except (RuntimeError, OSError) as error:
            self.close()
            raise _unavailable("does not work", error) from error

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

    def _too_slow(self, entry: str) -> str:
        return f"{entry}: exceeded the time limit of {self.limits.seconds:g} s; is there a loop without end?"

    def _reason(self, error: monty.MontyError, entry: str) -> str:
        inner = error.exception()
        kind, text = type(inner).__name__, str(inner)
        if isinstance(inner, TimeoutError) and "time limit exceeded" in text:
            return self._too_slow(entry)
        if isinstance(inner, MemoryError) and text.endswith(f"> {self.limits.print_bytes} bytes"):
            return f"{entry}: printed more than {self.limits.print_bytes} bytes; it should print nothing"
        if isinstance(inner, MemoryError):
            return f"{entry}: exceeded the memory limit of {self.limits.memory_bytes / 1e6:g} MB"
        if isinstance(inner, RecursionError):
            return f"{entry}: calls itself more than {self.limits.recursion} levels deep"
        if isinstance(inner, KeyError):
            text = f"no such name {inner.args[0]!r}"
        text = text.replace("The monty syntax parser does", "the sandbox's Python does")
        return f"{entry}:{_place(error)} {kind}: {text}"


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


def _place(error: monty.MontyError) -> str:
    frames = error.traceback() if isinstance(error, monty.MontyRuntimeError | monty.MontySyntaxError) else []
    if not frames:
        return ""
    source = (frames[-1].source_line or "").strip()
    return f" line {frames[-1].line}" + (f" ({source})" if source else "") + ":"


@dataclass(frozen=True, slots=True)
class Words:
    """An argument that is one of these words; see `SandboxedFunction.batched`."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SandboxedFunction:
    """A checked model-written function; calling it is the only way to run it.

    Attributes:
        sandbox: where it runs.
        source: its text.
        entry: its name.
        parameters: what it takes.
    """

    sandbox: Sandbox
    source: str
    entry: str
    parameters: tuple[str, ...]

    def __call__(self, *arguments: Any) -> Any:
        """Call it once with plain values. Raises `CodeRejected` or `SandboxUnavailable`."""
        inputs = {f"input_{i}": value for i, value in enumerate(arguments)}
        return self.sandbox.run(f"{self.source}\n\n{self.entry}({', '.join(inputs)})", self.entry, inputs)

    def batched(self, arguments: Sequence[Sequence[str] | Words | None]) -> BatchedFunction:
        """The function over many rows of integers in one call.

        Args:
            arguments: for each parameter the names of the facts it gets as a dictionary, the words of which
                it gets the one at the place given, or None for a plain integer.
        """
        widths = [len(keys) if isinstance(keys, Sequence) else 1 for keys in arguments]
        if sum(widths) > MAX_NAMED_NUMBERS:
            return self._batched_by_place(arguments, widths)
        names = [f"v{i}" for i in range(sum(widths))]
        values = iter(names)
        parts = []
        source = self.source
        for i, keys in enumerate(arguments):
            if keys is None:
                parts.append(next(values))
            elif isinstance(keys, Words):
                source += f"\n\ninput_words_{i} = {list(keys.words)!r}"
                parts.append(f"input_words_{i}[{next(values)}]")
            else:
                parts.append("{" + ", ".join(f"{key!r}: {next(values)}" for key in keys) + "}")
        call = f"{self.entry}({', '.join(parts)})"
        if not names:
            return BatchedFunction(self, 0, f"{source}\n\n[{call} for _ in range(input_count)]")
        row = f"for {', '.join(names)}, in zip({', '.join(['input_flat'] * len(names))})"
        return BatchedFunction(
            self, len(names), f"{source}\n\ninput_flat = iter(input_numbers)\n[{call} {row}]"
        )

    def _batched_by_place(
        self, arguments: Sequence[Sequence[str] | Words | None], widths: Sequence[int]
    ) -> BatchedFunction:
        """As `batched`, for rows of any width: the interpreter takes no more than 255 names at once."""
        source, parts, place = self.source, [], 0
        for i, (keys, width) in enumerate(zip(arguments, widths, strict=True)):
            value = f"input_numbers[at + {place}]"
            if keys is None:
                parts.append(value)
            elif isinstance(keys, Words):
                source += f"\n\ninput_words_{i} = {list(keys.words)!r}"
                parts.append(f"input_words_{i}[{value}]")
            else:
                source += f"\n\ninput_keys_{i} = {list(keys)!r}"
                row = f"input_numbers[at + {place}:at + {place + width}]"
                parts.append(f"dict(zip(input_keys_{i}, {row}))")
            place += width
        rows = f"for at in range(0, len(input_numbers), {place})"
        return BatchedFunction(self, place, f"{source}\n\n[{self.entry}({', '.join(parts)}) {rows}]")


@dataclass(frozen=True, slots=True)
class BatchedFunction:
    """A function over rows of integers; see `SandboxedFunction.batched`.

    Measured with three facts, 256 rows a call, in microseconds per row: numbers flat in one list and the
    dictionaries built inside 2.6, columns 2.6, rows 2.7, ready dictionaries 5.3, dictionaries with all 60
    facts of a game 30.

    Attributes:
        function: what is called.
        width: integers per row.
        code: the source with the lines that call it.
    """

    function: SandboxedFunction
    width: int
    code: str

    def __call__(self, numbers: list[int], row_count: int) -> list[Any]:
        """One result per row.

        Args:
            numbers: row after row, ``row_count * width`` integers.
            row_count: number of rows.

        Raises:
            CodeRejected: the code failed, or replaced the built-ins that deal out the rows.
            SandboxUnavailable: the sandbox itself cannot work.
        """
        inputs = {"input_numbers": numbers} if self.width else {"input_count": row_count}
        entry = self.function.entry
        results = self.function.sandbox.run(self.code, entry, inputs)
        if not isinstance(results, list) or len(results) != row_count:
            raise CodeRejected(f"{entry}: the code must not redefine iter, zip or range")
        return results
