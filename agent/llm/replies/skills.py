"""Replies about one skill: what it needs and gives, its reward, its start and stop; guard and shield."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from agent.llm.replies.form import Code, CodeReply, Counts, Reply, require_definition


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


class SkillReward(CodeReply):
    """Source of ``def reward(before, after)``."""

    FUNCTIONS = ("reward",)

    reward: Code


class SkillOption(CodeReply):
    """Sources of ``def initiation(facts)`` and ``def termination(start, facts, steps)``."""

    FUNCTIONS = ("initiation", "termination")

    initiation: Code
    termination: Code


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
                require_definition(getattr(self, name), name)
        return self


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
