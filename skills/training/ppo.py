"""PPO on a `VectorGame`: stable-baselines3's class, fed with whole rollouts that the workers play."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import PPO
from stable_baselines3.common.buffers import RolloutBuffer
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.type_aliases import MaybeCallback
from stable_baselines3.common.utils import explained_variance
from stable_baselines3.common.vec_env import VecEnv

from envs.rollout.episode import TRUNCATED, UNCOUNTED, BatchPolicy, EpisodeEnd, FinalState
from envs.rollout.looking import Audit
from skills.errors import TrainingDiverged
from skills.network import NumpyNetwork
from skills.training.advantages import advantages
from skills.training.checkpoint import Counters
from skills.training.config import PPOConfig
from skills.training.lean.loss import LossSettings, Rollout
from skills.training.lean.update import LeanUpdate, LearnedParts, UpdateSettings
from skills.training.spec import SkillCounts
from skills.training.vec_env import SkillVecEnv


class BehaviourPolicy(BatchPolicy, Protocol):
    """What plays, and how likely that made the actions that it took."""

    def log_probs(self, encodings: NDArray[np.float32], actions: NDArray[np.integer]) -> NDArray[np.float32]:
        """Log-probabilities of actions ``int[...]``, given ``float32[..., D]``."""
        ...


class RolloutPPO(PPO):
    """PPO whose rollouts cost one message per worker and one call of reward, policy and value.

    Args:
        env: the practice.
        config: settings.
        seed: of weights and shuffling; None leaves torch's and numpy's generators alone.
        window: episodes that success rate and length are means over.
        policy: what stable-baselines3 takes as policy.
        policy_kwargs: more arguments of it.

    Attributes:
        lr_fraction: factor on the learning rate of the next updates.
        skill_counts: steps and successes per skill, where several are practised.
    """

    NORMALIZE_ADVANTAGES = True
    """Batch by batch, as stable-baselines3 does it."""

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
        self._config = config
        self._full_rate = config.learning_rate
        self.lr_fraction = 1.0
        super().__init__(
            policy,
            env,
            n_steps=config.horizon,
            batch_size=config.batch_size,
            n_epochs=config.n_epochs,
            learning_rate=lambda _: self._full_rate * self.lr_fraction,
            gamma=config.gamma,
            gae_lambda=config.gae_lambda,
            clip_range=config.clip_range,
            ent_coef=config.ent_coef,
            vf_coef=config.vf_coef,
            max_grad_norm=config.max_grad_norm,
            normalize_advantage=self.NORMALIZE_ADVANTAGES,
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
        self._behaviour: BehaviourPolicy | None = None  # of the rollout under way
        self.n_episodes = 0
        self.mean_reward = 0.0
        self.final_states: list[FinalState] = []
        self.audits: list[Audit] = []
        self._lean: LeanUpdate | None = None
        self.skill_counts: tuple[SkillCounts, ...] = ()
        self._successes: deque[bool] = deque(maxlen=window)
        self._lengths: deque[int] = deque(maxlen=window)

    @property
    def rollout_size(self) -> int:
        """Environment steps between two updates."""
        return self.n_steps * self.n_envs

    @property
    def successes(self) -> tuple[bool, ...]:
        """Whether the latest episodes succeeded, oldest first; aborted and unclear ones are left out."""
        return tuple(self._successes)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Lengths of the latest episodes in steps."""
        return tuple(self._lengths)

    def restore_counters(self, counters: Counters) -> None:
        """Continue the counters of an earlier call; the next episodes are new ones."""
        self.num_timesteps, self.n_episodes = counters.steps, counters.episodes
        self._successes.extend(counters.successes)
        self._lengths.extend(counters.lengths)

    def copy_state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """Copies of the weights and of the optimiser's state."""
        weights = {name: tensor.clone() for name, tensor in self.policy.state_dict().items()}
        return weights, deepcopy(self.policy.optimizer.state_dict())

    def set_state(self, weights: dict[str, torch.Tensor], optimizer: dict[str, Any] | None) -> None:
        """Take over weights, and the optimiser's state unless None."""
        self.policy.load_state_dict(weights)
        if optimizer is not None:
            self.policy.optimizer.load_state_dict(deepcopy(optimizer))

    def halve_learning_rate(self) -> None:
        """Halve the learning rate of all later updates."""
        self._full_rate /= 2

    def _setup_learn(
        self,
        total_timesteps: int,
        callback: MaybeCallback = None,
        reset_num_timesteps: bool = True,
        tb_log_name: str = "run",
        progress_bar: bool = False,
    ) -> tuple[int, BaseCallback]:
        """As in stable-baselines3; a rollout under way is dropped where the games begin anew."""
        if reset_num_timesteps and self._behaviour is not None:
            self._behaviour = None
            self.practice.game.end_rollout()
        return super()._setup_learn(total_timesteps, callback, reset_num_timesteps, tb_log_name, progress_bar)

    def collect_rollouts(
        self, env: VecEnv, callback: BaseCallback, rollout_buffer: RolloutBuffer, n_rollout_steps: int
    ) -> bool:
        """Let the workers play one rollout and fill the buffer; the callback is called once, after it.

        Returns:
            False when the callback wants to stop.

        Raises:
            TrainingDiverged: a reward or value is not finite.
        """
        self.policy.set_training_mode(False)
        rollout_buffer.reset()
        callback.on_rollout_start()
        game = self.practice.game
        if self._behaviour is None:
            self._begin_rollout(n_rollout_steps)
        behaviour, self._behaviour = self._behaviour, None
        self.final_states = game.end_rollout()
        self.audits = game.audits
        self._fill(rollout_buffer, n_rollout_steps)
        if self._config.overlap and behaviour is not None:
            played = game.arrays.encodings[:n_rollout_steps], game.arrays.actions[:n_rollout_steps]
            rollout_buffer.log_probs[:] = behaviour.log_probs(*played)
            self._begin_rollout(n_rollout_steps)
        self.num_timesteps += n_rollout_steps * self.n_envs
        self._last_obs = game.encodings
        callback.update_locals(locals())
        go_on = callback.on_step()
        callback.on_rollout_end()
        return go_on

    def _begin_rollout(self, steps: int) -> None:
        """Have a rollout played with the weights as they are now."""
        behaviour = self._behaviour_policy()
        self.practice.game.begin_rollout(behaviour, steps)
        self._behaviour = behaviour

    def _behaviour_policy(self) -> BehaviourPolicy:
        """What chooses the actions in the workers."""
        return NumpyNetwork.from_state(self.policy.state_dict())

    def train(self) -> None:
        """Update the weights. Raises `TrainingDiverged` when one is not finite afterwards."""
        failure: ValueError | None = None
        try:
            if self._config.update == "lean":
                self._lean_train()
            else:
                super().train()
        except ValueError as error:  # torch refuses a distribution whose logits are NaN
            failure = error
        self._check_weights()
        if failure is not None:
            raise failure

    def _lean_train(self) -> None:
        """As stable-baselines3's ``train``: the same batches, losses and steps, and the same log."""
        self._update_learning_rate(self.policy.optimizer)
        config, buffer = self._config, self.rollout_buffer
        lean, self._lean = self._lean or self._lean_update(buffer.observations), None
        flat = {name: getattr(buffer, name).reshape(-1) for name in ("log_probs", "advantages", "returns")}
        report = lean.learn(
            Rollout(actions=buffer.actions.reshape(-1).astype(np.int64), **flat),
            UpdateSettings(
                loss=LossSettings(
                    clip_range=config.clip_range, ent_coef=config.ent_coef, vf_coef=config.vf_coef
                ),
                n_epochs=config.n_epochs,
                batch_size=config.batch_size,
                max_grad_norm=config.max_grad_norm,
                normalize=self.NORMALIZE_ADVANTAGES,
            ),
            np.arange(self.rollout_size).reshape(-1, self.n_envs).T.ravel(),
        )
        self._n_updates += config.n_epochs
        for name, value in asdict(report).items():
            self.logger.record(f"train/{name}", value)
        explained = explained_variance(buffer.values.flatten(), buffer.returns.flatten())
        self.logger.record("train/explained_variance", explained)
        self.logger.record("train/n_updates", self._n_updates, exclude="tensorboard")
        self.logger.record("train/clip_range", config.clip_range)

    def _lean_update(self, encodings: NDArray[np.float32]) -> LeanUpdate:
        """The networks as they are, on encodings float32[T, N, D]."""
        parts = self._parts(encodings.reshape(-1, encodings.shape[-1]))
        return LeanUpdate(parts, self.policy.optimizer, self._config.batch_size)

    def _parts(self, inputs: NDArray[np.float32]) -> LearnedParts:
        """What is learned from the inputs float32[n, D] of a rollout."""
        return LearnedParts([self.policy], inputs)

    def _check_weights(self) -> None:
        for name, parameter in self.policy.named_parameters():
            if not bool(torch.isfinite(parameter).all()):
                raise TrainingDiverged(
                    f"the weights {name!r} hold NaN or infinity after {self.num_timesteps} steps"
                )

    def _fill(self, buffer: RolloutBuffer, steps: int) -> None:
        arrays = self.practice.game.arrays
        ends = arrays.ends[:steps]
        with ThreadPoolExecutor(1, thread_name_prefix="rewards") as other:  # most of them come from a process
            coming = other.submit(self.practice.rewards, arrays, steps)
            done = self._cut(ends, arrays.continues[:steps])
            values, log_probs, last_values = self._evaluate(steps)
            final_values = self._final_values(ends)
            rewards = coming.result()
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
        self._note_episodes(ends, arrays.steps)

    def _cut(self, ends: NDArray[np.int8], continues: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where returns end: bool[T, N]."""
        return np.asarray(ends != EpisodeEnd.RUNNING)

    def _scaled_advantages(self, gains: NDArray[np.float32]) -> NDArray[np.float32]:
        """The advantages float32[T, N] that are learned from."""
        return gains

    def _evaluate(self, steps: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Values before each step and log-probabilities of the actions, float32[T, N]; values at the end."""
        arrays, n = self.practice.game.arrays, self.n_envs
        encodings, actions = arrays.encodings[: steps + 1], arrays.actions[:steps].ravel().astype(np.int64)
        if self._config.update == "lean":
            self._lean = self._lean_update(encodings)
            values, log_probs = self._lean.evaluate(actions)
        else:
            values, log_probs = self._torch_evaluate(encodings, actions)
        by_step = values.reshape(steps + 1, n)
        return by_step[:-1], log_probs.reshape(steps, n), by_step[-1]

    @torch.inference_mode()
    def _torch_evaluate(
        self, encodings: NDArray[np.float32], actions: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        inputs = torch.as_tensor(encodings.reshape(-1, encodings.shape[-1]))
        logits, values = self._outputs(inputs, len(actions))
        log_probs = torch.log_softmax(logits, 1).gather(1, torch.as_tensor(actions)[:, None])
        return values.numpy(), log_probs.numpy()

    def _outputs(self, inputs: torch.Tensor, n_acting: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of the first `n_acting` inputs, float32[n_acting, A], and values of all, float32[n]."""
        policy = self.policy
        latent, latent_values = policy.mlp_extractor(policy.extract_features(inputs))
        return policy.action_net(latent[:n_acting]), policy.value_net(latent_values)[:, 0]

    @torch.inference_mode()
    def _final_values(self, ends: NDArray[np.int8]) -> NDArray[np.float32]:
        final_values = np.zeros(ends.shape, np.float32)
        truncated = np.isin(ends, TRUNCATED)
        if truncated.any():
            finals = self.practice.game.arrays.final_encodings[: len(ends)][truncated]
            final_values[truncated] = self.policy.predict_values(torch.as_tensor(finals))[:, 0].numpy()
        return final_values

    def _note_episodes(self, ends: NDArray[np.int8], lengths: NDArray[np.int32]) -> None:
        for t, i in np.argwhere(ends != EpisodeEnd.RUNNING).tolist():
            self.n_episodes += 1
            self._lengths.append(int(lengths[t, i]))
            if ends[t, i] not in UNCOUNTED:
                self._successes.append(bool(ends[t, i] == EpisodeEnd.REACHED))
