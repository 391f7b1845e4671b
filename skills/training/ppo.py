"""PPO on a `VectorGame`: stable-baselines3's update, fed with whole rollouts that the workers play alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import PPO
from stable_baselines3.common.buffers import RolloutBuffer
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv

from envs.rollout.episode import TRUNCATED, BatchPolicy, EpisodeEnd, FinalState
from skills.errors import TrainingDiverged
from skills.network import NumpyNetwork
from skills.training.checkpoint import Counters
from skills.training.spec import PPOConfig, SkillTally
from skills.training.vec_env import SkillVecEnv


def advantages(
    rewards: NDArray[np.float32],
    values: NDArray[np.float32],
    last_values: NDArray[np.float32],
    done: NDArray[np.bool_],
    final_values: NDArray[np.float32],
    gamma: float,
    gae_lambda: float,
) -> NDArray[np.float32]:
    """Generalised advantage estimates, float32[T, N]. Source: Schulman et al. 2016, equation 16.

    Args:
        rewards: float32[T, N].
        values: of the states before each step, float32[T, N].
        last_values: of the states after the last step, float32[N].
        done: whether an episode ended at the step, bool[T, N].
        final_values: value of the state that an episode ended in: 0 after terminal ends, float32[T, N].
        gamma: discount per step.
        gae_lambda: 0 is one-step temporal difference, 1 is Monte Carlo.
    """
    following = np.concatenate([values[1:], last_values[None]])
    delta = rewards + gamma * np.where(done, final_values, following) - values
    result: NDArray[np.float32] = np.empty_like(rewards)
    running = np.zeros_like(last_values)
    for t in range(len(delta) - 1, -1, -1):
        running = delta[t] + gamma * gae_lambda * ~done[t] * running
        result[t] = running
    return result


class RolloutPPO(PPO):
    """PPO whose rollouts cost one message per worker and one call of reward, policy and value.

    Args:
        env: the skill's practice.
        config: settings.
        seed: of weights and shuffling; None leaves torch's and numpy's generators alone.
        window: episodes that the logged success rate, return and length are means over.
        policy: what stable-baselines3 takes as policy.
        policy_kwargs: more arguments of it.

    Attributes:
        rate_share: share of the learning rate that the next updates take.
        tallies: how each skill stands, where several are practised.
    """

    NORMALIZE = True
    """Whether advantages are normalised batch by batch."""

    def __init__(
        self,
        env: SkillVecEnv,
        config: PPOConfig,
        seed: int | None = None,
        window: int = 100,
        *,
        policy: str | type[Any] = "MlpPolicy",
        policy_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        self._full_rate = config.learning_rate
        self.rate_share = 1.0
        super().__init__(
            policy,
            env,
            n_steps=config.horizon,
            batch_size=config.batch_size,
            n_epochs=config.n_epochs,
            learning_rate=lambda _: self._full_rate * self.rate_share,
            gamma=config.gamma,
            gae_lambda=config.gae_lambda,
            clip_range=config.clip_range,
            ent_coef=config.ent_coef,
            vf_coef=config.vf_coef,
            max_grad_norm=config.max_grad_norm,
            normalize_advantage=self.NORMALIZE,
            policy_kwargs={
                "net_arch": list(config.hidden),
                "activation_fn": torch.nn.Tanh,
                "optimizer_kwargs": {"fused": True},
                **(policy_kwargs or {}),
            },
            device="cpu",
            stats_window_size=window,
            seed=seed,
        )
        self.practice = env
        self.n_episodes = 0
        self.mean_reward = 0.0
        self.final_states: list[FinalState] = []
        self.ep_info_buffer = deque(maxlen=window)
        self.ep_success_buffer = deque(maxlen=window)
        self._returns = np.zeros(self.n_envs, np.float64)
        self.tallies: tuple[SkillTally, ...] = ()

    @property
    def rollout_size(self) -> int:
        """Environment steps between two updates."""
        return self.n_steps * self.n_envs

    @property
    def successes(self) -> tuple[bool, ...]:
        """Whether the latest episodes succeeded, oldest first; aborted ones are left out."""
        return tuple(self.ep_success_buffer or ())

    @property
    def lengths(self) -> tuple[int, ...]:
        """Lengths of the latest episodes in steps."""
        return tuple(info["l"] for info in self.ep_info_buffer or ())

    def go_on_from(self, counters: Counters) -> None:
        """Count on from an earlier call; the next episodes are new ones."""
        assert self.ep_info_buffer is not None and self.ep_success_buffer is not None
        self.num_timesteps, self.n_episodes = counters.steps, counters.episodes
        self.ep_success_buffer.extend(counters.successes)
        self.ep_info_buffer.extend({"r": 0.0, "l": length, "t": 0.0} for length in counters.lengths)

    def copy_state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """Copies of the states of policy and optimiser."""
        policy = {name: tensor.clone() for name, tensor in self.policy.state_dict().items()}
        return policy, deepcopy(self.policy.optimizer.state_dict())

    def set_state(self, policy: dict[str, torch.Tensor], optimizer: dict[str, Any] | None) -> None:
        """Take over weights, and the optimiser's state unless None."""
        self.policy.load_state_dict(policy)
        if optimizer is not None:
            self.policy.optimizer.load_state_dict(deepcopy(optimizer))

    def halve_learning_rate(self) -> None:
        """From the next update on."""
        self._full_rate /= 2

    def collect_rollouts(
        self, env: VecEnv, callback: BaseCallback, rollout_buffer: RolloutBuffer, n_rollout_steps: int
    ) -> bool:
        """Let the workers play one rollout and fill the buffer; the callback's step comes once, after it.

        Returns:
            False when the callback wants to stop.

        Raises:
            TrainingDiverged: a reward or value is not finite.
        """
        self.policy.set_training_mode(False)
        rollout_buffer.reset()
        callback.on_rollout_start()
        game = self.practice.game
        self.final_states = game.rollout(self._travelling_policy(), n_rollout_steps)
        self._fill(rollout_buffer, n_rollout_steps)
        self.num_timesteps += n_rollout_steps * self.n_envs
        self._last_obs = game.encodings
        callback.update_locals(locals())
        go_on = callback.on_step()
        callback.on_rollout_end()
        return go_on

    def _travelling_policy(self) -> BatchPolicy:
        """What is sent to the games."""
        return NumpyNetwork.from_state(self.policy.state_dict())

    def train(self) -> None:
        """Update the weights. Raises `TrainingDiverged` when one is not finite afterwards."""
        failure: ValueError | None = None
        try:
            super().train()
        except ValueError as error:  # torch refuses a distribution whose logits are NaN
            failure = error
        self._check_weights()
        if failure is not None:
            raise failure

    def _check_weights(self) -> None:
        for name, parameter in self.policy.named_parameters():
            if not bool(torch.isfinite(parameter).all()):
                raise TrainingDiverged(
                    f"the weights {name!r} hold NaN or infinity after {self.num_timesteps} steps"
                )

    def _fill(self, buffer: RolloutBuffer, steps: int) -> None:
        arrays = self.practice.game.arrays
        ends = arrays.ends[:steps]
        rewards = self.practice.rewards(arrays, steps)
        done = self._cut(ends, arrays.continues[:steps])
        values, log_probs, last_values = self._evaluate(steps)
        final_values = self._final_values(ends)
        gains = advantages(rewards, values, last_values, done, final_values, self.gamma, self.gae_lambda)
        if not np.isfinite(gains).all():
            raise TrainingDiverged(f"rewards or values are not finite after {self.num_timesteps} steps")
        buffer.observations[:] = arrays.encodings[:steps]
        buffer.actions[:] = arrays.actions[:steps, :, None]
        buffer.rewards[:], buffer.values[:], buffer.log_probs[:] = rewards, values, log_probs
        buffer.advantages[:], buffer.returns[:] = self._scaled_advantages(gains), gains + values
        buffer.episode_starts[:] = arrays.steps[:steps] == 1
        buffer.pos, buffer.full = steps, True
        self.mean_reward = float(rewards.mean())
        self._note_episodes(rewards, ends, arrays.steps)

    def _cut(self, ends: NDArray[np.int8], continues: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where nothing of what follows counts for the steps before: bool[T, N]."""
        return np.asarray(ends != EpisodeEnd.RUNNING)

    def _scaled_advantages(self, gains: NDArray[np.float32]) -> NDArray[np.float32]:
        """The advantages float32[T, N] as they are learned from."""
        return gains

    @torch.inference_mode()
    def _evaluate(self, steps: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        arrays = self.practice.game.arrays
        encodings = torch.as_tensor(arrays.encodings[: steps + 1].reshape((steps + 1) * self.n_envs, -1))
        policy = self.policy
        latent, latent_values = policy.mlp_extractor(policy.extract_features(encodings))
        values = policy.value_net(latent_values).numpy().reshape(steps + 1, self.n_envs)
        logits = policy.action_net(latent[: steps * self.n_envs])
        taken = torch.as_tensor(arrays.actions[:steps].reshape(-1, 1), dtype=torch.int64)
        log_probs = torch.log_softmax(logits, 1).gather(1, taken).numpy().reshape(steps, self.n_envs)
        return values[:-1], log_probs, values[-1]

    @torch.inference_mode()
    def _final_values(self, ends: NDArray[np.int8]) -> NDArray[np.float32]:
        final_values = np.zeros(ends.shape, np.float32)
        truncated = np.isin(ends, TRUNCATED)
        if truncated.any():
            finals = self.practice.game.arrays.final_encodings[: len(ends)][truncated]
            final_values[truncated] = self.policy.predict_values(torch.as_tensor(finals))[:, 0].numpy()
        return final_values

    def _note_episodes(
        self, rewards: NDArray[np.float32], ends: NDArray[np.int8], lengths: NDArray[np.int32]
    ) -> None:
        assert self.ep_info_buffer is not None and self.ep_success_buffer is not None
        for t, (row, row_ends) in enumerate(zip(rewards, ends, strict=True)):
            self._returns += row
            for i in np.flatnonzero(row_ends):
                self.n_episodes += 1
                self.ep_info_buffer.append({"r": float(self._returns[i]), "l": int(lengths[t, i]), "t": 0.0})
                if row_ends[i] != EpisodeEnd.ABORTED:
                    self.ep_success_buffer.append(bool(row_ends[i] == EpisodeEnd.REACHED))
                self._returns[i] = 0.0
