"""What a training of several skills in one go is told and returns; free of torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from envs.rollout.episode import Starts
from skills.skill import Skill
from skills.training.spec import PPOConfig, PreferenceTerm, SkillTally, TrainSpec

Network: TypeAlias = Literal["conditioned", "separate"]
"""One network that is told which skill it is, or one for each skill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSpec:
    """One training of several skills; picklable.

    Attributes:
        game: registry name.
        skills: what is trained; their effects, focus, reward, option, actions and step cap count.
        choose: source of the policy over skills that directs the episodes, see
            `skills.code.policy_code.TrainingPolicyFunction`. Empty: every skill is practised alone, from its
            own starts, in an equal share of the games.
        known: names that it may return; those of `skills` when empty. One that is not trained fails at once.
        network: what is trained.
        starts: where episodes start.
        episode_steps: how long episodes are; see `envs.rollout.joint.JointTask`.
        own_starts: where each skill is practised from when it is practised alone.
        preferences: rewards learned from preferences, by skill; see `TrainSpec.preference`.
        across_switches: what follows an execution within the episode counts for it, as in MaestroMotif,
            where a switch of skills does not cut value bootstrapping. By default it does not: an execution
            is worth what the skill itself was to bring about, whatever the policy over skills does next,
            because that is how it is used later, by plans and policies that were not there in training.
        work_dir: folder for checkpoints, metrics and the networks; made when missing.
        budget_steps: environment steps at most, of all skills together, earlier calls included.
        game_options: keyword arguments of the game.
        config: settings.
        seed: root of all draws.
        checkpoint_every: environment steps between checkpoints.
        target_success: stop early at this success rate of all executions; never when > 1.
        min_steps: environment steps before which that does not stop it.
        window: executions that each success rate is taken over.
        keep_final_states: most states of success that each worker keeps per rollout.
    """

    game: str
    skills: tuple[Skill, ...]
    choose: str
    network: Network
    work_dir: Path
    budget_steps: int
    starts: Starts = field(default_factory=Starts)
    episode_steps: int | None = None
    known: tuple[str, ...] = ()
    own_starts: Mapping[str, Starts] = field(default_factory=dict)
    preferences: Mapping[str, PreferenceTerm] = field(default_factory=dict)
    across_switches: bool = False
    game_options: Mapping[str, Any] = field(default_factory=dict)
    config: PPOConfig = field(default_factory=PPOConfig)
    seed: int = 0
    checkpoint_every: int = 20_000
    target_success: float = 2.0
    min_steps: int = 0
    window: int = 100
    keep_final_states: int = 0

    def __post_init__(self) -> None:
        if self.budget_steps < 0:
            raise ValueError(f"budget_steps is {self.budget_steps}; expected 0 or more")
        if self.checkpoint_every < 1 or self.window < 1:
            raise ValueError(
                f"checkpoint_every is {self.checkpoint_every} and window {self.window}; "
                f"both must be at least 1"
            )
        if not self.skills or len(set(self.names)) != len(self.names):
            raise ValueError(f"skills are {', '.join(self.names) or 'none'}; expected one or more, each once")
        scripted = [skill.name for skill in self.skills if skill.policy.kind != "learned"]
        if scripted:
            raise ValueError(f"nothing is learned for {', '.join(scripted)}; leave out scripted skills")
        without = [name for name in self.names if name not in self.own_starts]
        if self.known and (unknown := sorted(set(self.names) - set(self.known))):
            raise ValueError(f"known lacks {', '.join(unknown)}, which are trained; it names all skills")
        if not self.choose.strip() and without:
            raise ValueError(f"own_starts lacks {', '.join(without)}; skills practised alone need their own")
        if not self.choose.strip() and self.config.n_games < len(self.skills):
            raise ValueError(
                f"config.n_games is {self.config.n_games} for {len(self.skills)} skills practised alone; "
                "each needs a game at least"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The skills' names, in order."""
        return tuple(skill.name for skill in self.skills)

    def alone(self, skill: Skill) -> TrainSpec:
        """What the training of one of the skills by itself would be told."""
        return TrainSpec(
            game=self.game,
            skill=skill,
            starts=self.own_starts.get(skill.name, self.starts),
            work_dir=self.work_dir,
            budget_steps=self.budget_steps,
            game_options=self.game_options,
            config=self.config,
            seed=self.seed,
            preference=self.preferences.get(skill.name),
        )

    @property
    def identity(self) -> str:
        """Hash of what is learned and how; a checkpoint belongs to one identity. See `TrainSpec.identity`."""
        config = self.config.hashed()
        content = [
            self.game,
            dict(self.game_options),
            [self.alone(skill).identity for skill in self.skills],
            self.choose,
            list(self.known),
            self.network,
            self.across_switches,
            self.starts.max_steps,
            self.episode_steps,
            config,
            self.seed,
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointResult:
    """What a training of several skills led to.

    Attributes:
        policies: each skill's network as a ``policy.zip`` of its own, by name, whatever was trained.
        skills: how each stands.
        steps: environment steps, earlier calls included.
        seconds: wall time, earlier calls included.
        curve: pairs of steps and success rate over all executions, one per rollout.
        steps_per_second: of this call as a whole; 0 when it had nothing to do.
        stopped: why it ended.
    """

    policies: Mapping[str, Path]
    skills: tuple[SkillTally, ...]
    steps: int
    seconds: float
    curve: tuple[tuple[int, float], ...]
    steps_per_second: float
    stopped: str
