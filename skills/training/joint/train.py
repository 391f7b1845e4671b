"""Train several skills in one go: together inside episodes, or side by side, each from its own starts.

Source: MaestroMotif (Klissarov et al. 2025): skills interleaved within an episode by a policy over skills
that a language model wrote, call and return, with one network that is told the skill by a one-hot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import cast

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.policies import ActorCriticPolicy

from envs.game import GameSpec
from envs.registry import game_spec, make_game
from envs.rollout.episode import EpisodeRule, Starts
from envs.rollout.joint import SkillPractice, joint_spec
from envs.rollout.joint_batch import JointTask
from envs.rollout.vector import VectorGame
from envs.seeding import child_seed
from skills.code.policy_code import TrainingPolicyFunction
from skills.code.sandbox import Sandbox
from skills.errors import SkillError
from skills.files import remove_unfinished
from skills.network import save_weights
from skills.skill import Skill
from skills.threads import learning_threads
from skills.training.checkpoint import Checkpoint
from skills.training.joint.director import DirectorFactory
from skills.training.joint.policy import JointPolicy
from skills.training.joint.ppo import JointPPO, JointVecEnv
from skills.training.joint.spec import JointResult, JointSpec
from skills.training.loop import OnProgress, Training, checkpoint_path, reason_to_stop
from skills.training.train import follow_cues, policy_metadata, skill_reward


def train_joint(spec: JointSpec, *, on_progress: OnProgress | None = None) -> JointResult:
    """Train until the budget or `on_progress` ends it; goes on from a checkpoint of `spec`.

    As `skills.training.train.train_skill`, and each skill gets a ``policy.zip`` of its own at the end.

    Args:
        spec: what to train.
        on_progress: called after every rollout, in this process.

    Raises:
        CodeRejected: the policy over skills, or a skill's reward or option code, fails.
        NoSkillStarts: the policy over skills names nothing that can begin.
        LibraryDamaged: the checkpoint cannot be read.
        TrainingDiverged: weights or values stopped being finite twice.
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
        if spec.choose.strip():  # what cannot be loaded is refused before any game is built
            TrainingPolicyFunction(sandbox, spec.choose, tuple(game.fact_index), spec.known or spec.names)
        rewards = [skill_reward(spec.alone(skill), game, sandbox) for skill in spec.skills]
        steps = saved.counters.steps if saved else 0
        with VectorGame(
            joint_task(spec, game, child_seed(spec.seed, "joint practice", steps)),
            joint_spec(game, len(spec.skills)),
            n_games=spec.config.n_games,
            horizon=spec.config.horizon,
            workers=spec.config.workers,
        ) as vector:
            model = JointPPO(
                JointVecEnv(vector, rewards, spec.config.failure_penalty),
                spec.config,
                spec.names,
                allowed_actions(spec.skills, game),
                conditioned=spec.network == "conditioned",
                across_switches=spec.across_switches,
                seed=child_seed(spec.seed, "joint learning", steps),
                window=spec.window,
            )
            if saved is None and game.cues:
                for member in model.networks.members:
                    follow_cues(cast(ActorCriticPolicy, member), game)
            last, reason, speed = Training(spec, "joint training", model, saved).run(on_progress)
            return _finish(spec, game, last, reason, speed)


def joint_task(spec: JointSpec, game: GameSpec, seed: int) -> JointTask:
    """The practice of `spec`, for a `VectorGame`."""
    reuse = spec.config.fresh_reuse
    return JointTask(
        make_game=partial(make_game, spec.game, **spec.game_options),
        skills=tuple(
            SkillPractice(
                focus=skill.focus.focus(),
                rule=EpisodeRule(obtains=skill.effects.obtains, step_cap=skill.step_cap),
                starts=_reused(spec.own_starts.get(skill.name, spec.starts), reuse),
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
        starts=_reused(spec.starts, reuse) if spec.choose.strip() else None,
        seed=seed,
        episode_steps=spec.episode_steps,
        stop_every=spec.config.termination_every,
        passed_on=(SkillError,),
        keep_final_states=spec.keep_final_states,
    )


def _reused(starts: Starts, reuse: int) -> Starts:
    return replace(starts, reuse=reuse)


def allowed_actions(skills: Sequence[Skill], game: GameSpec) -> NDArray[np.bool_]:
    """Which actions each skill may take, bool[K, A]."""
    return np.array([[not s.actions or action in s.actions for action in game.actions] for s in skills])


def joint_networks(spec: JointSpec, game: GameSpec) -> JointPolicy:
    """The networks of `spec` by themselves, untrained, for weights to be put in."""
    size = game.encoding_size + len(spec.skills)
    return JointPolicy(
        spaces.Box(-np.inf, np.inf, (size,), np.float32),
        spaces.Discrete(len(game.actions)),
        lambda _: spec.config.learning_rate,
        allowed=torch.as_tensor(allowed_actions(spec.skills, game)),
        conditioned=spec.network == "conditioned",
        net_arch=spec.config.hidden,
        activation_fn=torch.nn.Tanh,
        optimizer_kwargs={},
    )


def _finish(spec: JointSpec, game: GameSpec, last: Checkpoint, reason: str, speed: float) -> JointResult:
    networks = joint_networks(spec, game)
    networks.load_state_dict(last.policy)
    policies = {}
    for place, skill in enumerate(spec.skills):
        policies[skill.name] = spec.work_dir / f"{skill.name}.zip"
        metadata = policy_metadata(skill, game, spec.config)
        save_weights(policies[skill.name], networks.member_state(place), metadata)
    counters = last.counters
    return JointResult(
        policies=policies,
        skills=counters.skills,
        steps=counters.steps,
        seconds=counters.seconds,
        curve=counters.curve,
        steps_per_second=speed,
        stopped=reason,
    )
