"""What an executor tells about its decisions while it plays; for logs, progress displays and recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from planners.plan import Execution, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade:
    """A plan was made; `step` is the game's step counter, here and below."""

    step: int
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillStarted:
    """A skill starts; `interrupts` is the skill that it pre-empts, when a guard asked for it."""

    step: int
    skill: str
    interrupts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillEnded:
    """A skill ended."""

    step: int
    result: Execution


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillPenalised:
    """A skill failed so often that its cost is multiplied by `factor` from here on, until it succeeds."""

    step: int
    skill: str
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneChanged:
    """The executor leaves the plan for a fallback skill."""

    step: int
    skill: str
    reason: str


ExecutorEvent: TypeAlias = PlanMade | SkillStarted | SkillEnded | SkillPenalised | SceneChanged
