"""A checked model-written function, and its calls: one by one, or over many rows of integers at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from envs.text import plain
from skills.code.returned import ARE_PLAIN, CHECKER, first_unbounded
from skills.errors import CodeRejected

MAX_NAMED_NUMBERS = 250
"""Numbers of a row up to which each gets a name of its own, which is faster than slices of a list."""

SMALL = "functions return numbers, texts, lists and dictionaries, and small ones"
"""What is said when a returned value is beyond the bounds."""


class Runner(Protocol):
    """What runs code: `skills.code.sandbox.Sandbox`."""

    def run_unbounded(self, code: str, entry: str, inputs: dict[str, Any]) -> Any:
        """The value of the last expression; nothing has looked at it yet."""
        ...


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

    sandbox: Runner
    source: str
    entry: str
    parameters: tuple[str, ...]

    def __call__(self, *arguments: Any) -> Any:
        """Call it once with plain values. Raises `CodeRejected` or `SandboxUnavailable`."""
        inputs = {f"input_{i}": value for i, value in enumerate(arguments)}
        call = f"input_checked([{self.entry}({', '.join(inputs)})])"
        results = self.sandbox.run_unbounded(f"{self.source}\n{CHECKER}\n{call}", self.entry, inputs)
        return _received(results, 1, lambda row: f"{self.entry}:")[0]

    def batched(
        self, arguments: Sequence[Sequence[str] | Words | None], expected: str = ARE_PLAIN
    ) -> BatchedFunction:
        """The function over many rows of integers in one call.

        Args:
            arguments: for each parameter the names of the facts it gets as a dictionary, the words of which
                it gets the one at the place given, or None for a plain integer.
            expected: `ARE_PLAIN` or `ARE_LISTS_OF_TEXTS`: results that are nothing else are fast.
        """
        widths = [len(keys) if isinstance(keys, Sequence) else 1 for keys in arguments]
        if sum(widths) > MAX_NAMED_NUMBERS:
            return self._batched_by_place(arguments, widths, expected)
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
            return BatchedFunction(self, 0, source, f"[{call} for _ in range(input_count)]", expected)
        row = f"for {', '.join(names)}, in zip({', '.join(['input_flat'] * len(names))})"
        source += "\n\ninput_flat = iter(input_numbers)"
        return BatchedFunction(self, len(names), source, f"[{call} {row}]", expected)

    def _batched_by_place(
        self, arguments: Sequence[Sequence[str] | Words | None], widths: Sequence[int], expected: str
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
        return BatchedFunction(self, place, source, f"[{self.entry}({', '.join(parts)}) {rows}]", expected)


@dataclass(frozen=True, slots=True)
class BatchedFunction:
    """A function over rows of integers; see `SandboxedFunction.batched`.

    Measured with three facts, 256 rows a call, in microseconds per row: numbers flat in one list and the
    dictionaries built inside 2.6, columns 2.6, rows 2.7, ready dictionaries 5.3, dictionaries with all 60
    facts of a game 30.

    Attributes:
        function: what is called.
        width: integers per row.
        source: the code with the lines that deal out the rows.
        results: expression that calls it for every row.
        expected: expression that tells whether all results are harmless; see `SandboxedFunction.batched`.
    """

    function: SandboxedFunction
    width: int
    source: str
    results: str
    expected: str

    def __call__(
        self, numbers: list[int], row_count: int, written: Callable[[int], str] | None = None
    ) -> list[Any]:
        """One result per row.

        Args:
            numbers: row after row, ``row_count * width`` integers.
            row_count: number of rows.
            written: the call of a row as text, for messages.

        Raises:
            CodeRejected: the code failed, replaced the built-ins that deal out the rows, or returned for some
                row what is beyond the bounds of `skills.code.returned`.
            SandboxUnavailable: the sandbox itself cannot work.
        """
        inputs = {"input_numbers": numbers} if self.width else {"input_count": row_count}
        entry = self.function.entry
        run = self.function.sandbox.run_unbounded
        source = f"{self.source}\ninput_results = {self.results}"
        results = run(f"{source}\ninput_results if {self.expected} else None", entry, inputs)
        if results is None:  # once more, to say what is wrong with which row
            results = run(f"{source}\n{CHECKER}\ninput_checked(input_results)", entry, inputs)
        return _received(results, row_count, written or (lambda row: f"{entry}:"))


def _received(results: Any, row_count: int, written: Callable[[int], str]) -> list[Any]:
    """The results of so many calls; `written` is the call of a row as text. Raises `CodeRejected`."""
    found = results if type(results) is tuple and len(results) == 2 else None
    if type(results) is list and len(results) == row_count:
        found = first_unbounded(results)
        if found is None:
            return results
    if found is None:
        raise CodeRejected(f"{written(0)} the code must not give built-in functions another meaning")
    row, what = found
    raise CodeRejected(f"{written(row)} returned {plain(what)}; {SMALL}")
