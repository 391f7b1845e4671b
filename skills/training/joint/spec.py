"""The specification of a training of several skills, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from envs.rollout.episode import Starts
from skills.rewards.preference import PreferenceTerm
from skills.skill import Skill
from skills.training.spec import BaseTrainSpec, TrainSpec, identity_of

Networks: TypeAlias = Literal["per_skill", "shared"]
"""One network for each skill, or one for all that is told which skill it is."""

_HASHED_AS: dict[Networks, str] = {"per_skill": "separate", "shared": "conditioned"}
"""Value of `JointSpec.networks` -> the value that checkpoints were hashed under before it was renamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSpec(BaseTrainSpec):
    """One training of several skills; picklable. See `BaseTrainSpec` for the other attributes.

    Attributes:
        skills: what is trained; their effects, focus, reward, option, actions and step cap count.
        choose: source of the policy over skills that directs the episodes, see
            `skills.code.policy_code.TrainingPolicyFunction`. Empty: every skill is practised alone, from its
            own starts, in an equal share of the games.
        known: names that it may return; those of `skills` when empty. One that is not trained fails at once.
        networks: one network for all skills, or one per skill.
        episode_steps: how long episodes are; see `envs.rollout.joint_batch.JointTask`.
        own_starts: where each skill is practised from when it is practised alone.
        preferences: rewards learned from preferences, by skill; see `TrainSpec.preference`.
        across_switches: whether returns continue across executions within an episode, as in MaestroMotif. By
            default they end with the execution, because the skill is used later by other plans and policies
            over skills than the one in training.
    """

    trainer: ClassVar[str] = "skills.training.joint.train:train_joint"

    skills: tuple[Skill, ...]
    choose: str
    networks: Networks
    episode_steps: int | None = None
    known: tuple[str, ...] = ()
    own_starts: Mapping[str, Starts] = field(default_factory=dict)
    preferences: Mapping[str, PreferenceTerm] = field(default_factory=dict)
    across_switches: bool = False
    target_success: float = 2.0
    window: int = 100

    def __post_init__(self) -> None:
        BaseTrainSpec.__post_init__(self)  # dataclasses with slots have no `super()` without arguments
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
    def name(self) -> str:
        """See `BaseTrainSpec.name`."""
        return "joint training"

    @property
    def names(self) -> tuple[str, ...]:
        """The skills' names, in order."""
        return tuple(skill.name for skill in self.skills)

    def alone(self, skill: Skill) -> TrainSpec:
        """The specification of the training of one of the skills by itself."""
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
        """See `BaseTrainSpec.identity`."""
        return identity_of(
            [
                self.game,
                dict(self.game_options),
                [self.alone(skill).identity for skill in self.skills],
                self.choose,
                list(self.known),
                _HASHED_AS[self.networks],
                self.across_switches,
                self.starts.max_steps,
                self.episode_steps,
                self.config.hashed(),
                self.seed,
            ]
        )
