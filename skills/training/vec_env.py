"""A `VectorGame` with a reward as an environment of stable-baselines3."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from envs.rollout.arrays import RolloutArrays
from envs.rollout.episode import FAILED, TRUNCATED, EpisodeEnd
from envs.rollout.vector import VectorGame
from skills.rewards.reward import Reward


class SkillVecEnv(VecEnv):
    """Episodes of one skill's practice.

    `RolloutPPO` reads whole rollouts from `game`; every other algorithm can step this as usual.

    Args:
        game: the games; closed together with this.
        reward: of each transition.
        failure_penalty: subtracted where an episode ends in `FAILED`.
        verdict_bonus: added where an episode succeeds, if a judge says so; 0 where the reward has the bonus.
    """

    render_mode = None

    def __init__(
        self, game: VectorGame, reward: Reward, failure_penalty: float = 0.0, verdict_bonus: float = 0.0
    ) -> None:
        self.game = game
        self._reward = reward
        self._failure_penalty = failure_penalty
        self._verdict_bonus = verdict_bonus
        self._actions: NDArray[np.integer[Any]] = np.zeros(game.n_games, np.intp)
        super().__init__(
            game.n_games,
            spaces.Box(-np.inf, np.inf, (game.spec.encoding_size,), np.float32),
            spaces.Discrete(len(game.spec.actions)),
        )

    def rewards(self, arrays: RolloutArrays, steps: int) -> NDArray[np.float32]:
        """Rewards float32[steps, N] of the first rows, with the verdicts' bonus, less the failure penalty."""
        rewards, ends = self._transition_rewards(arrays, steps), arrays.ends[:steps]
        bonus = self._verdict_bonus * (ends == EpisodeEnd.REACHED)
        seen = bonus + arrays.pictured[:steps]
        return np.asarray(rewards + seen - self._failure_penalty * np.isin(ends, FAILED), np.float32)

    def _transition_rewards(self, arrays: RolloutArrays, steps: int) -> NDArray[np.float32]:
        n_facts = arrays.before.shape[-1]
        before, after, start = (
            part[:steps].reshape(-1, n_facts) for part in (arrays.before, arrays.after, arrays.start)
        )
        return self._reward.batch(before, after, start).reshape(steps, self.num_envs)

    def reset(self) -> NDArray[np.float32]:
        """Start a new episode in every game."""
        return self.game.reset().copy()

    def step_async(self, actions: NDArray[np.integer[Any]]) -> None:
        """Remember the actions for `step_wait`."""
        self._actions = actions

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[Any]]:
        """Take the step."""
        arrays = self.game.step(self._actions)
        ends = arrays.ends[0]
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for i in np.flatnonzero(ends):
            infos[i] = {
                "terminal_observation": arrays.final_encodings[0, i].copy(),
                "TimeLimit.truncated": bool(np.isin(ends[i], TRUNCATED)),
                "is_success": bool(ends[i] == EpisodeEnd.REACHED),
            }
        return self.game.encodings.copy(), self.rewards(arrays, 1)[0], ends != EpisodeEnd.RUNNING, infos

    def close(self) -> None:
        """Close the games."""
        self.game.close()

    def get_attr(self, attr_name: str, indices: int | Iterable[int] | None = None) -> list[Any]:
        """An attribute of this object, once per game; games in workers have none."""
        return [getattr(self, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: int | Iterable[int] | None = None) -> None:
        """Not offered. Raises `AttributeError`."""
        raise AttributeError(f"cannot set {attr_name!r}: the games live in workers")

    def env_method(
        self, method_name: str, *args: Any, indices: int | Iterable[int] | None = None, **kwargs: Any
    ) -> list[Any]:
        """Not offered. Raises `AttributeError`."""
        raise AttributeError(f"cannot call {method_name!r}: the games live in workers")

    def env_is_wrapped(self, wrapper_class: Any, indices: int | Iterable[int] | None = None) -> list[bool]:
        """Never wrapped."""
        return [False] * len(list(self._get_indices(indices)))
