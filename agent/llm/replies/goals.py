"""Replies about a goal: as facts, or as a policy over skills."""

from __future__ import annotations

from pydantic import Field, model_validator

from agent.llm.replies.form import Code, CodeReply, Counts, Reply, require_definition


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
                require_definition(getattr(self, name), name)
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
