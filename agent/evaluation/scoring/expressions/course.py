"""What an expression asks of the facts of an episode, kept up to date step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agent.evaluation.scoring.expressions.language import NEVER
from agent.evaluation.scoring.expressions.reading import Query
from envs.facts import Facts


class Course:
    """The values of queries, from the start of an episode on.

    Args:
        queries: what is asked.
        start: the facts at the start.
    """

    def __init__(self, queries: Sequence[Query], start: Facts) -> None:
        self._queries = tuple(queries)
        self._start = {query.fact: start[query.fact] for query in queries if query.fact}
        self._last = dict(self._start)
        self._values = [self._first_value(query) for query in queries]

    def _first_value(self, query: Query) -> int:
        value = self._start.get(query.fact, 0)
        if query.kind == "first":
            return 0 if value >= query.count else NEVER
        return value if query.kind in ("before", "after", "lowest", "highest") else 0

    def step(self, facts: Facts, number: int) -> None:
        """Look at the facts after a step of the protocol, counted from 1."""
        for place, query in enumerate(self._queries):
            if query.kind == "steps":
                self._values[place] = number
            elif query.kind == "gain":
                self._values[place] = facts[query.fact] - self._start[query.fact]
            else:
                old, last = self._values[place], self._last[query.fact]
                self._values[place] = _NEXT[query.kind](old, last, facts[query.fact], query.count, number)
        self._last = {fact: facts[fact] for fact in self._last}

    def values(self) -> list[int]:
        """The values now, in the order of the queries."""
        return list(self._values)


_Next = Callable[[int, int, int, int, int], int]
"""Value so far, the fact before and after a step, the count, the step's number -> the value after it."""

_NEXT: Final[Mapping[str, _Next]] = {
    "before": lambda old, last, now, count, number: old,
    "after": lambda old, last, now, count, number: now,
    "rise": lambda old, last, now, count, number: old + max(0, now - last),
    "fall": lambda old, last, now, count, number: old + max(0, last - now),
    "lowest": lambda old, last, now, count, number: min(old, now),
    "highest": lambda old, last, now, count, number: max(old, now),
    "held": lambda old, last, now, count, number: old + 1 if now >= count else 0,
    "first": lambda old, last, now, count, number: number if old == NEVER and now >= count else old,
}
