"""Train one skill: practice in workers, PPO, checkpoints, weights in one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import torch

from envs.game import GameSpec
from envs.registry import game_spec, games_factory
from envs.rollout.batch import EpisodeTask
from envs.rollout.episode import EpisodeRule
from envs.rollout.vector import VectorGame
from envs.seeding import child_seed
from skills.code.sandbox import Sandbox
from skills.errors import PolicyMismatch, SkillError
from skills.network import NumpyNetwork, load_weights
from skills.rewards.skill_reward import skill_reward
from skills.training.allowed_actions import allowed_actions, restrict_actions
from skills.training.checkpoint import Checkpoint
from skills.training.cues import follow_cues
from skills.training.loop import run_training, save_network
from skills.training.ppo import RolloutPPO
from skills.training.spec import OnProgress, TrainResult, TrainSpec, WantsView
from skills.training.terminator import open_terminator
from skills.training.vec_env import SkillVecEnv


def train_skill(
    spec: TrainSpec, *, on_progress: OnProgress | None = None, wants_view: WantsView | None = None
) -> TrainResult:
    """Train until the target, the budget or `on_progress` ends it; continues from a checkpoint of `spec`.

    The weights depend on the spec alone as long as the training is not interrupted and the number of
    workers stays the same. An interruption loses what came after the last checkpoint. Checkpoints do not tell
    `PPOConfig.update`: a finished training is not repeated with another one, so give each its own folder.

    Args:
        spec: what to train.
        on_progress: called after every rollout, in this process.
        wants_view: says when `TrainProgress.view` is wanted; never without it.

    Raises:
        PolicyMismatch: `spec.warm_start` has another network shape.
        LibraryDamaged: the checkpoint or the warm start cannot be read.
        TrainingDiverged: weights or values stopped being finite twice.
        CodeRejected: the skill's reward or termination code fails.
        WorkerDied, BadSnapshot, BadFocus: from the games.
        OSError: the work folder cannot be written.
    """
    game = game_spec(spec.game)
    trained = run_training(spec, partial(_open_model, spec, game), on_progress, wants_view)
    path = spec.work_dir / "policy.zip"
    save_network(path, trained.checkpoint.weights, spec.skill, game, spec.config.hidden)
    return trained.result({spec.skill.name: path})


def episode_task(spec: TrainSpec, game: GameSpec, seed: int) -> EpisodeTask:
    """The practice episodes of `spec`, for a `VectorGame`."""
    source = spec.skill.option.termination
    terminator = partial(open_terminator, source, tuple(game.fact_index)) if source.strip() else None
    return EpisodeTask(
        games=games_factory(spec.game, **spec.game_options),
        focus=spec.skill.focus.focus(),
        rule=EpisodeRule(
            obtains={} if spec.judged else spec.skill.effects.obtains, step_cap=spec.skill.step_cap
        ),
        starts=replace(spec.starts, reuse=spec.config.fresh_reuse),
        seed=seed,
        terminator=terminator,
        terminator_every=spec.config.termination_every,
        passed_on=(SkillError,),
        keep_final_states=spec.keep_final_states,
        judged=spec.judged,
        pictured=spec.pictured,
    )


@contextmanager
def _open_model(
    spec: TrainSpec, game: GameSpec, sandbox: Sandbox, saved: Checkpoint | None
) -> Iterator[RolloutPPO]:
    config, skill, steps = spec.config, spec.skill, saved.counters.steps if saved else 0
    reward = skill_reward(skill, game, sandbox, config, spec.preference, judged=spec.judged is not None)
    bonus = config.success_bonus if spec.judged else 0.0
    task = episode_task(spec, game, child_seed(spec.seed, "practice", skill.name, steps))
    with VectorGame(
        task, game, n_games=config.n_games, horizon=config.horizon, workers=config.workers
    ) as vector:
        env = SkillVecEnv(vector, reward, config.failure_penalty, bonus)
        model = RolloutPPO(env, config, child_seed(spec.seed, "learning", skill.name, steps), spec.window)
        if saved is None:
            _set_first_weights(model, spec, game)
        yield model


def _set_first_weights(model: RolloutPPO, spec: TrainSpec, game: GameSpec) -> None:
    if spec.warm_start is not None:
        model.set_state(_warm_weights(spec.warm_start, game, spec.config.hidden), None)
    elif game.cues:
        follow_cues(model.policy, game)
    if spec.skill.actions:
        (allowed,) = allowed_actions([spec.skill], game)
        restrict_actions(cast(torch.nn.Linear, model.policy.action_net), allowed)


def _warm_weights(path: Path, game: GameSpec, hidden: tuple[int, ...]) -> dict[str, torch.Tensor]:
    state = load_weights(path)
    network = NumpyNetwork.from_state(state)
    network.check(game.encoding_size, len(game.actions))
    if network.hidden != hidden:
        raise PolicyMismatch(
            f"the warm start has hidden layers {network.hidden}, this training {hidden}; give both the same"
        )
    return state
