"""What the prompts ask for, as strict pydantic models: one reply model per prompt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from skills.skill import LONGEST_CLAIM

NO_REPLY = "none"
"""Reply name of prompts that ask nothing by themselves: those that others include, and the repair round."""

Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Count: TypeAlias = Annotated[int, Field(ge=1, le=1000)]
Counts: TypeAlias = dict[str, Count]

_T = TypeVar("_T", str, int)


def _joined_lines(value: Any) -> Any:
    """Code may come as one string or as a list of lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value) + "\n"
    return value


def _defines(source: str, function: str) -> None:
    if not re.search(rf"^def {function}\(", source, re.MULTILINE):
        raise ValueError(f"the code must define a function at top level that starts with 'def {function}('")


def _repeated(items: Iterable[_T]) -> list[_T]:
    """The first few items that come more than once, in order."""
    return sorted(item for item, times in Counter(items).items() if times > 1)[:8]


Code: TypeAlias = Annotated[str, BeforeValidator(_joined_lines), Field(max_length=20_000)]


class Reply(BaseModel):
    """Base of all replies.

    Attributes:
        FORM: number of the reply's form; part of every answer's key, so raise it when the meaning changes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    FORM: ClassVar[int] = 1


class ProposedTask(BaseModel):
    """One task worth learning.

    Attributes:
        obtains: what success brings; empty, or what comes along, where `claim` says when it is done.
        claim: success in words, judged by looking, where no facts state it.
        difficulty: 1 (anyone, at once) to 5 (needs everything else first).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    kind: Literal["find", "act", "craft"]
    description: str = Field(min_length=8, max_length=300)
    obtains: Counts = Field(default_factory=dict)
    claim: str = Field(default="", max_length=LONGEST_CLAIM)
    difficulty: int = Field(ge=1, le=5)

    @model_validator(mode="after")
    def _can_be_judged(self) -> ProposedTask:
        if not self.obtains and not self.claim.strip():
            raise ValueError(
                'give "obtains" with at least one fact, or say in "claim" what must be seen '
                "for the task to be done"
            )
        return self


