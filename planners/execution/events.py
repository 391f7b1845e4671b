"""What executors report of their decisions while they play.

Events hold plain values only, so that they can be pickled and written down. `ExecutorEvent.env_step` is the
game's step counter at the moment of the event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol, Self

from envs.facts import FactKind
from planners.execution.chain import PartStatus
from planners.execution.play_result import PlayEnd
from planners.plan import Execution, Outcome, Plan

RECORDED_PLAN_STEPS = 20
"""Steps of a plan that its record lists: plans are made after every skill and may have thousands."""

RECORDED_KINDS = ("count", "event", "known", "place")
"""Kinds of facts whose changes are recorded; the others change by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutorEvent:
    """Base of all events.

    Attributes:
        kind: name of the event in records.
        env_step: the game's step counter.
    """

    kind: ClassVar[str]
    env_step: int

    def to_record(self) -> dict[str, Any]:
        """The kind and all fields as plain JSON values."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return {"kind": self.kind, **values}


class OnEvent(Protocol):
    """Who listens to an executor."""

    def __call__(self, event: ExecutorEvent, /) -> None:
        """Take note of one event. Called between game steps; must not step the game."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade(ExecutorEvent):
    """The first plan of a play.

    Attributes:
        goal: fact -> count that the plan reaches.
        steps: skill names, in order; the record has the first `RECORDED_PLAN_STEPS` and, as ``length``,
            how many there are.
        expected_steps: expected environment steps.
        missing: fact -> count that no skill of the plan brings.
    """

    kind: ClassVar[str] = "plan_made"
    goal: Mapping[str, int]
    steps: tuple[str, ...]
    expected_steps: float
    missing: Mapping[str, int]

    @classmethod
    def of(cls, plan: Plan, env_step: int) -> Self:
        """The event for a plan."""
        return cls(
            env_step=env_step,
            goal=plan.goal.facts,
            steps=plan.steps,
            expected_steps=round(plan.expected_steps, 2),
            missing=plan.missing,
        )

    def to_record(self) -> dict[str, Any]:
        """See `ExecutorEvent.to_record`."""
        shown = list(self.steps[:RECORDED_PLAN_STEPS])
        return {**ExecutorEvent.to_record(self), "steps": shown, "length": len(self.steps)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned(PlanMade):
    """A later plan of the same play, with the same fields."""

    kind: ClassVar[str] = "replanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillStarted(ExecutorEvent):
    """An execution begins.

    Attributes:
        skill: what is executed.
    """

    kind: ClassVar[str] = "skill_started"
    skill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillEnded(ExecutorEvent):
    """An execution ended, or could not start.

    Attributes:
        skill: what was executed.
        outcome: the verdict.
        reason: its reason.
        env_steps: environment steps of its own.
        interrupted_by: the skill of a guard that interrupted it; empty for none.
        changes: fact -> by how much it changed, for facts of `RECORDED_KINDS`.
    """

    kind: ClassVar[str] = "skill_ended"
    skill: str
    outcome: Outcome
    reason: str
    env_steps: int
    interrupted_by: str
    changes: Mapping[str, int]

    @classmethod
    def of(cls, execution: Execution, kinds: Mapping[str, FactKind], env_step: int) -> Self:
        """The event for an execution."""
        before, after = execution.before, execution.after
        changes = {fact: value - before.get(fact, 0) for fact, value in after.items()}
        return cls(
            env_step=env_step,
            skill=execution.skill,
            outcome=execution.verdict.outcome,
            reason=execution.verdict.reason,
            env_steps=execution.env_steps,
            interrupted_by=execution.interrupted_by,
            changes={f: n for f, n in changes.items() if n and kinds.get(f, "count") in RECORDED_KINDS},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPartEnded(ExecutorEvent):
    """A part of a chain ended, was skipped, or may not start.

    Attributes:
        chain: the chain under way.
        part: the part's name.
        position: its place in the chain, from 0.
        status: how it ended.
        next_part: the part that comes now; empty after the last one.
    """

    kind: ClassVar[str] = "chain_part"
    chain: str
    part: str
    position: int
    status: PartStatus
    next_part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardPreempted(ExecutorEvent):
    """A guard's skill takes over; `SkillStarted` follows.

    Attributes:
        skill: the guard's skill.
        interrupted: the skill that waits meanwhile.
    """

    kind: ClassVar[str] = "guard_preempted"
    skill: str
    interrupted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillStruck(ExecutorEvent):
    """A skill failed so often in a row that plans avoid it until it succeeds.

    Attributes:
        skill: which.
        cost_factor: factor on its cost from now on.
    """

    kind: ClassVar[str] = "skill_struck"
    skill: str
    cost_factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackForced(ExecutorEvent):
    """A fallback skill runs instead of what the plan or the policy over skills says.

    Attributes:
        skill: the fallback skill.
        reason: why, in words.
    """

    kind: ClassVar[str] = "fallback_forced"
    skill: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchdogGaveUp(ExecutorEvent):
    """The watchdog ended the play.

    Attributes:
        reason: why, in words.
    """

    kind: ClassVar[str] = "watchdog_gave_up"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRefused(ExecutorEvent):
    """The game says that an action did nothing.

    Attributes:
        why: the action, and why, in the game's words.
    """

    kind: ClassVar[str] = "action_refused"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayEnded(ExecutorEvent):
    """A play ended.

    Attributes:
        end: what ended it.
        outcome: whether the goals were reached.
        reason: why it ended, in words.
        env_steps: environment steps of the whole play.
    """

    kind: ClassVar[str] = "play_ended"
    end: PlayEnd
    outcome: Outcome
    reason: str
    env_steps: int


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
