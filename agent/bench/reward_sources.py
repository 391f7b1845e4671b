"""Skills of NetHack trained on code, on preferences, both or neither: how often each succeeds afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from agent.bench.figure import Figure
from agent.bench.settings import Settings
from agent.cli.output import say
from agent.config import REWARDS
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.parse import parse_reply
from agent.llm.replies import Reply, SkillEffects, SkillOption, SkillReward, TaskProposals
from agent.preferences.annotator import Annotator
from agent.preferences.event_list import collect_events, shipped_events
from agent.stats import success_estimate
from envs.registry import game_spec
from envs.rollout.episode import EpisodeEnd, Starts
from envs.rollout.vector import VectorGame
from envs.seeding import child_seed
from skills.network import NumpyNetwork
from skills.rewards.preference import PreferenceTerm
from skills.rewards.preference_model import PreferenceModel
from skills.skill import Effects, FocusRecord, OptionCode, PolicyRecord, Skill, SkillKind
from skills.training.config import PPOConfig
from skills.training.spec import TrainSpec

ReplyT = TypeVar("ReplyT", bound=Reply)

GAME = "nethack"
PLACES: Mapping[str, str] = {"discoverer": "", "descender": "", "fight": "monsters"}
"""Skill -> the arena that it is trained on; nothing for the game itself."""
SOURCES = ("neither", *REWARDS)
"""With neither, only the bonus for success and the price of a step are left."""
EXECUTION_STEPS = 300
"""Steps of an execution at most."""
GAMES = 16
EPISODES_PER_GAME = 6


def reward_sources(settings: Settings) -> list[Figure]:
    """Success after equally long trainings on the same seeds, on levels that no training saw."""
    spec = game_spec(GAME)
    events = shipped_events(spec) or collect_events(spec)
    annotator = Annotator(LanguageModel(records=[shipped_pack(GAME)]), spec, events)
    with tempfile.TemporaryDirectory() as folder:
        return [
            _figure(settings, annotator, skill, reward, Path(folder))
            for skill in PLACES
            for reward in SOURCES
        ]


def _figure(settings: Settings, annotator: Annotator, name: str, reward: str, folder: Path) -> Figure:
    from skills.training.train import episode_task, train_skill

    skill = recorded_skill(name)
    model = annotator.learn(name, skill.description, 0).model
    rates, successes, total = [], 0, 0
    for seed in range(settings.rounds):
        spec = _spec(skill, reward, model, seed, settings.training_steps, folder / f"{name}-{reward}-{seed}")
        result = train_skill(spec)
        game = game_spec(GAME)
        task = episode_task(spec, game, child_seed(seed, "held out", name))
        with VectorGame(task, game, n_games=GAMES, horizon=64, workers=spec.config.workers) as vector:
            ends = list(_first_ends(vector, NumpyNetwork.load(result.weights[name])))
        successes += ends.count(EpisodeEnd.REACHED)
        total += len(ends)
        rates.append(100 * ends.count(EpisodeEnd.REACHED) / max(1, len(ends)))
        say(f"  {name} on {reward}, seed {seed}: {rates[-1]:.0f} %")
    low, high = success_estimate(successes, total).interval.rounded(3)
    return Figure(
        name=f"NetHack: {name} trained on {reward}",
        samples=tuple(rates),
        unit="%",
        how=f"{settings.training_steps:,} steps each; all rounds together {successes} of {total} episodes of "
        f"{spec.skill.step_cap} steps at most, 95 % {low:.1%} to {high:.1%}",
    )


def recorded_skill(name: str) -> Skill:
    """A skill of NetHack as the recorded answers describe and design it."""
    effects = _recorded("skill_effects", name, SkillEffects)
    option = _recorded("skill_option", name, SkillOption)
    task = next(t for t in _recorded("propose_tasks", "", TaskProposals).tasks if t.name == name)
    return Skill(
        name=name,
        game=GAME,
        kind=SkillKind.ACT,
        description=task.description,
        effects=Effects(obtains=task.obtains),
        focus=FocusRecord(seek=effects.seek, explore=effects.explore),
        option=OptionCode(initiation=option.initiation, termination=option.termination),
        reward=_recorded("skill_reward", name, SkillReward).reward,
        policy=PolicyRecord(kind="learned"),
        step_cap=min(EXECUTION_STEPS, effects.step_cap),
        actions=effects.actions,
        encoding=game_spec(GAME).encoding,
    )


def _recorded(prompt: str, subject: str, form: type[ReplyT]) -> ReplyT:
    return parse_reply(shipped_pack(GAME).about(prompt, subject)[0].reply, form)


def _spec(
    skill: Skill, reward: str, model: PreferenceModel, seed: int, steps: int, folder: Path
) -> TrainSpec:
    arena = PLACES[skill.name]
    coded = reward in ("code", "both")
    return TrainSpec(
        game=GAME,
        skill=skill if coded else skill.model_copy(update={"reward": ""}),
        starts=Starts(),
        work_dir=folder,
        budget_steps=steps,
        game_options=dict(game_spec(GAME).arenas[arena].options) if arena else {},
        config=replace(PPOConfig(), workers=1),
        seed=child_seed(seed, "reward sources", skill.name),
        target_success=1.1,
        preference=PreferenceTerm(model=model) if reward in ("preference", "both") else None,
    )


def _first_ends(vector: VectorGame, network: NumpyNetwork) -> Iterator[int]:
    """How the first episodes of each game ended, equally many of each; aborted ones are left out."""
    vector.reset()
    seen = np.zeros(vector.n_games, int)
    while (seen < EPISODES_PER_GAME).any():
        vector.rollout(network)
        for ends in vector.arrays.ends:
            for game in np.flatnonzero(ends):
                if seen[game] < EPISODES_PER_GAME and ends[game] != EpisodeEnd.ABORTED:
                    yield int(ends[game])
                seen[game] += 1
