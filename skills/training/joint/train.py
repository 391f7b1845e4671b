"""Train several skills together: in turn within episodes, or each from its own starts.

Source: MaestroMotif (Klissarov et al. 2025): skills interleaved within an episode by a policy over skills
that a language model wrote, call and return, with one network that is told the skill by a one-hot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import cast

import numpy as np
import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy

from envs.game import GameSpec
from envs.registry import game_spec, games_factory
from envs.rollout.episode import EpisodeRule
from envs.rollout.joint import SkillPractice, joint_spec
from envs.rollout.joint_batch import JointTask
from envs.rollout.vector import VectorGame
from envs.seeding import child_seed
from skills.code.policy_code import TrainingPolicyFunction
from skills.code.sandbox import Sandbox
from skills.errors import SkillError
from skills.rewards.skill_reward import skill_reward
from skills.training.allowed_actions import allowed_actions
from skills.training.checkpoint import Checkpoint
from skills.training.cues import follow_cues
from skills.training.joint.director import DirectorFactory
from skills.training.joint.networks import JointNetworks
from skills.training.joint.ppo import JointPPO, JointVecEnv
from skills.training.joint.spec import JointSpec
from skills.training.loop import run_training, save_network
from skills.training.spec import OnProgress, TrainResult, WantsView


def train_joint(
    spec: JointSpec, *, on_progress: OnProgress | None = None, wants_view: WantsView | None = None
) -> TrainResult:
    """Train until the budget or `on_progress` ends it; continues from a checkpoint of `spec`.

    As `skills.training.train.train_skill`, and each skill gets a ``policy.zip`` of its own at the end.

    Args:
        spec: what to train.
        on_progress: called after every rollout, in this process.
        wants_view: says when `TrainProgress.view` is wanted; never without it.

    Raises:
        CodeRejected: the policy over skills, or a skill's reward or option code, fails.
        NoSkillStarts: the policy over skills names nothing that can begin.
        LibraryDamaged: the checkpoint cannot be read.
        TrainingDiverged: weights or values stopped being finite twice.
        WorkerDied, BadSnapshot, BadFocus: from the games.
        OSError: the work folder cannot be written.
    """
    game = game_spec(spec.game)
    trained = run_training(spec, partial(_open_model, spec, game), on_progress, wants_view)
    networks = joint_networks(spec, game)
    networks.load_state_dict(trained.checkpoint.weights)
    weights = {skill.name: spec.work_dir / f"{skill.name}.zip" for skill in spec.skills}
    for place, skill in enumerate(spec.skills):
        save_network(weights[skill.name], networks.network_state(place), skill, game, spec.config.hidden)
    return trained.result(weights)


@contextmanager
def _open_model(
    spec: JointSpec, game: GameSpec, sandbox: Sandbox, saved: Checkpoint | None
) -> Iterator[JointPPO]:
    config, steps = spec.config, saved.counters.steps if saved else 0
    if spec.choose.strip():  # code that cannot be loaded is refused before any game is built
        TrainingPolicyFunction(sandbox, spec.choose, tuple(game.fact_index), spec.known or spec.names)
    rewards = [
        skill_reward(skill, game, sandbox, config, spec.preferences.get(skill.name)) for skill in spec.skills
    ]
    with VectorGame(
        joint_task(spec, game, child_seed(spec.seed, "joint practice", steps)),
        joint_spec(game, len(spec.skills)),
        n_games=config.n_games,
        horizon=config.horizon,
        workers=config.workers,
    ) as vector:
        model = JointPPO(
            JointVecEnv(vector, rewards, config.failure_penalty),
            config,
            spec.names,
            allowed_actions(spec.skills, game),
            shared=spec.networks == "shared",
            across_switches=spec.across_switches,
            seed=child_seed(spec.seed, "joint learning", steps),
            window=spec.window,
        )
        if saved is None and game.cues:
            for member in model.networks.members:
                follow_cues(cast(ActorCriticPolicy, member), game)
        yield model


def joint_task(spec: JointSpec, game: GameSpec, seed: int) -> JointTask:
    """The practice of `spec`, for a `VectorGame`."""
    reuse = spec.config.fresh_reuse
    return JointTask(
        games=games_factory(spec.game, **spec.game_options),
        skills=tuple(
            SkillPractice(
                focus=skill.focus.focus(),
                rule=EpisodeRule(obtains=skill.effects.obtains, step_cap=skill.step_cap),
                starts=replace(spec.own_starts.get(skill.name, spec.starts), reuse=reuse),
            )
            for skill in spec.skills
        ),
        director=DirectorFactory(
            source=spec.choose.strip() and spec.choose,
            known=spec.known or spec.names,
            names=spec.names,
            options=tuple(skill.option for skill in spec.skills),
            needs=tuple(skill.effects.needs for skill in spec.skills),
            fact_names=tuple(game.fact_index),
        ),
        starts=replace(spec.starts, reuse=reuse) if spec.choose.strip() else None,
        seed=seed,
        episode_steps=spec.episode_steps,
        stop_every=spec.config.termination_every,
        passed_on=(SkillError,),
        keep_final_states=spec.keep_final_states,
    )


def joint_networks(spec: JointSpec, game: GameSpec) -> JointNetworks:
    """The networks of `spec`, untrained, to load weights into."""
    size = game.encoding_size + len(spec.skills)
    return JointNetworks(
        spaces.Box(-np.inf, np.inf, (size,), np.float32),
        spaces.Discrete(len(game.actions)),
        lambda _: spec.config.learning_rate,
        allowed=torch.as_tensor(allowed_actions(spec.skills, game)),
        shared=spec.networks == "shared",
        net_arch=spec.config.hidden,
        activation_fn=torch.nn.Tanh,
        optimizer_kwargs={},
    )
