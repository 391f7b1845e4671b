"""Bounds of what model-written code returns, checked before anything else looks at it.

A small program can return a value without end: a list doubled forty times, one that holds itself, a number of
a million digits. Comparing, printing, converting or copying such a value may never come to an end; these
checks do, after a bounded number of looks. The first is made inside the sandbox, because some values cannot
even be received: a dictionary here hashes its keys again, and a key may be a tuple doubled forty times.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from envs.text import brief, plain

DEPTH = 8
"""Lists and dictionaries inside one another."""

VALUES = 100_000
"""Values in all, those of a whole batch together; one that is held in two places counts twice."""

CHARACTERS = 1_000_000
"""Characters of text in all."""

NUMBER_BITS = 1_024
"""Length of a whole number inside a list or dictionary; a float holds no larger ones."""

SCALARS = frozenset({type(None), bool, int, float, complex})
"""What holds nothing else."""


class TooMuch(ValueError):
    """A returned value is beyond the bounds; the message says what was returned, in a few words."""


@dataclass(slots=True)
class Allowance:
    """How much more may be returned.

    Attributes:
        values: values left.
        characters: characters of text left.
    """

    values: int = VALUES
    characters: int = CHARACTERS

    def take(self, value: object) -> None:
        """Count a value with all that it holds.

        Raises:
            TooMuch: it is too deep, too large, or holds what no function returns.
        """
        level: list[object] = [value]
        for _ in range(DEPTH + 1):
            level = [part for item in level for part in self._parts(item)]
            if not level:
                return
        raise TooMuch(f"a value nested more than {DEPTH} deep")

    def _parts(self, item: object) -> Collection[object]:
        """What a value holds, once it is counted."""
        if type(item) not in _KINDS:
            raise TooMuch(plain(f"an object of the kind {type(item).__name__}", 100))
        if isinstance(item, str | bytes):
            self.characters -= len(item)
            if self.characters < 0:
                raise TooMuch(f"more than {CHARACTERS:,} characters of text")
            return ()
        if isinstance(item, int) and item.bit_length() > NUMBER_BITS:
            raise TooMuch(brief(item))
        if not isinstance(item, list | tuple | set | frozenset | dict):
            return ()
        self.values -= len(item)
        if self.values < 0:
            raise TooMuch(f"more than {VALUES:,} values")
        return [*item, *item.values()] if isinstance(item, dict) else item


_KINDS = SCALARS | {str, bytes, list, tuple, dict, set, frozenset}


def require_bounded(value: object) -> None:
    """Raise `TooMuch` for a value that is too deep, too large, or holds what no function returns."""
    if type(value) not in SCALARS:
        Allowance().take(value)


def first_unbounded(rows: Sequence[object]) -> tuple[int, str] | None:
    """The first of a batch of results that is beyond the bounds, and what it is; None where all are within.

    Single numbers are left to whoever converts them, so that a batch of them costs next to nothing.
    """
    kinds = set(map(type, rows))
    if kinds <= SCALARS:
        return None
    allowance = Allowance()
    for row, value in enumerate(rows):
        try:
            if type(value) not in SCALARS:
                allowance.take(value)
        except TooMuch as error:
            return row, str(error)
    return None


RESERVED = frozenset(
    {"bool", "bytes", "complex", "dict", "float", "frozenset", "int", "iter", "len", "list", "range", "set"}
    | {"str", "tuple", "type", "zip", "enumerate", "input_checked", "input_flat", "input_results"}
)
"""Names that the lines around model-written code rely on, so that it must not give them another meaning."""

ARE_PLAIN = "{type(v) for v in input_results} <= {int, float, bool, str, type(None)}"
"""Expression for the sandbox: all of ``input_results`` are numbers, texts or nothing."""

ARE_LISTS_OF_TEXTS = (
    "{type(v) for v in input_results} <= {list, tuple}"
    " and {type(text) for v in input_results for text in v} <= {str}"
)
"""Expression for the sandbox: all of ``input_results`` are lists of texts."""

CHECKER = f"""
def input_checked(results):
    plain = {{int, float, bool, str, bytes, complex, type(None)}}
    left = {VALUES}
    for row, result in enumerate(results):
        level = [result]
        for depth in range({DEPTH} + 1):
            inner = []
            for item in level:
                kind = type(item)
                if kind in plain:
                    continue
                if kind in (dict, set, frozenset) and not {{type(key) for key in item}} <= plain:
                    return row, 'a dictionary or set by more than simple values'
                if kind is dict:
                    item = list(item.values())
                elif kind not in (list, tuple, set, frozenset):
                    return row, 'an object that is no number, text, list or dictionary'
                left -= len(item)
                if left < 0:
                    return row, 'more than {VALUES:,} values'
                inner += list(item)
            level = inner
            if not level:
                break
        if level:
            return row, 'a value nested more than {DEPTH} deep'
    return results
"""
"""Function for the sandbox: the list that it is given, or a row that is beyond the bounds and why."""
