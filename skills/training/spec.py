"""Specifications, progress and results of trainings, without torch."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from envs.rollout.episode import FinalState, Starts
from envs.rollout.looking import Audit, JudgedRule
from envs.rollout.pictured import PictureRule
from envs.rollout.view import GameView
from skills.rewards.preference import PreferenceTerm
from skills.skill import Skill
from skills.training.config import PPOConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseTrainSpec(ABC):
    """The part of a specification that trainings of one skill and of several share; picklable.

    Attributes:
        game: registry name.
        starts: where episodes start; `PPOConfig.fresh_reuse` replaces its own ``reuse``.
        work_dir: folder for checkpoints, metrics and weights; made when missing.
        budget_steps: environment steps at most, of all skills together, earlier calls included; 0 is none.
        game_options: keyword arguments of the game.
        config: settings.
        seed: root of all draws.
        checkpoint_every: environment steps between checkpoints.
        target_success: stop early at this success rate over the latest `window` episodes; never when > 1.
        min_steps: environment steps before which `target_success` does not stop it, because a skill keeps
            getting faster after it nearly always succeeds.
        enough_episodes: episodes after which it may stop before `min_steps`, for games in which beginning an
            episode costs more than playing it; None for no such number.
        window: episodes that success rates are taken over; where several skills are trained, executions.
        keep_final_states: most states of success that each worker keeps per rollout, for a start bank.
    """

    game: str
    trainer: ClassVar[str]
    """See `skills.training.assignment.Assignment`."""

    starts: Starts = field(default_factory=Starts)
    work_dir: Path
    budget_steps: int
    game_options: Mapping[str, Any] = field(default_factory=dict)
    config: PPOConfig = field(default_factory=PPOConfig)
    seed: int = 0
    checkpoint_every: int = 20_000
    target_success: float = 0.95
    min_steps: int = 0
    enough_episodes: int | None = None
    window: int = 60
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
    @abstractmethod
    def name(self) -> str:
        """What is trained, for messages."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """Hash of what is learned and how; a checkpoint belongs to one identity.

        Budget, folder, starts, stopping rule, number of workers and the skills' statistics are left out: a
        training may go on with more budget, more starts or on another machine.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSpec(BaseTrainSpec):
    """One training of one skill; picklable. See `BaseTrainSpec` for the other attributes.

    Attributes:
        skill: what is trained; its effects, focus, reward, option and step cap count.
        warm_start: weights of another skill, a ``policy.zip`` with the same network shape.
        preference: a reward learned from preferences, added to the designed one or instead of it; None for
            none.
        judged: who says what has succeeded, in place of the skill's effects; None for the facts.
        pictured: a reward out of pictures, added to the others; None for none.
    """

    trainer: ClassVar[str] = "skills.training.train:train_skill"

    skill: Skill
    warm_start: Path | None = None
    preference: PreferenceTerm | None = None
    judged: JudgedRule | None = None
    pictured: PictureRule | None = None

    @property
    def name(self) -> str:
        """See `BaseTrainSpec.name`."""
        return self.skill.name

    @property
    def identity(self) -> str:
        """See `BaseTrainSpec.identity`."""
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
        content = [self.game, dict(self.game_options), skill, self.config.hashed(), self.seed, warm]
        if (term := self.preference) is not None:
            digest = hashlib.sha256(term.model.to_bytes()).hexdigest()
            content.append([digest, term.alone, term.quantile, term.scale])
        if self.judged is not None:
            content.append(["judged", self.judged.identity, self.judged.every])
        if (rule := self.pictured) is not None:
            content.append(["pictured", rule.identity, rule.length, rule.every, rule.weight])
        return identity_of(content)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloneSpec:
    """Behaviour cloning of one skill; picklable.

    Attributes:
        game: registry name.
        skill: whose network it is to be.
        work_dir: folder for the weights; made when missing.
        encodings: what was seen, ``float32[n, D]``.
        actions: what was done, ``int64[n]``.
        hidden: sizes of the hidden layers.
        seed: of the first weights and of the order of steps.
    """

    trainer: ClassVar[str] = "skills.training.cloning:train_clone"

    game: str
    skill: Skill
    work_dir: Path
    encodings: NDArray[np.float32]
    actions: NDArray[np.int64]
    hidden: tuple[int, ...]
    seed: int

    @property
    def name(self) -> str:
        """The skill's."""
        return self.skill.name

    @property
    def identity(self) -> str:
        """Hash of what is learned and how."""
        arrays = [hashlib.sha256(each.tobytes()).hexdigest() for each in (self.encodings, self.actions)]
        return identity_of([self.game, self.skill.name, *arrays, list(self.hidden), self.seed])


def identity_of(content: list[Any]) -> str:
    """Hash of JSON values: 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillCounts:
    """Steps and successes of one of several skills that are trained together.

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
    """The state of a training after a rollout.

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
        skills: steps and successes per skill, where several are trained together.
        audits: verdicts of this rollout that were checked, where a judge says what has succeeded.
        view: how one of the games stands, where a picture was asked for.
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
    skills: tuple[SkillCounts, ...] = ()
    audits: tuple[Audit, ...] = ()
    view: GameView | None = None


OnProgress: TypeAlias = Callable[[TrainProgress], bool | None]
"""Called after every rollout; returning False ends the training."""

WantsView: TypeAlias = Callable[[], tuple[int, int] | None]
"""Asked before every rollout: width and height of a picture of one of the games at its end; None for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """The result of a training of one skill or of several.

    Attributes:
        weights: skill name -> its network as a ``policy.zip``.
        steps: environment steps, earlier calls included.
        seconds: wall time, earlier calls included.
        episodes: episodes ended; where several skills are trained, executions.
        success_rate: over the latest `window` of them; after cloning, how often a step that was held out is
            answered with the action that was demonstrated.
        curve: pairs of steps and success rate, one per rollout.
        steps_per_second: of this call as a whole; 0 when it had nothing to do.
        stopped: why it ended.
        skills: steps and successes per skill, where several are trained together.
    """

    weights: Mapping[str, Path]
    steps: int
    seconds: float
    episodes: int
    success_rate: float
    curve: tuple[tuple[int, float], ...]
    steps_per_second: float
    stopped: str
    skills: tuple[SkillCounts, ...] = ()