class TaskProposals(Reply):
    """Tasks, easiest first."""

    tasks: tuple[ProposedTask, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct_names(self) -> TaskProposals:
        if repeated := _repeated(task.name for task in self.tasks):
            raise ValueError(f"task names must differ; repeated: {', '.join(repeated)}")
        return self


class SkillEffects(Reply):
    """What a skill needs and gives, where to look, and how long to try.

    Attributes:
        obtains: what one success brings; empty only for a task that is judged by looking.
        seek: names of seekable things to head for; empty when the skill needs none.
        explore: where to look while nothing of `seek` is known.
        action: the one game action that does it, for ``craft``; empty otherwise.
        until: repeat `action` until the effects are reached.
        actions: game actions that a learned policy may choose from; all of them when empty.
        step_cap: game steps after which an attempt has failed.
    """

    reason: str = Field(default="", max_length=600)
    requires: Counts = Field(default_factory=dict)
    consumes: Counts = Field(default_factory=dict)
    holds: Counts = Field(default_factory=dict)
    obtains: Counts = Field(default_factory=dict)
    seek: tuple[str, ...] = ()
    explore: str = Field(min_length=1)
    action: str = ""
    until: bool = False
    actions: tuple[str, ...] = ()
    step_cap: int = Field(ge=1, le=10_000)

    @model_validator(mode="after")
    def _repeats_something(self) -> SkillEffects:
        if self.until and not self.action:
            raise ValueError('"until" is true but "action" is empty; name the action to repeat')
        return self


class CodeReply(Reply):
    """A reply with source code.

    Attributes:
        FUNCTIONS: fields that hold code; each must define the function of its own name.
    """

    FUNCTIONS: ClassVar[tuple[str, ...]]

    reason: str = Field(default="", max_length=600)

    @model_validator(mode="after")
    def _has_functions(self) -> Self:
        for name in self.FUNCTIONS:
            _defines(getattr(self, name), name)
        return self


class SkillReward(CodeReply):
    """Source of ``def reward(before, after)``."""

    FUNCTIONS = ("reward",)

    reward: Code


class SkillOption(CodeReply):
    """Sources of ``def initiation(facts)`` and ``def termination(start, facts, steps)``."""

    FUNCTIONS = ("initiation", "termination")

    initiation: Code
    termination: Code


class Guards(CodeReply):
    """Source of ``def guard(facts, remaining)``, which names the skill that must come first now, or ``""``.

    Attributes:
        ranking: every skill that the guard can name, most urgent first.
    """

    FUNCTIONS = ("guard",)

    guard: Code
    ranking: tuple[str, ...]

    @model_validator(mode="after")
    def _names_once(self) -> Guards:
        if len(set(self.ranking)) != len(self.ranking):
            raise ValueError('"ranking" must name each skill once')
        return self


class Shield(CodeReply):
    """Source of ``def shield(facts)``, which lists the actions that must not be taken now."""

    FUNCTIONS = ("shield",)

    shield: Code


class ArenaChoices(Reply):
    """Which skill is practised on which arenas; ``game`` is the game itself."""

    reason: str = Field(default="", max_length=600)
    choices: dict[Name, Annotated[tuple[Name, ...], Field(min_length=1, max_length=5)]]


class TaskChain(Reply):
    """The skills that do a task when they are executed in order."""

    skills: tuple[Name, ...] = Field(min_length=1, max_length=12)
    reason: str = Field(default="", max_length=600)


class GoalFacts(Reply):
    """A goal as facts, or why it cannot be one."""

    facts: Counts = Field(default_factory=dict)
    impossible: str = Field(default="", max_length=600)

    @model_validator(mode="after")
    def _one_of_both(self) -> GoalFacts:
        if bool(self.facts) == bool(self.impossible):
            raise ValueError(
                'give either "facts" with at least one fact or a reason in "impossible", not both'
            )
        return self


class SkillPolicy(Reply):
    """A policy over skills for a task, with the simulation and the assertions that it is tried out with.

    Attributes:
        goal: facts that hold at the end if, and only if, the task is done; empty where facts cannot tell.
        choose: source of ``def choose(start, facts, last, failures)``.
        simulate: source of ``def simulate(facts, skill, turn)``.
        check: source of ``def check(trace)``.
        impossible: why the skills cannot do the task; empty when they can.
    """

    reason: str = Field(default="", max_length=1200)
    goal: Counts = Field(default_factory=dict)
    choose: Code = ""
    simulate: Code = ""
    check: Code = ""
    impossible: str = Field(default="", max_length=600)

    @model_validator(mode="after")
    def _code_or_reason(self) -> SkillPolicy:
        if not self.impossible:
            for name in ("choose", "simulate", "check"):
                _defines(getattr(self, name), name)
        elif self.choose or self.simulate or self.check:
            raise ValueError('give either code or a reason in "impossible", not both')
        return self


class TrainingPolicy(CodeReply):
    """A policy over skills for training them together, with its simulation and assertions.

    Attributes:
        choose: source of ``def choose(start, facts, last, failures, draw)``.
        simulate: source of ``def simulate(facts, skill, turn)``.
        check: source of ``def check(trace)``.
    """

    FUNCTIONS = ("choose", "simulate", "check")

    reason: str = Field(default="", max_length=1200)
    choose: Code
    simulate: Code
    check: Code


class OptionTest(CodeReply):
    """A test of a skill's initiation and termination, and, where they are put right, these as well.

    Attributes:
        cases: source of ``def cases(facts)``: situations, with what should be said of them.
        simulate: source of ``def simulate(facts, step, turn)``: one more step of an attempt that goes well.
        initiation: source of ``def initiation(facts)``; empty to leave it as it is.
        termination: source of ``def termination(start, facts, steps)``; empty to leave it as it is.
    """

    FUNCTIONS = ("cases", "simulate")

    cases: Code
    simulate: Code
    initiation: Code = ""
    termination: Code = ""

    @model_validator(mode="after")
    def _whole_functions(self) -> Self:
        for name in ("initiation", "termination"):
            if getattr(self, name).strip():
                _defines(getattr(self, name), name)
        return self


Grade: TypeAlias = Literal["-3", "-2", "-1", "1", "2", "3"]


class EventGrades(Reply):
    """Numbers of events under their grades; those that are not listed have the grade 0."""

    reason: str = Field(default="", max_length=1200)
    grades: dict[Grade, tuple[Count, ...]]

    @model_validator(mode="after")
    def _once_each(self) -> EventGrades:
        if repeated := _repeated(number for listed in self.grades.values() for number in listed):
            raise ValueError(f"every event has one grade; listed twice: {', '.join(map(str, repeated))}")
        return self


class EventPreference(Reply):
    """Which of two events is better; ``neither`` where both are undesirable."""

    better: Literal["1", "2", "tie", "neither"]


Plausible: TypeAlias = Annotated[int, Field(ge=1, le=5)]


class NextSkill(Reply):
    """Facts that the next skill of a chain should bring, each with its plausibility, 5 the highest."""

    reason: str = Field(default="", max_length=600)
    next: Annotated[dict[str, Plausible], Field(min_length=1, max_length=40)]


class ChainName(Reply):
    """What a chain of skills is called, and what it achieves."""

    name: Name
    description: str = Field(min_length=8, max_length=300)


class ClaimCriteria(Reply):
    """What must hold for a claim to be true, each decidable by looking."""

    criteria: tuple[Annotated[str, Field(min_length=3, max_length=300)], ...] = Field(
        min_length=1, max_length=4
    )


class CriterionFinding(BaseModel):
    """How one criterion stands, counted from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1, le=4)
    status: Literal["met", "not met", "not visible"]
    why: str = Field(default="", max_length=600)


class AttemptJudgement(Reply):
    """What a judge sees in an attempt, and what follows from it; the verdict comes last.

    Attributes:
        seen: one sentence or more for every view, in order.
        criteria: how each criterion stands.
        confidence: that the verdict is right, 0..1.
    """

    seen: tuple[Annotated[str, Field(max_length=1000)], ...] = Field(min_length=1, max_length=16)
    criteria: tuple[CriterionFinding, ...] = Field(min_length=1, max_length=4)
    confidence: float = Field(ge=0.0, le=1.0)
    verdict: Literal["done", "not_done", "unclear"]

    @model_validator(mode="after")
    def _follows(self) -> AttemptJudgement:
        if repeated := _repeated(finding.number for finding in self.criteria):
            raise ValueError(f"judge every criterion once; repeated: {', '.join(map(str, repeated))}")
        statuses = {finding.status for finding in self.criteria}
        if self.verdict == "done" and "not met" in statuses:
            raise ValueError('the verdict is "done", and a criterion is "not met"')
        if self.verdict == "not_done" and statuses == {"met"}:
            raise ValueError('the verdict is "not_done", and all criteria are "met"')
        return self


class DebatedJudgement(AttemptJudgement):
    """The same, after two have argued."""


class AttemptArgument(Reply):
    """What speaks for one side."""

    argument: str = Field(min_length=1, max_length=1200)


REPLIES: dict[str, type[Reply]] = {
    reply.__name__: reply
    for reply in (
        TaskProposals,
        SkillEffects,
        SkillReward,
        SkillOption,
        Guards,
        Shield,
        ArenaChoices,
        GoalFacts,
        TaskChain,
        SkillPolicy,
        TrainingPolicy,
        OptionTest,
        EventGrades,
        EventPreference,
        NextSkill,
        ChainName,
        ClaimCriteria,
        AttemptJudgement,
        DebatedJudgement,
        AttemptArgument,
    )
}
"""Reply models by the name that prompts use."""


def reply_signature(reply: type[Reply]) -> str:
    """The reply's form as text; part of an answer's key, the same under every version of pydantic.

    >>> reply_signature(GoalFacts)
    'GoalFacts/1(facts,impossible)'
    """
    return f"{reply.__name__}/{reply.FORM}({','.join(reply.model_fields)})"
