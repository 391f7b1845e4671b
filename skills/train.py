"""Train one skill: practice in worker processes, PPO, checkpoints, and one policy file at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import cast

import torch

from envs.episode import EpisodeRule, EpisodeTask, Terminator
from envs.game import GameSpec, game_spec, make_game
from envs.seeding import child_seed
from envs.vector import VectorGame
from skills.atomic_file import remove_unfinished
from skills.checkpoint import Checkpoint, Counters
from skills.code import RewardFunction, TerminationFunction
from skills.cues import begin_with_cues
from skills.errors import PolicyMismatch, SkillError, TrainingDiverged
from skills.network import NumpyPolicy, load_weights, save_weights
from skills.ppo import RolloutPPO
from skills.rewards.combine import CombinedReward, StartlessReward
from skills.rewards.event import EventReward
from skills.rewards.preference import PreferenceReward
from skills.rewards.reward import Reward
from skills.sandbox import Sandbox
from skills.train_spec import PPOConfig, TrainProgress, TrainResult, TrainSpec
from skills.training_log import training_log
from skills.vec_env import SkillVecEnv

logger = logging.getLogger(__name__)

LEARNING_THREADS = 1
"""Threads of an update: a second one gains a quarter on idle cores and costs forty-fold on busy ones."""

OnProgress = Callable[[TrainProgress], bool | None]
"""Called after every rollout; returning False ends the training."""


def train_skill(spec: TrainSpec, *, on_progress: OnProgress | None = None) -> TrainResult:
    """Train until the target, the budget or `on_progress` ends it; goes on from a checkpoint of `spec`.

    The weights depend on the spec alone as long as the training is not interrupted and the number of
    workers stays the same. An interruption of any kind loses what came after the last checkpoint.

    Args:
        spec: what to train.
        on_progress: called after every rollout, in this process.

    Raises:
        PolicyMismatch: `spec.warm_start` has another network shape.
        LibraryDamaged: the checkpoint or the warm start cannot be read.
        TrainingDiverged: weights or values stopped being finite twice.
        CodeRejected: the skill's reward or termination code fails.
        WorkerDied, BadSnapshot, BadFocus: from the games.
        OSError: the work folder cannot be written.
    """
    game = game_spec(spec.game)
    spec.work_dir.mkdir(parents=True, exist_ok=True)
    remove_unfinished(spec.work_dir)
    saved = Checkpoint.load(_checkpoint_path(spec))
    if saved is not None and (reason := _reason_to_stop(spec, saved.counters)):
        return _finish(spec, game, saved, reason, 0.0)
    threads = torch.get_num_threads()
    torch.set_num_threads(LEARNING_THREADS)
    try:
        with Sandbox() as sandbox:
            reward = skill_reward(spec, game, sandbox)
            with _vector_game(spec, game, saved.counters.steps if saved else 0) as vector:
                return _Training(spec, game, vector, reward, saved).run(on_progress)
    finally:
        torch.set_num_threads(threads)


def skill_reward(spec: TrainSpec, game: GameSpec, sandbox: Sandbox) -> Reward:
    """The reward of a skill: a bonus for its effects, what was preferred or designed, a price per step."""
    parts: list[tuple[float, Reward]] = [
        (spec.config.success_bonus, EventReward(spec.skill.effects.obtains, game))
    ]
    term = spec.preference
    if term is not None:
        parts.append((1.0, PreferenceReward(term.model, game, term.quantile, term.scale)))
    if spec.skill.reward.strip() and not (term is not None and term.alone):
        designed = RewardFunction(sandbox, spec.skill.reward, tuple(game.fact_index))
        parts.append((spec.config.dense_weight, StartlessReward(designed)))
    return CombinedReward(parts, spec.config.step_penalty)


@dataclass(frozen=True, slots=True)
class TerminatorFactory:
    """Builds a skill's termination function where it is used; picklable.

    Attributes:
        source: model-written code.
        fact_names: the game's facts, in order.
    """

    source: str
    fact_names: tuple[str, ...]

    def __call__(self) -> Terminator:
        """The function, with a sandbox of its own."""
        return TerminationFunction(Sandbox(), self.source, self.fact_names).batch


def episode_task(spec: TrainSpec, game: GameSpec, seed: int) -> EpisodeTask:
    """The practice episodes of `spec`, for a `VectorGame`."""
    termination = spec.skill.option.termination
    return EpisodeTask(
        make_game=partial(make_game, spec.game, **spec.game_options),
        focus=spec.skill.focus.focus(),
        rule=EpisodeRule(obtains=spec.skill.effects.obtains, step_cap=spec.skill.step_cap),
        starts=replace(spec.starts, reuse=spec.config.fresh_reuse),
        seed=seed,
        terminator=TerminatorFactory(termination, tuple(game.fact_index)) if termination.strip() else None,
        terminator_every=spec.config.termination_every,
        passed_on=(SkillError,),
        keep_final_states=spec.keep_final_states,
    )


FORBIDDEN_LOGIT = -20.0
"""Logit of an action outside the skill's set: odds of one in a hundred million."""


