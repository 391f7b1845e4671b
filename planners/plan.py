"""Goals, plans, verdicts and executions: what planners take and give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from envs.facts import Facts

Outcome: TypeAlias = Literal["done", "not_done", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Facts that should hold together, each with at least the count given.

    Attributes:
        facts: fact -> least count.
        text: what was typed.
        understood: what was read out of it, in words for people.
    """

    facts: Mapping[str, int]
    text: str = ""
    understood: str = ""

    def in_words(self) -> str:
        """What should hold, for people."""
        return self.understood or facts_in_words(self.facts)


def facts_in_words(facts: Mapping[str, int]) -> str:
    """Facts as they are told to people; of a thing and the event that brings it, one is enough.

    >>> facts_in_words({"stone_sword": 1, "did.make_stone_sword": 1})
    '1 stone_sword'
    >>> facts_in_words({"did.defeat_zombie": 3, "near.table": 1})
    'defeat_zombie 3 times, near table'
    """
    parts = {fact: frozenset(fact.split(".")[-1].split("_")) for fact in facts}
    events = [fact for fact, count in facts.items() if fact.startswith("did.") and count == 1]
    things = [fact for fact in facts if "." not in fact]
    told = set(events) - {event for event in events for thing in things if parts[thing] <= parts[event]}
    aside = {fact for fact in facts if fact.startswith(("near.", "known."))}
    aside = {fact for fact in aside if any(parts[fact] <= parts[event] for event in events)}
    hidden = (set(events) - told) | aside
    return ", ".join(_fact_in_words(fact, count) for fact, count in facts.items() if fact not in hidden)


def _fact_in_words(fact: str, count: int) -> str:
    group, _, rest = fact.partition(".")
    if group == "did" and rest:
        return rest if count == 1 else f"{rest} {count} times"
    return f"{group} {rest}" if rest and count == 1 else f"{count} {fact}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Skills in order.

    Attributes:
        steps: skill names, in order of execution.
        missing: facts that no skill produces, with the counts lacking; the plan works only if they appear.
        expected_steps: expected environment steps until success, retries included.
        success_probability: that every step succeeds at the first attempt.
        hoped: facts that no skill brings on purpose -> the skill in the plan that may bring them.
        step_costs: of every step, its share of `expected_steps`.
        step_chances: of every step, how often it succeeds at the first attempt, 0..1.
    """

    goal: Goal
    steps: tuple[str, ...]
    missing: Mapping[str, int] = field(default_factory=dict)
    expected_steps: float = 0.0
    success_probability: float = 1.0
    hoped: Mapping[str, str] = field(default_factory=dict)
    step_costs: tuple[float, ...] = field(default=(), compare=False)
    step_chances: tuple[float, ...] = field(default=(), compare=False)

    @property
    def possible(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A judge's answer; ``unclear`` never changes a success rate."""

    outcome: Outcome
    reason: str
    judge: str
    confidence: float = 1.0
    answer_id: str = ""

    @property
    def success(self) -> bool | None:
        """True, False, or None when unclear."""
        return None if self.outcome == "unclear" else self.outcome == "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One execution of a skill.

    Attributes:
        skill: its name.
        verdict: whether it succeeded.
        env_steps: environment steps of its own, without those of guards that interrupted it.
        before: the facts at the start.
        after: the facts at the end.
        interrupted_by: the last guard skill that interrupted it; empty for none.
        fault: what went wrong with the skill's own code, which ended it, unclear; empty for nothing.
    """

    skill: str
    verdict: Verdict
    env_steps: int
    before: Facts
    after: Facts
    interrupted_by: str = ""
    fault: str = ""
