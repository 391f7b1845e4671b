"""Notices when executions of skills lead to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envs.facts import Facts, FactSpec

MAX_STATUS_VALUES = 2_000
"""A status with more values than this is a clock or a score, which changes by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How much in a row is tolerated before a fallback skill is forced, and before the end.

    Attributes:
        failures: failures in a row of one skill.
        idle: executions in a row without any game step.
        fruitless: executions in a row that neither succeeded nor brought a fact to a value not seen before.
        circling: executions in a row, successes included, that brought no fact to a value not seen before.
        rescues: fallbacks forced in a row, without anything new in between, before the end.
    """

    failures: int = 4
    idle: int = 4
    fruitless: int = 10
    circling: int = 60
    rescues: int = 6


class Watchdog:
    """Counts executions that lead to nothing within one episode.

    Something is new when a fact has a value that it never had before in the episode. What changes by itself
    is left out: bars, distances, places, clocks and scores, and how often something was done.
    """

    def __init__(self, facts: Sequence[FactSpec], patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._names = [fact.name for fact in facts if _shows_progress(fact)]
        self._seen: dict[str, set[int]] = {name: set() for name in self._names}
        self._skill = ""
        self._failures = self._idle = self._fruitless = self._circling = self._rescues = 0

    def begin(self, facts: Facts) -> None:
        """Note the facts at the start."""
        self._is_new(facts)

    def note(self, skill: str, facts: Facts, *, success: bool | None, steps: int) -> None:
        """Note an execution: which skill, the facts afterwards, whether it succeeded, its game steps."""
        new = self._is_new(facts)
        failed = success is False or not steps
        if skill != self._skill or (success and steps):
            self._failures = 0
        self._skill = skill
        self._failures += failed
        self._idle = 0 if steps else self._idle + 1
        self._fruitless = 0 if new or (success and steps) else self._fruitless + 1
        self._circling = 0 if new else self._circling + 1
        if new:
            self._rescues = 0

    @property
    def complaint(self) -> str:
        """Why another skill should be forced now; empty when all is well."""
        patience = self._patience
        if self._failures >= patience.failures:
            return f"{self._skill} failed {self._failures} times in a row"
        if self._idle >= patience.idle:
            return f"{self._idle} executions in a row took no step of the game"
        if self._fruitless >= patience.fruitless:
            return f"{self._fruitless} executions in a row came to nothing"
        if self._circling >= patience.circling:
            return f"{self._circling} executions in a row led to nothing new"
        return ""

    def rescue(self) -> bool:
        """Note that another skill is forced; False when that has been done too often."""
        self._skill = ""
        self._failures = self._idle = self._fruitless = self._circling = 0
        self._rescues += 1
        return self._rescues <= self._patience.rescues

    def _is_new(self, facts: Facts) -> bool:
        new = False
        for name in self._names:
            value = facts.get(name, 0)
            if value not in self._seen[name]:
                self._seen[name].add(value)
                new = True
        return new


def _shows_progress(fact: FactSpec) -> bool:
    if fact.kind == "status":
        return fact.high - fact.low <= MAX_STATUS_VALUES
    return fact.kind in ("count", "known") or (fact.kind == "event" and not fact.name.startswith("did."))


def failures_after(last: Mapping[str, int], skill: str, success: bool | None, steps: int) -> dict[str, int]:
    """How often in a row each skill has failed, after one more execution of `skill`.

    Only the skill just executed has a count; one that was cut short keeps the count that it had.

    >>> failures_after({"dig": 1}, "dig", False, 9)
    {'dig': 2}
    """
    before = last.get(skill, 0)
    if not steps or success is False:
        return {skill: before + 1}
    return {skill: 0 if success else before}