def restrict_actions(head: torch.nn.Linear, chosen: Collection[int]) -> None:
    """Leave a policy only some actions: the others' logits become constants that never win.

    An action that a warm start had been forbidden and this skill may take begins at the mean of the rest.

    Args:
        head: the layer that gives one logit per action.
        chosen: indices of the actions allowed.
    """
    with torch.no_grad():
        was_forbidden = head.bias <= FORBIDDEN_LOGIT / 2
        mean = head.bias[~was_forbidden].mean()
        for action in range(len(head.bias)):
            if action not in chosen:
                head.weight[action], head.bias[action] = 0.0, FORBIDDEN_LOGIT
            elif was_forbidden[action]:
                head.weight[action], head.bias[action] = 0.0, mean


def _vector_game(spec: TrainSpec, game: GameSpec, steps: int) -> VectorGame:
    config = spec.config
    return VectorGame(
        episode_task(spec, game, child_seed(spec.seed, "practice", spec.skill.name, steps)),
        game,
        n_games=config.n_games,
        horizon=config.horizon,
        workers=config.workers,
    )


class _Training:
    """One training under way."""

    def __init__(
        self, spec: TrainSpec, game: GameSpec, vector: VectorGame, reward: Reward, saved: Checkpoint | None
    ) -> None:
        self._spec, self._game = spec, game
        self._counters = saved.counters if saved else Counters()
        seed = child_seed(spec.seed, "learning", spec.skill.name, self._counters.steps)
        env = SkillVecEnv(vector, reward, spec.config.failure_penalty)
        self._model = RolloutPPO(env, spec.config, seed, spec.window)
        self._model.set_logger(training_log(spec.work_dir))
        self._model.go_on_from(self._counters)
        if saved is not None:
            self._model.set_state(saved.policy, saved.optimizer)
        elif spec.warm_start is not None:
            self._model.set_state(_warm_weights(spec, game), None)
        elif game.cues:
            self._begin_with_cues()
        if saved is None and spec.skill.actions:
            chosen = {game.action_index[name] for name in spec.skill.actions}
            restrict_actions(cast(torch.nn.Linear, self._model.policy.action_net), chosen)
        self._last = self._checkpoint()
        self._unsaved = 0

    def _begin_with_cues(self) -> None:
        policy = self._model.policy
        hidden = [layer for layer in policy.mlp_extractor.policy_net if isinstance(layer, torch.nn.Linear)]
        places = {place: self._game.action_index[action] for place, action in self._game.cues.items()}
        begin_with_cues(hidden, cast(torch.nn.Linear, policy.action_net), places)

    def run(self, on_progress: OnProgress | None) -> TrainResult:
        began, first_step = perf_counter(), self._counters.steps
        try:
            while not (reason := _reason_to_stop(self._spec, self._counters)):
                progress = self._improve()
                if on_progress is not None and on_progress(progress) is False:
                    reason = "asked to stop"
                    break
        finally:
            self._model.logger.close()
        speed = (self._counters.steps - first_step) / max(perf_counter() - began, 1e-9)
        self._save()
        return _finish(self._spec, self._game, self._last, reason, speed)

    def _improve(self) -> TrainProgress:
        model, began, before = self._model, perf_counter(), self._counters
        model.rate_share = self._spec.config.rate_share(before.steps / self._spec.budget_steps)
        try:
            # One rollout is one iteration; it is logged below, so the interval of 2 is never met.
            model.learn(model.rollout_size, log_interval=2, reset_num_timesteps=False)
        except TrainingDiverged as error:
            self._roll_back(error)
        seconds = perf_counter() - began
        steps = model.num_timesteps - before.steps
        now = replace(
            before,
            steps=model.num_timesteps,
            seconds=before.seconds + seconds,
            episodes=model.n_episodes,
            successes=model.successes,
            lengths=model.lengths,
            rolled_back=self._counters.rolled_back,
        )
        self._counters = replace(now, curve=(*now.curve, (now.steps, round(now.success_rate, 4))))
        progress = self._progress(steps / seconds)
        self._log(progress)
        self._unsaved += steps
        if self._unsaved >= self._spec.checkpoint_every:
            self._save()
        return progress

    def _roll_back(self, error: TrainingDiverged) -> None:
        if self._counters.rolled_back:
            raise TrainingDiverged(
                f"{self._spec.skill.name}: {error}, for the second time; lower the learning rate or look "
                f"at the reward. The last checkpoint is kept."
            ) from error
        logger.warning(
            "%s: %s; going back to the last checkpoint at half the rate", self._spec.skill.name, error
        )
        self._counters = replace(self._counters, rolled_back=True)
        self._model.set_state(self._last.policy, self._last.optimizer)
        self._model.halve_learning_rate()

    def _progress(self, steps_per_second: float) -> TrainProgress:
        counters = self._counters
        return TrainProgress(
            steps=counters.steps,
            budget_steps=self._spec.budget_steps,
            seconds=counters.seconds,
            episodes=counters.episodes,
            success_rate=counters.success_rate,
            mean_reward=self._model.mean_reward,
            mean_length=counters.mean_length,
            steps_per_second=steps_per_second,
            final_states=tuple(self._model.final_states),
        )

    def _log(self, progress: TrainProgress) -> None:
        log = self._model.logger
        log.record("rollout/success_rate", progress.success_rate)
        log.record("rollout/ep_len_mean", progress.mean_length)
        log.record("rollout/reward_mean", progress.mean_reward)
        log.record("rollout/episodes", progress.episodes)
        log.record("time/fps", progress.steps_per_second)
        log.record("time/seconds", progress.seconds)
        log.dump(progress.steps)

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(self._counters, *self._model.copy_state())

    def _save(self) -> None:
        self._last = self._checkpoint()
        self._last.save(_checkpoint_path(self._spec))
        self._unsaved = 0


