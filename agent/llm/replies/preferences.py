"""Replies about which events are better."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from agent.llm.replies.form import Count, Reply, repeated_items

Grade: TypeAlias = Literal["-3", "-2", "-1", "1", "2", "3"]


class EventGrades(Reply):
    """Numbers of events under their grades; those that are not listed have the grade 0."""

    reason: str = Field(default="", max_length=1200)
    grades: dict[Grade, tuple[Count, ...]]

    @model_validator(mode="after")
    def _once_each(self) -> EventGrades:
        if repeated := repeated_items(number for listed in self.grades.values() for number in listed):
            raise ValueError(f"every event has one grade; listed twice: {', '.join(map(str, repeated))}")
        return self


class EventPreference(Reply):
    """Which of two events is better; ``neither`` where both are undesirable."""

    better: Literal["1", "2", "tie", "neither"]
