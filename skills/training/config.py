"""Settings of a training: PPO, the parts of the reward, how games are stepped."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from envs.game import GameSpec

_HASHED_AS = {"lr_final_fraction": "final_rate", "shaping_weight": "dense_weight"}
"""Field of `PPOConfig` -> the name that checkpoints were hashed under before it was renamed."""


UPDATE_WARM_UP = ("skills.training.lean.warm_up:first_update",)
"""What has the lean update compiled, see `envs.first_use`."""

UPDATES = ("lean", "stable-baselines3")
"""Values of `PPOConfig.update`."""


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
    update: str = "lean"
    """One of `UPDATES`: who computes the gradients. Stable-baselines3 is the reference."""
    overlap: bool = False
    """Whether the next rollout is played while this one is learned from, with weights one update old."""
    learning_rate: float = 1e-3
    """Of Adam at the beginning, > 0."""
    lr_final_fraction: float = 0.1
    """Share of it left when the budget is used up, 0..1; it falls linearly."""
    gamma: float = 0.98
    """Discount per step, 0..1."""
    gae_lambda: float = 0.95
    """Bias against variance of the advantages, 0..1."""
    clip_range: float = 0.2
    """How far an update may move the ratio of new to old probabilities from 1, > 0."""
    ent_coef: float = 0.02
    """Weight of the entropy bonus, >= 0."""
    vf_coef: float = 0.5
    """Weight of the value loss, >= 0."""
    max_grad_norm: float = 0.5
    """Gradients are scaled down to this norm, > 0."""
    hidden: tuple[int, ...] = (64, 64)
    """Sizes of the tanh layers, in actor and critic."""
    shaping_weight: float = 1.0
    """Weight of the designed reward."""
    success_bonus: float = 5.0
    """Reward for reaching the effects."""
    step_penalty: float = 0.01
    """Subtracted per step, >= 0."""
    failure_penalty: float = 1.0
    """Subtracted for dying or giving up, >= 0; without it, a short life would save step penalties."""
    termination_every: int = 4
    """Steps between two calls of the termination function, >= 1; a call costs a tenth of a step."""
    fresh_reuse: int = 8
    """How often a fresh episode's first state is used on average, >= 1; see `envs.rollout.episode.Starts`."""
    workers: int | None = None
    """Threads or processes that step games; all available cores when None, this thread when 0."""

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
            "update": self.update in UPDATES,
            "overlap": isinstance(self.overlap, bool),
            "hidden": all(size >= 1 for size in self.hidden),
            "step_penalty": self.step_penalty >= 0,
            "failure_penalty": self.failure_penalty >= 0,
            "fresh_reuse": self.fresh_reuse >= 1,
            "termination_every": self.termination_every >= 1,
            "workers": self.workers is None or self.workers >= 0,
        }
        wrong = [f"{name}={getattr(self, name)!r}" for name, fine in checks.items() if not fine]
        if wrong:
            updates = "" if checks["update"] else f"; update is one of {', '.join(UPDATES)}"
            raise ValueError(
                f"PPOConfig out of range: {', '.join(wrong)}; see the fields' descriptions{updates}"
            )

    @classmethod
    def for_game(cls, game: GameSpec) -> PPOConfig:
        """The settings for a game: a network that follows cues at first needs less entropy to explore."""
        return cls(n_epochs=3, ent_coef=0.003, gamma=0.99) if game.cues else cls()

    def hashed(self) -> dict[str, Any]:
        """These settings as they enter a checkpoint's identity.

        A renamed field keeps its old name here, so that trainings under way can continue.
        """
        settings = asdict(self)
        del settings["workers"], settings["update"]
        if not self.overlap:
            del settings["overlap"]  # older trainings can continue
        return {_HASHED_AS.get(name, name): value for name, value in settings.items()}

    def lr_fraction(self, used: float) -> float:
        """Share of the learning rate that is left when this share of the budget is used up."""
        return 1.0 - (1.0 - self.lr_final_fraction) * min(1.0, used)
