"""How a task went."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.play.kit import PolicyOverSkills
from agent.records.endings import Ending
from agent.solving.parts import Parts
from agent.stats import success_estimate
from planners.plan import Goal, Plan, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedEpisode:
    """One episode of a task."""

    seed: int
    success: bool
    env_steps: int
    skills: tuple[str, ...]
    verdict: Verdict | None = None
    """What the judge said who looked; None where facts tell."""
    ending: Ending | None = None
    """Why it ended; None where that is not known."""
    reward: float | None = None
    """What the game's own task has given; None for a game that does not say."""

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        record: dict[str, Any] = {
            "seed": self.seed,
            "success": self.success,
            "env_steps": self.env_steps,
            "skills": list(self.skills),
            "ending": None if self.ending is None else self.ending.to_record(),
        }
        if self.reward is not None:
            record["reward"] = self.reward
        if self.verdict is not None:
            record["verdict"] = {
                "outcome": self.verdict.outcome,
                "judge": self.verdict.judge,
                "confidence": round(self.verdict.confidence, 4),
                "reason": self.verdict.reason,
            }
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveReport:
    """How a task went; `to_record` is the documented JSON.

    Attributes:
        plan: the plan at the start; None when a policy over skills was followed.
        policy: that policy; None when plans were made.
        parts: the skills that were tried where no fact states the task; None where facts do.
        stand_in: what was played in place of the game itself, see `GameSpec.stand_ins`; empty for itself.
        run: name of the run that records it.
        films: of the episodes, where they were asked for.
    """

    task: str
    game: str
    goal: Goal
    plan: Plan | None
    episodes: tuple[SolvedEpisode, ...]
    policy: PolicyOverSkills | None = None
    parts: Parts | None = None
    stand_in: str = ""
    run: str = ""
    films: tuple[Path, ...] = ()

    @property
    def unclear(self) -> int:
        """Episodes of which the judge could not say how they went; they count as neither."""
        return sum(e.verdict is not None and e.verdict.outcome == "unclear" for e in self.episodes)

    @property
    def successes(self) -> int:
        """Episodes in which the goal was reached."""
        return sum(episode.success for episode in self.episodes)

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        estimate = success_estimate(self.successes, len(self.episodes) - self.unclear)
        record: dict[str, Any] = {
            "run": self.run,
            "task": self.task,
            "game": self.game,
            "stand_in": self.stand_in,
            "n": len(self.episodes),
            "successes": self.successes,
            "success_rate": estimate.mean,
            "ci95": estimate.interval.rounded(4),
            "understood": dict(self.goal.facts),
            "understood_as": self.goal.in_words(),
            "episodes": [episode.to_record() for episode in self.episodes],
        }
        if self.films:
            record["films"] = [str(path) for path in self.films]
        if self.parts is not None:
            record["unclear"] = self.unclear
            record["by_looking"] = {
                "skills": list(self.parts.skills),
                "how": self.parts.how,
                "answer_id": self.parts.answer_id,
            }
        if self.policy is not None:
            record["policy"] = {
                "task": self.policy.task,
                "goal": dict(self.policy.goal),
                "answer_id": self.policy.answer_id,
            }
        return record
