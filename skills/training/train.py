"""Train one skill: practice in worker processes, PPO, checkpoints, and one policy file at the end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import torch
from stable_baselines3.common.policies import ActorCriticPolicy

from envs.game import GameSpec
from envs.registry import game_spec, make_game
from envs.rollout.episode import EpisodeRule, EpisodeTask, Terminator
from envs.rollout.vector import VectorGame
from envs.seeding import child_seed
from skills.code.functions import RewardFunction, TerminationFunction
from skills.code.sandbox import Sandbox
from skills.errors import PolicyMismatch, SkillError
from skills.files import remove_unfinished
from skills.network import NumpyNetwork, load_weights, save_weights
from skills.rewards.combine import CombinedReward, StartlessReward
from skills.rewards.event import EventReward
from skills.rewards.preference import PreferenceReward
from skills.rewards.reward import Reward
from skills.skill import Skill
from skills.threads import learning_threads
from skills.training.checkpoint import Checkpoint
from skills.training.cues import begin_with_cues
from skills.training.loop import OnProgress, Training, checkpoint_path, reason_to_stop
from skills.training.ppo import RolloutPPO
from skills.training.spec import PPOConfig, TrainProgress, TrainResult, TrainSpec
from skills.training.vec_env import SkillVecEnv


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
    saved = Checkpoint.load(checkpoint_path(spec))
    if saved is not None and (reason := reason_to_stop(spec, saved.counters)):
        return _finish(spec, game, saved, reason, 0.0)
    with learning_threads(), Sandbox() as sandbox:
        reward = skill_reward(spec, game, sandbox)
        with _vector_game(spec, game, saved.counters.steps if saved else 0) as vector:
            return _train(spec, game, vector, reward, saved, on_progress)


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
        parts.append((spec.config.shaping_weight, StartlessReward(designed)))
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


def follow_cues(policy: ActorCriticPolicy, game: GameSpec) -> None:
    """Let a fresh policy begin by doing what the game's encoding points at."""
    hidden = [layer for layer in policy.mlp_extractor.policy_net if isinstance(layer, torch.nn.Linear)]
    places = {place: game.action_index[action] for place, action in game.cues.items()}
    begin_with_cues(hidden, cast(torch.nn.Linear, policy.action_net), places)


def _vector_game(spec: TrainSpec, game: GameSpec, steps: int) -> VectorGame:
    config = spec.config
    return VectorGame(
        episode_task(spec, game, child_seed(spec.seed, "practice", spec.skill.name, steps)),
        game,
        n_games=config.n_games,
        horizon=config.horizon,
        workers=config.workers,
    )


def _train(
    spec: TrainSpec,
    game: GameSpec,
    vector: VectorGame,
    reward: Reward,
    saved: Checkpoint | None,
    on_progress: OnProgress | None,
) -> TrainResult:
    seed = child_seed(spec.seed, "learning", spec.skill.name, saved.counters.steps if saved else 0)
    env = SkillVecEnv(vector, reward, spec.config.failure_penalty)
    model = RolloutPPO(env, spec.config, seed, spec.window)
    if saved is None:
        if spec.warm_start is not None:
            model.set_state(_warm_weights(spec, game), None)
        elif game.cues:
            follow_cues(model.policy, game)
        if spec.skill.actions:
            chosen = {game.action_index[name] for name in spec.skill.actions}
            restrict_actions(cast(torch.nn.Linear, model.policy.action_net), chosen)
    last, reason, speed = Training(spec, spec.skill.name, model, saved).run(on_progress)
    return _finish(spec, game, last, reason, speed)


def _warm_weights(spec: TrainSpec, game: GameSpec) -> dict[str, torch.Tensor]:
    assert spec.warm_start is not None
    state = load_weights(spec.warm_start)
    network = NumpyNetwork.from_state(state)
    network.check(game.encoding_size, len(game.actions))
    if network.hidden != spec.config.hidden:
        raise PolicyMismatch(
            f"the warm start has hidden layers {network.hidden}, this training {spec.config.hidden}; "
            f"give both the same"
        )
    return state


def policy_metadata(skill: Skill, game: GameSpec, config: PPOConfig) -> dict[str, Any]:
    """What a ``policy.zip`` says of itself."""
    return {
        "game": game.name,
        "skill": skill.name,
        "encoding": skill.encoding,
        "encoding_size": game.encoding_size,
        "actions": list(game.actions),
        "hidden": list(config.hidden),
        "activation": "tanh",
    }


def _finish(spec: TrainSpec, game: GameSpec, last: Checkpoint, reason: str, speed: float) -> TrainResult:
    path = spec.work_dir / "policy.zip"
    save_weights(path, last.policy, policy_metadata(spec.skill, game, spec.config))
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
