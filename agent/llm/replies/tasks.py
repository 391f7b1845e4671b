"""Replies about tasks and what they are called: what is worth learning, where, in which order."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.llm.replies.form import Counts, Name, Reply, repeated_items
from skills.skill import LONGEST_CLAIM


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
        if repeated := repeated_items(task.name for task in self.tasks):
            raise ValueError(f"task names must differ; repeated: {', '.join(repeated)}")
        return self


class ArenaChoices(Reply):
    """Which skill is practised on which arenas; ``game`` is the game itself."""

    reason: str = Field(default="", max_length=600)
    choices: dict[Name, Annotated[tuple[Name, ...], Field(min_length=1, max_length=5)]]


class TaskChain(Reply):
    """The skills that do a task when they are executed in order."""

    skills: tuple[Name, ...] = Field(min_length=1, max_length=12)
    reason: str = Field(default="", max_length=600)


Plausible: TypeAlias = Annotated[int, Field(ge=1, le=5)]


class NextSkill(Reply):
    """Facts that the next skill of a chain should bring, each with its plausibility, 5 the highest."""

    reason: str = Field(default="", max_length=600)
    next: Annotated[dict[str, Plausible], Field(min_length=1, max_length=40)]


class ChainName(Reply):
    """What a chain of skills is called, and what it achieves."""

    name: Name
    description: str = Field(min_length=8, max_length=300)
