"""One execution of a chain: which part comes next, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from envs.facts import FactKind, Facts
from envs.game import Game
from skills.skill import is_gain

PART_ATTEMPTS = 3
"""Executions of one part, at most, before the chain gives up."""

PartStatus: TypeAlias = Literal["done", "skipped", "failed", "unclear", "not_started"]
"""How a part ended: ``skipped`` when nothing of it was left to do, ``not_started`` when it may not start."""


@dataclass(frozen=True, slots=True)
class ChainOption:
    """One execution of a chain; the runner executes its parts, so that it never acts itself.

    Attributes:
        parts: skill names, in order.
        initiation: whether the chain may start.
        termination: whether it gives up between two parts.
    """

    parts: tuple[str, ...]
    initiation: Callable[[Facts], bool]
    termination: Callable[[Facts, Facts, int], bool]

    def may_start(self, facts: Facts) -> bool:
        """See `planners.execution.option.Option`."""
        return self.initiation(facts)

    def should_stop(self, start: Facts, facts: Facts, steps: int) -> bool:
        """See `planners.execution.option.Option`."""
        return self.termination(start, facts, steps)

    def act(self, game: Game) -> int:
        """Never called. Raises `AssertionError`."""
        raise AssertionError(f"the chain of {', '.join(self.parts)} acts through its parts")


@dataclass(slots=True)
class ChainProgress:
    """How far an execution of a chain has come.

    Attributes:
        parts: skill names, in order.
        position: index of the part that is next or under way.
        attempts: executions of that part so far.
        statuses: how parts ended, repeated executions included, in order: (part, status).
    """

    parts: tuple[str, ...]
    position: int = 0
    attempts: int = 0
    statuses: list[tuple[str, PartStatus]] = field(default_factory=list)

    @property
    def part(self) -> str:
        """The part that is next or under way; empty when all are over."""
        return self.parts[self.position] if self.position < len(self.parts) else ""

    @property
    def complete(self) -> bool:
        """Whether every part was done or had nothing left to do."""
        return not self.part

    @property
    def stuck(self) -> bool:
        """Whether the next part may not start, or was executed as often as it may be without success."""
        if not self.statuses or self.complete:
            return False
        return self.statuses[-1][1] == "not_started" or self.attempts >= PART_ATTEMPTS

    @property
    def unclear(self) -> bool:
        """Whether it got stuck at a part of which nobody can say how it went."""
        return self.stuck and self.statuses[-1][1] == "unclear"

    def note(self, status: PartStatus) -> None:
        """Note how the part under way ended; a part that failed or is unclear is executed again."""
        self.statuses.append((self.part, status))
        if status in ("done", "skipped"):
            self.position, self.attempts = self.position + 1, 0
        else:
            self.attempts += 1

    def sentence(self) -> str:
        """For people, such as ``2 of 3 parts done, build not started``."""
        text = f"{self.position} of {len(self.parts)} parts done"
        if self.complete or not self.statuses or self.statuses[-1][1] in ("done", "skipped"):
            return text
        part, status = self.statuses[-1]
        return f"{text}, {part} {status.replace('_', ' ')}"


def nothing_left(
    obtains: Mapping[str, int], kinds: Mapping[str, FactKind], highs: Mapping[str, int], facts: Facts
) -> bool:
    """Whether a skill has nothing left to do here: what it reaches holds, what it adds to is at its largest.

    >>> nothing_left({"near.table": 1}, {"near.table": "place"}, {}, {"near.table": 1})
    True
    >>> nothing_left({"wood": 1}, {}, {"wood": 9}, {"wood": 9})
    True
    >>> nothing_left({"wood": 1}, {}, {"wood": 9}, {"wood": 8})
    False
    """
    for fact, count in obtains.items():
        value = facts.get(fact, 0)
        if is_gain(kinds.get(fact, "count")):
            if fact not in highs or value < highs[fact]:
                return False
        elif value < count:
            return False
    return bool(obtains)
