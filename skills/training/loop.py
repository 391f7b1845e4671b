"""One training under way: rollouts and updates, checkpoints, a way back when it diverges."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

from skills.errors import TrainingDiverged
from skills.training.checkpoint import Checkpoint, Counters
from skills.training.joint.spec import JointSpec
from skills.training.log import training_log
from skills.training.ppo import RolloutPPO
from skills.training.spec import TrainProgress, TrainSpec

logger = logging.getLogger(__name__)

OnProgress = Callable[[TrainProgress], bool | None]
"""Called after every rollout; returning False ends the training."""


TrainingPlan: TypeAlias = TrainSpec | JointSpec
"""One skill, or several."""


class Training:
    """One training under way.

    Args:
        plan: budget, folder, stopping rule.
        name: what is trained, for messages.
        model: what is trained; it has its first weights, unless `saved` is given.
        saved: the checkpoint to go on from.
    """

    def __init__(self, plan: TrainingPlan, name: str, model: RolloutPPO, saved: Checkpoint | None) -> None:
        self._plan, self._name, self._model = plan, name, model
        self._counters = saved.counters if saved else Counters()
        model.set_logger(training_log(plan.work_dir))
        model.go_on_from(self._counters)
        if saved is not None:
            model.set_state(saved.policy, saved.optimizer)
        self._last = self._checkpoint()
        self._unsaved = 0

    def run(self, on_progress: OnProgress | None) -> tuple[Checkpoint, str, float]:
        """Train until the target, the budget or `on_progress` ends it.

        Returns:
            The last checkpoint, why it ended, and environment steps per second.

        Raises:
            TrainingDiverged: weights or values stopped being finite twice.
        """
        began, first_step = perf_counter(), self._counters.steps
        try:
            while not (reason := reason_to_stop(self._plan, self._counters)):
                progress = self._improve()
                if on_progress is not None and on_progress(progress) is False:
                    reason = "asked to stop"
                    break
        finally:
            self._model.logger.close()
        speed = (self._counters.steps - first_step) / max(perf_counter() - began, 1e-9)
        self._save()
        return self._last, reason, speed

    def _improve(self) -> TrainProgress:
        model, began, before = self._model, perf_counter(), self._counters
        model.rate_share = self._plan.config.rate_share(before.steps / self._plan.budget_steps)
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
            skills=model.tallies,
        )
        self._counters = replace(now, curve=(*now.curve, (now.steps, round(now.success_rate, 4))))
        progress = self._progress(steps / seconds)
        self._log(progress)
        self._unsaved += steps
        if self._unsaved >= self._plan.checkpoint_every:
            self._save()
        return progress

    def _roll_back(self, error: TrainingDiverged) -> None:
        if self._counters.rolled_back:
            raise TrainingDiverged(
                f"{self._name}: {error}, for the second time; lower the learning rate or look "
                f"at the reward. The last checkpoint is kept."
            ) from error
        logger.warning("%s: %s; going back to the last checkpoint at half the rate", self._name, error)
        self._counters = replace(self._counters, rolled_back=True)
        self._model.set_state(self._last.policy, self._last.optimizer)
        self._model.halve_learning_rate()

    def _progress(self, steps_per_second: float) -> TrainProgress:
        counters = self._counters
        return TrainProgress(
            steps=counters.steps,
            budget_steps=self._plan.budget_steps,
            seconds=counters.seconds,
            episodes=counters.episodes,
            success_rate=counters.success_rate,
            mean_reward=self._model.mean_reward,
            mean_length=counters.mean_length,
            steps_per_second=steps_per_second,
            final_states=tuple(self._model.final_states),
            skills=counters.skills,
        )

    def _log(self, progress: TrainProgress) -> None:
        log = self._model.logger
        log.record("rollout/success_rate", progress.success_rate)
        log.record("rollout/ep_len_mean", progress.mean_length)
        log.record("rollout/reward_mean", progress.mean_reward)
        log.record("rollout/episodes", progress.episodes)
        for tally in progress.skills:
            log.record(f"skills/{tally.name}/success_rate", tally.success_rate)
            log.record(f"skills/{tally.name}/steps", tally.steps)
        log.record("time/fps", progress.steps_per_second)
        log.record("time/seconds", progress.seconds)
        log.dump(progress.steps)

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(self._counters, *self._model.copy_state())

    def _save(self) -> None:
        self._last = self._checkpoint()
        self._last.save(checkpoint_path(self._plan))
        self._unsaved = 0


def checkpoint_path(plan: TrainingPlan) -> Path:
    """Where the checkpoints of a training are kept."""
    return plan.work_dir / f"checkpoint-{plan.identity}.pt"


def reason_to_stop(plan: TrainingPlan, counters: Counters) -> str:
    """Why a training ends where it stands; empty when it goes on."""
    enough = plan.enough_episodes if isinstance(plan, TrainSpec) else None
    many = enough is not None and counters.episodes >= enough
    sure = len(counters.successes) >= plan.window and (many or counters.steps >= plan.min_steps)
    if sure and counters.success_rate >= plan.target_success:
        return f"success rate {counters.success_rate:.2f} over {plan.window} episodes"
    if counters.steps >= plan.budget_steps:
        return f"budget of {plan.budget_steps} steps used up"
    return ""
