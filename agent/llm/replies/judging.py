"""Replies about what can be seen of an attempt."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.llm.replies.form import Reply, repeated_items


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
        if repeated := repeated_items(finding.number for finding in self.criteria):
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