def _checkpoint_path(spec: TrainSpec) -> Path:
    return spec.work_dir / f"checkpoint-{spec.identity}.pt"


def _reason_to_stop(spec: TrainSpec, counters: Counters) -> str:
    many = spec.enough_episodes is not None and counters.episodes >= spec.enough_episodes
    sure = len(counters.successes) >= spec.window and (many or counters.steps >= spec.min_steps)
    if sure and counters.success_rate >= spec.target_success:
        return f"success rate {counters.success_rate:.2f} over {spec.window} episodes"
    if counters.steps >= spec.budget_steps:
        return f"budget of {spec.budget_steps} steps used up"
    return ""


def _warm_weights(spec: TrainSpec, game: GameSpec) -> dict[str, torch.Tensor]:
    assert spec.warm_start is not None
    state = load_weights(spec.warm_start)
    network = NumpyPolicy.from_state(state)
    network.check(game.encoding_size, len(game.actions))
    if network.hidden != spec.config.hidden:
        raise PolicyMismatch(
            f"the warm start has hidden layers {network.hidden}, this training {spec.config.hidden}; "
            f"give both the same"
        )
    return state


def _finish(spec: TrainSpec, game: GameSpec, last: Checkpoint, reason: str, speed: float) -> TrainResult:
    path = spec.work_dir / "policy.zip"
    metadata = {
        "game": spec.game,
        "skill": spec.skill.name,
        "encoding": spec.skill.encoding,
        "encoding_size": game.encoding_size,
        "actions": list(game.actions),
        "hidden": list(spec.config.hidden),
        "activation": "tanh",
    }
    save_weights(path, last.policy, metadata)
    counters = last.counters
    return TrainResult(
        policy_path=path,
        steps=counters.steps,
        seconds=counters.seconds,
        episodes=counters.episodes,
        success_rate=counters.success_rate,
        curve=counters.curve,
        steps_per_second=speed,
        stopped=reason,
    )


__all__ = ["OnProgress", "PPOConfig", "TrainProgress", "TrainResult", "TrainSpec", "train_skill"]
