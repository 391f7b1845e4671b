"""Goals, plans, verdicts and executions: what planners take and give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from envs.facts import Facts

Outcome: TypeAlias = Literal["done", "not_done", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Facts that should hold, each with at least the count given."""

    facts: Mapping[str, int]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Skills in order.

    Attributes:
        steps: skill names, in order of execution.
        missing: facts that no skill produces, with the counts lacking; the plan works only if they appear.
        expected_steps: expected environment steps until success, retries included.
        success_probability: that every step succeeds at the first attempt.
    """

    goal: Goal
    steps: tuple[str, ...]
    missing: Mapping[str, int] = field(default_factory=dict)
    expected_steps: float = 0.0
    success_probability: float = 1.0

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
