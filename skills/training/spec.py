"""What a training is told, reports and returns; free of torch, so that it can be made anywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from envs.game import GameSpec
from envs.rollout.episode import FinalState, Starts
from skills.rewards.preference import QUANTILE, SCALE
from skills.rewards.preference_model import PreferenceModel
from skills.skill import Skill

_HASHED_AS = {"lr_final_fraction": "final_rate", "shaping_weight": "dense_weight"}
"""Field of `PPOConfig` -> the name that checkpoints were hashed under before it was renamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PPOConfig:
    """Settings of a training. Source of the defaults: Schulman et al. 2017, tuned on our games."""

    n_games: int = 16
    """Games played side by side, >= 1."""
    horizon: int = 64
    """Steps per game between two updates, >= 1."""
    batch_size: int = 256
    """Transitions per gradient step, 2..n_games * horizon."""
    n_epochs: int = 8
    """Passes over each rollout, >= 1."""
    learning_rate: float = 1e-3
    """Of Adam at the beginning, > 0."""
    lr_final_fraction: float = 0.1
    """Share of it left when the budget is used up, 0..1; it falls in a straight line."""
    gamma: float = 0.98
    """Discount per step, 0..1."""
    gae_lambda: float = 0.95
    """Bias against variance of the advantages, 0..1."""
    clip_range: float = 0.2
    """How far the policy's ratio may move, > 0."""
    ent_coef: float = 0.02
    """Weight of the entropy bonus, >= 0."""
    vf_coef: float = 0.5
    """Weight of the value loss, >= 0."""
    max_grad_norm: float = 0.5
    """Gradients are scaled down to this norm, > 0."""
    hidden: tuple[int, ...] = (64, 64)
    """Sizes of the tanh layers, of the policy and of the value alike."""
    shaping_weight: float = 1.0
    """Weight of the designed reward."""
    success_bonus: float = 5.0
    """Reward for reaching the effects."""
    step_penalty: float = 0.01
    """Price of a step, >= 0."""
    failure_penalty: float = 1.0
    """Price of dying or giving up, >= 0; without it, a short life would save the price of steps."""
    termination_every: int = 4
    """Steps between two looks at the termination function, >= 1; one costs as much as a tenth of a step."""
    fresh_reuse: int = 8
    """How often a fresh episode's first state is used on average, >= 1; see `envs.rollout.episode.Starts`."""
    workers: int | None = None
    """Processes that step games; all available cores when None, this process when 0."""

    def __post_init__(self) -> None:
        checks = {
            "n_games": self.n_games >= 1,
            "horizon": self.horizon >= 1,
            "batch_size": 2 <= self.batch_size <= self.n_games * self.horizon,
            "n_epochs": self.n_epochs >= 1,
            "learning_rate": self.learning_rate > 0,
            "lr_final_fraction": 0 <= self.lr_final_fraction <= 1,
            "gamma": 0 <= self.gamma <= 1,
            "gae_lambda": 0 <= self.gae_lambda <= 1,
            "clip_range": self.clip_range > 0,
            "ent_coef": self.ent_coef >= 0,
            "vf_coef": self.vf_coef >= 0,
            "max_grad_norm": self.max_grad_norm > 0,
            "hidden": all(size >= 1 for size in self.hidden),
            "step_penalty": self.step_penalty >= 0,
            "failure_penalty": self.failure_penalty >= 0,
            "fresh_reuse": self.fresh_reuse >= 1,
            "termination_every": self.termination_every >= 1,
            "workers": self.workers is None or self.workers >= 0,
        }
        wrong = [f"{name}={getattr(self, name)!r}" for name, fine in checks.items() if not fine]
        if wrong:
            raise ValueError(f"PPOConfig out of range: {', '.join(wrong)}; see the fields' descriptions")

    @classmethod
    def for_game(cls, game: GameSpec) -> PPOConfig:
        """The settings for a game: a policy that begins with cues needs little noise to explore by."""
        return cls(n_epochs=3, ent_coef=0.003, gamma=0.99) if game.cues else cls()

    def hashed(self) -> dict[str, Any]:
        """What a checkpoint's identity says of these settings, under the names of the first checkpoints.

        A field that is renamed keeps its old name here, so that trainings under way can go on.
        """
        settings = asdict(self)
        del settings["workers"]
        return {_HASHED_AS.get(name, name): value for name, value in settings.items()}

    def rate_share(self, used: float) -> float:
        """Share of the learning rate that is left when this share of the budget is used up."""
        return 1.0 - (1.0 - self.lr_final_fraction) * min(1.0, used)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceTerm:
    """A reward learned from preferences, as part of a training; picklable.

    Attributes:
        model: the reward.
        alone: whether it takes the stead of the designed reward; else both are added.
        quantile: percentage of the distinct events below which nothing is paid.
        scale: of the reward.
    """

    model: PreferenceModel
    alone: bool = False
    quantile: int = QUANTILE
    scale: float = SCALE


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSpec:
    """One training; picklable.

    Attributes:
        game: registry name.
        skill: what is trained; its effects, focus, reward, option and step cap count.
        starts: where episodes start; `PPOConfig.fresh_reuse` replaces its own ``reuse``.
        work_dir: folder for checkpoints, metrics and the policy; made when missing.
        budget_steps: environment steps at most, checkpoints of earlier calls included; 0 is none.
        game_options: keyword arguments of the game.
        config: settings.
        seed: root of all draws.
        warm_start: ``policy.zip`` of another skill with the same network shape.
        checkpoint_every: environment steps between checkpoints.
        target_success: stop early at this success rate over the latest `window` episodes; never when > 1.
        min_steps: environment steps before which that does not stop it: how a skill succeeds goes on
            improving after it nearly always does.
        enough_episodes: episodes from which on it may stop all the same, for games in which beginning an
            episode costs more than playing it; None for no such number.
        window: episodes that the success rate is taken over.
        preference: a reward learned from preferences, used as well or instead; None for none.
        keep_final_states: most states of success that each worker keeps per rollout, for a start bank.
    """

    game: str
    skill: Skill
    starts: Starts
    work_dir: Path
    budget_steps: int
    game_options: Mapping[str, Any] = field(default_factory=dict)
    config: PPOConfig = PPOConfig()
    seed: int = 0
    warm_start: Path | None = None
    checkpoint_every: int = 20_000
    target_success: float = 0.95
    min_steps: int = 0
    enough_episodes: int | None = None
    window: int = 60
    preference: PreferenceTerm | None = None
    keep_final_states: int = 0

    def __post_init__(self) -> None:
        if self.budget_steps < 0:
            raise ValueError(f"budget_steps is {self.budget_steps}; expected 0 or more")
        if self.checkpoint_every < 1 or self.window < 1:
            raise ValueError(
                f"checkpoint_every is {self.checkpoint_every} and window {self.window}; "
                f"both must be at least 1"
            )

    @property
    def identity(self) -> str:
        """Hash of what is learned and how; a checkpoint belongs to one identity.

        Budget, folder, starts, stopping rule, number of workers and the skill's statistics are left out: a
        training may go on with more budget, more starts or on another machine.
        """
        config = self.config.hashed()
        skill = self.skill.model_dump(
            mode="json",
            include={
                "name",
                "version",
                "game",
                "effects",
                "focus",
                "option",
                "reward",
                "step_cap",
                "encoding",
                "actions",
            },
        )
        warm = hashlib.sha256(self.warm_start.read_bytes()).hexdigest() if self.warm_start else ""
        content = [self.game, dict(self.game_options), skill, config, self.seed, warm]
        if (term := self.preference) is not None:
            digest = hashlib.sha256(term.model.to_bytes()).hexdigest()
            content.append([digest, term.alone, term.quantile, term.scale])
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillTally:
    """How one of several skills that are trained together stands.

    Attributes:
        name: the skill.
        steps: environment steps taken in it.
        successes: whether its latest executions succeeded, oldest first; aborted ones are left out.
    """

    name: str
    steps: int = 0
    successes: tuple[bool, ...] = ()

    @property
    def success_rate(self) -> float:
        """Over the latest executions; 0 before the first."""
        return sum(self.successes) / len(self.successes) if self.successes else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainProgress:
    """How a training stands after a rollout.

    Attributes:
        steps: environment steps so far.
        budget_steps: environment steps at most.
        seconds: wall time so far, earlier calls included.
        episodes: episodes ended so far.
        success_rate: over the latest `window` episodes; 0 before the first.
        mean_reward: per step, in this rollout.
        mean_length: of the latest `window` episodes, in steps.
        steps_per_second: of this rollout and the update before it.
        final_states: states of success of this rollout, when the spec keeps them.
        skills: how each skill stands, where several are trained together.
    """

    steps: int
    budget_steps: int
    seconds: float
    episodes: int
    success_rate: float
    mean_reward: float
    mean_length: float
    steps_per_second: float
    final_states: tuple[FinalState, ...] = ()
    skills: tuple[SkillTally, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """What a training led to.

    Attributes:
        policy_path: the ``policy.zip``.
        steps: environment steps, earlier calls included.
        seconds: wall time, earlier calls included.
        episodes: episodes ended.
        success_rate: over the latest `window` episodes.
        curve: pairs of steps and success rate, one per rollout.
        steps_per_second: of this call as a whole; 0 when it had nothing to do.
        stopped: why it ended.
    """

    policy_path: Path
    steps: int
    seconds: float
    episodes: int
    success_rate: float
    curve: tuple[tuple[int, float], ...]
    steps_per_second: float
    stopped: str
