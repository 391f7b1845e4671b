"""What a reward learned from preferences costs, per transition and per skill."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from agent.bench.figure import Figure, seconds_of
from agent.bench.settings import Settings
from agent.design.tasks import propose
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.preferences.annotator import Annotator
from agent.preferences.event_list import EventList, shipped_events
from envs.fact_changes import FactChanges
from envs.game import GameSpec
from envs.registry import game_spec
from skills.rewards.preference import PreferenceReward

GAME = "nethack"
SKILL = "descender"
ROLLOUT_TRANSITIONS = 1024
"""Transitions of one rollout: 16 games for 64 steps."""


def preference_inference(settings: Settings) -> list[Figure]:
    """Rewards per second in batches of a rollout, and the time that learning one skill's takes."""
    spec = game_spec(GAME)
    events = shipped_events(spec)
    assert events is not None
    model = LanguageModel(records=[shipped_pack(GAME)])
    annotator = Annotator(model, spec, events)
    description = next(task.description for task in propose(model, spec)[0] if task.name == SKILL)
    begun = time.perf_counter()
    learned = annotator.learn(SKILL, description, 0)
    took = time.perf_counter() - begun
    reward = PreferenceReward(learned.model, spec)
    figures = []
    for name, drawn in (("as frequent as in play", True), ("all events equally frequent", False)):
        before, after = _transitions(spec, events, drawn)
        seconds = seconds_of(lambda b=before, a=after: reward.batch(b, a, b), settings.repeats)  # type: ignore[misc]
        figures.append(
            Figure(
                name=f"reward learned from preferences, {name}",
                samples=tuple(ROLLOUT_TRANSITIONS / second for second in seconds),
                unit="rows/s",
                how=f"batches of {ROLLOUT_TRANSITIONS} transitions of NetHack "
                f"with all {len(spec.facts)} facts, numpy",
            )
        )
    how = f"{learned.pairs:,} pairs of {len(events.events)} events, answers recorded"
    return [*figures, Figure(name="learning it", samples=(took,), unit="s", how=how)]


def _transitions(
    spec: GameSpec, events: EventList, as_frequent: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Facts before and after, int32[ROLLOUT_TRANSITIONS, F] twice, in which events happen."""
    changes = FactChanges(spec)
    counts = np.array([event.count for event in events.events], float)
    odds = counts / counts.sum() if as_frequent else None
    drawn = np.random.default_rng(0).choice(len(counts), ROLLOUT_TRANSITIONS, p=odds)
    before = np.zeros((ROLLOUT_TRANSITIONS, len(spec.facts)), np.int32)
    after = before.copy()
    after[:, [spec.fact_index[channel.fact] for channel in changes.channels]] += events.signs(changes)[drawn]
    return before, after
