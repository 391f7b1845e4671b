"""One training: rollouts, updates, checkpoints, and rolling back when it diverges."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

import torch

from envs import disk
from envs.disk import Written
from envs.game import GameSpec
from skills.code.sandbox import Sandbox
from skills.errors import TrainingDiverged
from skills.files import remove_unfinished
from skills.network import save_weights
from skills.skill import Skill
from skills.threads import learning_threads
from skills.training.assignment import Assignment
from skills.training.checkpoint import Checkpoint, Counters
from skills.training.log import training_log
from skills.training.ppo import RolloutPPO
from skills.training.spec import BaseTrainSpec, OnProgress, TrainProgress, TrainResult, WantsView

logger = logging.getLogger(__name__)

OpenModel: TypeAlias = Callable[[Sandbox, Checkpoint | None], AbstractContextManager[RolloutPPO]]
"""Builds the games and the model; the model has its first weights, unless there is a checkpoint."""


@dataclass(frozen=True, slots=True)
class Trained:
    """The state of a training when a call ends.

    Attributes:
        checkpoint: the last.
        stopped: why it ended.
        steps_per_second: environment steps in this call; 0 when it had nothing to do.
    """

    checkpoint: Checkpoint
    stopped: str
    steps_per_second: float

    def result(self, weights: Mapping[str, Path]) -> TrainResult:
        """The result, given each skill's ``policy.zip`` by name."""
        counters = self.checkpoint.counters
        return TrainResult(
            weights=weights,
            steps=counters.steps,
            seconds=counters.seconds,
            episodes=counters.episodes,
            success_rate=counters.success_rate,
            curve=counters.curve,
            steps_per_second=self.steps_per_second,
            stopped=self.stopped,
            skills=counters.skills,
        )


def run_training(
    spec: BaseTrainSpec,
    open_model: OpenModel,
    on_progress: OnProgress | None,
    wants_view: WantsView | None = None,
) -> Trained:
    """Begin a training, or continue it from its checkpoint; a finished one is not repeated.

    Args:
        spec: what to train.
        open_model: builds the games and the model.
        on_progress: called after every rollout, in this process.
        wants_view: says when a picture is wanted; never without it.

    Raises:
        LibraryDamaged: the checkpoint cannot be read.
        TrainingDiverged: weights or values stopped being finite twice.
        OSError: the work folder cannot be written.
    """
    disk.make_folder(spec.work_dir, Written.TRAINING)
    remove_unfinished(spec.work_dir, Written.TRAINING)
    saved = Checkpoint.load(checkpoint_path(spec))
    if saved is not None and (reason := reason_to_stop(spec, saved.counters)):
        return Trained(saved, reason, 0.0)
    with learning_threads(), Sandbox() as sandbox, open_model(sandbox, saved) as model:
        return Training(spec, model, saved, wants_view).run(on_progress)


class Training:
    """A training in progress.

    Args:
        spec: budget, folder, stopping rule.
        model: what is trained; it has its first weights, unless `saved` is given.
        saved: the checkpoint to continue from.
        wants_view: says when a picture is wanted.
    """

    def __init__(
        self,
        spec: BaseTrainSpec,
        model: RolloutPPO,
        saved: Checkpoint | None,
        wants_view: WantsView | None = None,
    ) -> None:
        self._spec, self._model = spec, model
        self._wants_view = wants_view
        self._counters = saved.counters if saved else Counters()
        model.set_logger(training_log(spec.work_dir))
        model.restore_counters(self._counters)
        if saved is not None:
            model.set_state(saved.weights, saved.optimizer)
        self._last = self._checkpoint()
        self._unsaved = 0

    def run(self, on_progress: OnProgress | None) -> Trained:
        """Train until the target, the budget or `on_progress` ends it.

        Raises:
            TrainingDiverged: weights or values stopped being finite twice.
        """
        began, first_step = perf_counter(), self._counters.steps
        try:
            while not (reason := reason_to_stop(self._spec, self._counters)):
                progress = self._improve()
                if on_progress is not None and on_progress(progress) is False:
                    reason = "asked to stop"
                    break
        finally:
            self._model.logger.close()
        speed = (self._counters.steps - first_step) / max(perf_counter() - began, 1e-9)
        self._save()
        return Trained(self._last, reason, speed)

    def _improve(self) -> TrainProgress:
        model, began, before = self._model, perf_counter(), self._counters
        games = model.practice.game
        games.view, games.view_size = None, self._wants_view and self._wants_view()
        model.lr_fraction = self._spec.config.lr_fraction(before.steps / self._spec.budget_steps)
        try:
            # One rollout is one iteration; `_log` logs it, so the interval of 2 keeps `learn` from logging.
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
            skills=model.skill_counts,
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
                f"{self._spec.name}: {error}, for the second time; lower the learning rate or look "
                f"at the reward. The last checkpoint is kept."
            ) from error
        logger.warning("%s: %s; going back to the last checkpoint at half the rate", self._spec.name, error)
        self._counters = replace(self._counters, rolled_back=True)
        self._model.set_state(self._last.weights, self._last.optimizer)
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
            skills=counters.skills,
            audits=tuple(self._model.audits),
            view=self._model.practice.game.view,
        )

    def _log(self, progress: TrainProgress) -> None:
        log = self._model.logger
        log.record("rollout/success_rate", progress.success_rate)
        log.record("rollout/ep_len_mean", progress.mean_length)
        log.record("rollout/reward_mean", progress.mean_reward)
        log.record("rollout/episodes", progress.episodes)
        for skill in progress.skills:
            log.record(f"skills/{skill.name}/success_rate", skill.success_rate)
            log.record(f"skills/{skill.name}/steps", skill.steps)
        log.record("time/fps", progress.steps_per_second)
        log.record("time/seconds", progress.seconds)
        log.dump(progress.steps)

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(self._counters, *self._model.copy_state())

    def _save(self) -> None:
        self._last = self._checkpoint()
        self._last.save(checkpoint_path(self._spec))
        self._unsaved = 0


def checkpoint_path(spec: Assignment) -> Path:
    """Where the checkpoints of a training are kept."""
    return spec.work_dir / f"checkpoint-{spec.identity}.pt"


def reason_to_stop(spec: BaseTrainSpec, counters: Counters) -> str:
    """Why a training ends now; empty when it continues."""
    many = spec.enough_episodes is not None and counters.episodes >= spec.enough_episodes
    sure = len(counters.successes) >= spec.window and (many or counters.steps >= spec.min_steps)
    if sure and counters.success_rate >= spec.target_success:
        return f"success rate {counters.success_rate:.2f} over {spec.window} episodes"
    if counters.steps >= spec.budget_steps:
        return f"budget of {spec.budget_steps} steps used up"
    return ""


def save_network(
    path: Path, state: Mapping[str, torch.Tensor], skill: Skill, game: GameSpec, hidden: Iterable[int]
) -> None:
    """Write a skill's network as a ``policy.zip`` that says whose it is; see `save_weights`."""
    metadata = {
        "game": game.name,
        "skill": skill.name,
        "encoding": skill.encoding,
        "encoding_size": game.encoding_size,
        "actions": list(game.actions),
        "hidden": list(hidden),
        "activation": "tanh",
    }
    save_weights(path, state, metadata)
