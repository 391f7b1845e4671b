"""What a comparison of ways of training is told to do, and what it led to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.config import MOST, MOST_OF_ANYTHING, AskingConfig
from agent.config.checks import require_cluster
from agent.errors import BadConfig
from skills.interval import wilson

ROLLOUT_STEPS = 1024
"""Environment steps between two updates, approximately; as in practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareConfig(AskingConfig):
    """A comparison; how the model is asked is among its settings, see `agent.config.AskingConfig`.

    Attributes:
        game: registry name.
        skills: what is trained and tried; learned skills that the model proposes.
        folder: where everything is kept; an interrupted comparison is resumed from there.
        budget_steps: environment steps of each way of training, all skills together.
        scout_steps: environment steps of the training whose successes give the states to start from.
        episodes: executions of each skill that each way is judged by.
        episode_steps: length of training episodes in which skills follow one another.
        seed: of everything.
        workers: processes; 0 trains in this one.
        cluster: where is trained and tried, see `envs.workers.cluster`; empty for this machine.
        llm: see `agent.llm.open_model`.
        across_switches: add a way: one network, together, and value bootstrapping over switches of skills.
    """

    game: str
    skills: tuple[str, ...]
    folder: Path
    budget_steps: int = 280_000
    scout_steps: int = 120_000
    episodes: int = 60
    episode_steps: int = 1_000
    seed: int = 0
    workers: int = 2
    cluster: str = ""
    llm: str = "recorded"
    across_switches: bool = False

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        AskingConfig.__post_init__(self)
        require_cluster(self)
        for name in ("budget_steps", "scout_steps", "episodes", "episode_steps"):
            self._require(name, 1, MOST.get(name, MOST_OF_ANYTHING))
        self._require("workers", 0, MOST["workers"])
        self._require("seed", 0, MOST_OF_ANYTHING)
        if len(self.skills) < 2 or len(set(self.skills)) != len(self.skills):
            raise BadConfig(f"skills are {', '.join(self.skills) or 'none'}; expected two or more, each once")
        self._require("budget_steps", ROLLOUT_STEPS * len(self.skills), why="an update for every skill")
        self._require("scout_steps", self.n_games * self.episode_steps, why="an episode in every game")

    @property
    def n_games(self) -> int:
        """Games stepped side by side: as many of each skill, and 16 or a few more in all."""
        return len(self.skills) * math.ceil(16 / len(self.skills))

    def _require(self, name: str, least: int, most: int = MOST_OF_ANYTHING, why: str = "") -> None:
        """Raise `BadConfig` unless the value lies within bounds; the option is named as it is typed."""
        value, option = getattr(self, name), "--" + name.replace("_", "-")
        if not least <= value <= most:
            bound = f"at least {least:,}" if value < least else f"at most {most:,}"
            raise BadConfig(f"{option} is {value}; expected {bound}{why and f', which is {why}'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """How one way of training did.

    Attributes:
        name: the way, in words.
        steps: environment steps it took.
        seconds: wall time of its training.
        skill_steps: of those steps, how many were taken in each skill.
        successes: executions of each skill that succeeded, of `CompareReport.episodes` clear ones at most.
        attempts: clear executions of each skill.
    """

    name: str
    steps: int
    seconds: float
    skill_steps: Mapping[str, int]
    successes: Mapping[str, int]
    attempts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareReport:
    """The results; see `CompareConfig` and `ArmResult`.

    Attributes:
        config: the settings.
        starts: skill -> states for training, held-out states.
        arms: the ways of training.
    """

    config: CompareConfig
    starts: Mapping[str, tuple[int, int]]
    arms: tuple[ArmResult, ...]

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        config = self.config
        return {
            "game": config.game,
            "seed": config.seed,
            "budget_steps": config.budget_steps,
            "scout_steps": config.scout_steps,
            "episodes": config.episodes,
            "episode_steps": config.episode_steps,
            "starts": {name: {"train": n, "trial": m} for name, (n, m) in self.starts.items()},
            "arms": [_arm_record(arm) for arm in self.arms],
        }


def _arm_record(arm: ArmResult) -> dict[str, Any]:
    def rate(successes: int, attempts: int) -> dict[str, Any]:
        share = round(successes / attempts, 4) if attempts else None
        return {"mean": share, "ci95": wilson(successes, attempts).rounded(4), "n": attempts}

    return {
        "name": arm.name,
        "steps": arm.steps,
        "seconds": round(arm.seconds, 1),
        "skill_steps": dict(arm.skill_steps),
        "skills": {name: rate(arm.successes[name], arm.attempts[name]) for name in arm.successes},
        "all": rate(sum(arm.successes.values()), sum(arm.attempts.values())),
    }
