"""How a task went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.play.kit import PolicyOverSkills
from agent.stats import success_estimate
from planners.plan import Goal, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedEpisode:
    """One episode of a task."""

    seed: int
    success: bool
    env_steps: int
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveReport:
    """How a task went; `to_record` is the documented JSON.

    Attributes:
        plan: the plan at the start; None when a policy over skills was followed.
        policy: that policy; None when plans were made.
    """

    task: str
    game: str
    goal: Goal
    plan: Plan | None
    episodes: tuple[SolvedEpisode, ...]
    policy: PolicyOverSkills | None = None

    @property
    def successes(self) -> int:
        """Episodes in which the goal was reached."""
        return sum(episode.success for episode in self.episodes)

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        estimate = success_estimate(self.successes, len(self.episodes))
        record: dict[str, Any] = {
            "task": self.task,
            "game": self.game,
            "n": len(self.episodes),
            "successes": self.successes,
            "success_rate": estimate.mean,
            "ci95": estimate.interval.rounded(4),
            "understood": dict(self.goal.facts),
            "understood_as": self.goal.in_words(),
            "episodes": [
                {
                    "seed": episode.seed,
                    "success": episode.success,
                    "env_steps": episode.env_steps,
                    "skills": list(episode.skills),
                }
                for episode in self.episodes
            ],
        }
        if self.policy is not None:
            record["policy"] = {
                "task": self.policy.task,
                "goal": dict(self.policy.goal),
                "answer_id": self.policy.answer_id,
            }
        return record
