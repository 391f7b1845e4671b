"""PPO for several skills at once, with rewards, advantages and successes per skill."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from envs.rollout.arrays import RolloutArrays
from envs.rollout.episode import EpisodeEnd
from envs.rollout.vector import VectorGame
from skills.network import NumpyNetwork
from skills.rewards.reward import Reward
from skills.training.checkpoint import Counters
from skills.training.config import PPOConfig
from skills.training.joint.networks import JointNetworks
from skills.training.joint.routed_policy import RoutedPolicy
from skills.training.lean.update import LearnedParts
from skills.training.ppo import BehaviourPolicy, RolloutPPO
from skills.training.spec import SkillCounts
from skills.training.vec_env import SkillVecEnv


class JointVecEnv(SkillVecEnv):
    """Executions of several skills, each with a reward of its own.

    Args:
        game: the games of a `envs.rollout.joint_batch.JointTask`.
        skill_rewards: of each skill, in the order of the task.
        failure_penalty: subtracted where an execution ends in `FAILED`.
    """

    def __init__(
        self, game: VectorGame, skill_rewards: Sequence[Reward], failure_penalty: float = 0.0
    ) -> None:
        super().__init__(game, skill_rewards[0], failure_penalty)
        self._skill_rewards = tuple(skill_rewards)

    def skills(self, steps: int) -> NDArray[np.intp]:
        """Which skill was executed at each of the first steps, int[steps, N]."""
        size = self.game.spec.encoding_size - len(self._skill_rewards)
        return np.asarray(self.game.arrays.encodings[:steps, :, size:].argmax(axis=2))

    def _transition_rewards(self, arrays: RolloutArrays, steps: int) -> NDArray[np.float32]:
        """Rewards float32[steps, N] without the failure penalty, in one call of each skill's reward."""
        skills = self.skills(steps)
        rewards = np.zeros(skills.shape, np.float32)
        for skill, reward in enumerate(self._skill_rewards):
            rows = skills == skill
            if rows.any():
                before, after, start = (
                    part[:steps][rows] for part in (arrays.before, arrays.after, arrays.start)
                )
                rewards[rows] = reward.batch(before, after, start)
        return rewards


class JointPPO(RolloutPPO):
    """PPO on a `JointVecEnv`.

    Args:
        env: the practice.
        config: settings.
        names: the skills, in the order of the task.
        allowed: which actions each may take, bool[K, A].
        shared: one network for all skills, which is told the skill, or one for each.
        across_switches: whether returns continue across executions within an episode, as in MaestroMotif;
            else they end with the execution.
        seed: of weights and shuffling.
        window: executions that success rates are means over, for each skill.
    """

    NORMALIZE_ADVANTAGES = False
    """`_scaled_advantages` normalises them per skill instead."""

    def __init__(
        self,
        env: JointVecEnv,
        config: PPOConfig,
        names: Sequence[str],
        allowed: NDArray[np.bool_],
        *,
        shared: bool,
        across_switches: bool = False,
        seed: int | None = None,
        window: int = 100,
    ) -> None:
        super().__init__(
            env,
            config,
            seed,
            window,
            policy=JointNetworks,
            policy_kwargs={"allowed": torch.as_tensor(allowed), "shared": shared},
        )
        self._env = env
        self._across = across_switches
        self._names = tuple(names)
        self._steps = np.zeros(len(names), np.int64)
        self._skill_successes: list[deque[bool]] = [deque(maxlen=window) for _ in names]
        self._update_counts()

    @property
    def networks(self) -> JointNetworks:
        """What is trained."""
        return cast(JointNetworks, self.policy)

    def restore_counters(self, counters: Counters) -> None:
        """Continue the counters of an earlier call; the next episodes are new ones."""
        super().restore_counters(counters)
        for counts in counters.skills:
            skill = self._names.index(counts.name)
            self._steps[skill] = counts.steps
            self._skill_successes[skill].extend(counts.successes)
        self._update_counts()

    def _update_counts(self) -> None:
        self.skill_counts = tuple(
            SkillCounts(name=name, steps=int(steps), successes=tuple(done))
            for name, steps, done in zip(self._names, self._steps, self._skill_successes, strict=True)
        )

    def _behaviour_policy(self) -> BehaviourPolicy:
        states = [self.networks.network_state(skill) for skill in range(len(self._names))]
        return RoutedPolicy([NumpyNetwork.from_state(state) for state in states])

    def _cut(self, ends: NDArray[np.int8], continues: NDArray[np.bool_]) -> NDArray[np.bool_]:
        ended = ends != EpisodeEnd.RUNNING
        return np.asarray(ended & ~continues if self._across else ended)

    def _scaled_advantages(self, gains: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each skill's with mean 0 and deviation 1, so that no skill's large rewards dominate."""
        skills = self._env.skills(len(gains))
        scaled = gains.copy()
        for skill in range(len(self._names)):
            rows = skills == skill
            if rows.sum() > 1:
                own = gains[rows]
                scaled[rows] = (own - own.mean()) / (own.std() + 1e-8)
        return scaled

    def _outputs(self, inputs: torch.Tensor, n_acting: int) -> tuple[torch.Tensor, torch.Tensor]:
        logits, values = self.networks.outputs(inputs)
        return logits[:n_acting], values

    def _parts(self, inputs: NDArray[np.float32]) -> LearnedParts:
        networks = self.networks
        skills = inputs[:, networks.encoding_size :].argmax(1)
        forbidden = ~networks.allowed.numpy()[skills]
        members = cast(list[ActorCriticPolicy], list(networks.members))
        if networks.shared:
            return LearnedParts(members, inputs, None, forbidden)
        return LearnedParts(members, inputs[:, : networks.encoding_size], skills, forbidden)

    def _note_episodes(self, ends: NDArray[np.int8], lengths: NDArray[np.int32]) -> None:
        super()._note_episodes(ends, lengths)
        skills = self._env.skills(len(ends))
        self._steps += np.bincount(skills.ravel(), minlength=len(self._names))
        judged = (ends != EpisodeEnd.RUNNING) & (ends != EpisodeEnd.ABORTED)
        for t, i in np.argwhere(judged).tolist():
            self._skill_successes[skills[t, i]].append(bool(ends[t, i] == EpisodeEnd.REACHED))
        self._update_counts()
