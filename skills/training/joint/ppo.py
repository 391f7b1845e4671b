"""PPO for several skills at once: rewards, advantages and successes are kept apart, skill by skill."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from envs.rollout.arrays import RolloutArrays
from envs.rollout.episode import FAILED, BatchPolicy, EpisodeEnd
from envs.rollout.vector import VectorGame
from skills.network import NumpyNetwork
from skills.rewards.reward import Reward
from skills.training.checkpoint import Counters
from skills.training.joint.policy import JointPolicy
from skills.training.joint.routed_policy import RoutedPolicy
from skills.training.ppo import RolloutPPO
from skills.training.spec import PPOConfig, SkillTally
from skills.training.vec_env import SkillVecEnv


class JointVecEnv(SkillVecEnv):
    """Executions of several skills, each with a reward of its own.

    Args:
        game: the games of a `envs.rollout.joint.JointTask`.
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

    def rewards(self, arrays: RolloutArrays, steps: int) -> NDArray[np.float32]:
        """Rewards float32[steps, N] of the first rows, in one call of each skill's reward."""
        skills = self.skills(steps)
        rewards = np.zeros(skills.shape, np.float32)
        for skill, reward in enumerate(self._skill_rewards):
            rows = skills == skill
            if rows.any():
                before, after, start = (
                    part[:steps][rows] for part in (arrays.before, arrays.after, arrays.start)
                )
                rewards[rows] = reward.batch(before, after, start)
        return np.asarray(rewards - self._failure_penalty * np.isin(arrays.ends[:steps], FAILED), np.float32)


class JointPPO(RolloutPPO):
    """PPO on a `JointVecEnv`.

    Args:
        env: the practice.
        config: settings.
        names: the skills, in the order of the task.
        allowed: which actions each may take, bool[K, A].
        conditioned: one network that is shown the skill, or one for each.
        across_switches: what follows in the episode counts for the skill before, as in MaestroMotif; else
            an execution's return ends with it, as it does in practice of one skill.
        seed: of weights and shuffling.
        window: executions that success rates are means over, for each skill.
    """

    NORMALIZE = False
    """They are normalised over a rollout, for each skill by itself; see `_scaled_advantages`."""

    def __init__(
        self,
        env: JointVecEnv,
        config: PPOConfig,
        names: Sequence[str],
        allowed: NDArray[np.bool_],
        *,
        conditioned: bool,
        across_switches: bool = False,
        seed: int | None = None,
        window: int = 100,
    ) -> None:
        super().__init__(
            env,
            config,
            seed,
            window,
            policy=JointPolicy,
            policy_kwargs={"allowed": torch.as_tensor(allowed), "conditioned": conditioned},
        )
        self._env = env
        self._across = across_switches
        self._names = tuple(names)
        self._steps = np.zeros(len(names), np.int64)
        self._done: list[deque[bool]] = [deque(maxlen=window) for _ in names]
        self._tally()

    @property
    def networks(self) -> JointPolicy:
        """What is trained."""
        return cast(JointPolicy, self.policy)

    def go_on_from(self, counters: Counters) -> None:
        """Count on from an earlier call; the next episodes are new ones."""
        super().go_on_from(counters)
        for tally in counters.skills:
            skill = self._names.index(tally.name)
            self._steps[skill] = tally.steps
            self._done[skill].extend(tally.successes)
        self._tally()

    def _tally(self) -> None:
        self.tallies = tuple(
            SkillTally(name=name, steps=int(steps), successes=tuple(done))
            for name, steps, done in zip(self._names, self._steps, self._done, strict=True)
        )

    def _travelling_policy(self) -> BatchPolicy:
        states = [self.networks.member_state(skill) for skill in range(len(self._names))]
        return RoutedPolicy([NumpyNetwork.from_state(state) for state in states])

    def _cut(self, ends: NDArray[np.int8], continues: NDArray[np.bool_]) -> NDArray[np.bool_]:
        ended = ends != EpisodeEnd.RUNNING
        return np.asarray(ended & ~continues if self._across else ended)

    def _scaled_advantages(self, gains: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each skill's advantages with mean 0 and deviation 1: none is learned at another's expense."""
        skills = self._env.skills(len(gains))
        weighed = gains.copy()
        for skill in range(len(self._names)):
            rows = skills == skill
            if rows.sum() > 1:
                own = gains[rows]
                weighed[rows] = (own - own.mean()) / (own.std() + 1e-8)
        return weighed

    @torch.inference_mode()
    def _evaluate(self, steps: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        arrays, n = self.practice.game.arrays, self.n_envs
        inputs = torch.as_tensor(arrays.encodings[: steps + 1].reshape((steps + 1) * n, -1))
        logits, values = self.networks.outputs(inputs)
        taken = torch.as_tensor(arrays.actions[:steps].reshape(-1, 1), dtype=torch.int64)
        log_probs = torch.log_softmax(logits[: steps * n], 1).gather(1, taken)
        by_step = values.numpy().reshape(steps + 1, n)
        return by_step[:-1], log_probs.numpy().reshape(steps, n), by_step[-1]

    def _note_episodes(
        self, rewards: NDArray[np.float32], ends: NDArray[np.int8], lengths: NDArray[np.int32]
    ) -> None:
        super()._note_episodes(rewards, ends, lengths)
        skills = self._env.skills(len(ends))
        self._steps += np.bincount(skills.ravel(), minlength=len(self._names))
        judged = (ends != EpisodeEnd.RUNNING) & (ends != EpisodeEnd.ABORTED)
        for t, i in np.argwhere(judged).tolist():
            self._done[skills[t, i]].append(bool(ends[t, i] == EpisodeEnd.REACHED))
        self._tally()
