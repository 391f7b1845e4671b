"""What the rewards of NetHack's practice cost: calls of model-written code in the sandbox."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from agent.bench.designed_skill import recorded_skill
from agent.bench.figure import Figure, scaled, seconds_of
from agent.bench.settings import Settings
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import game_spec, make_game
from envs.seeding import training_seed
from skills.code.functions import RewardFunction
from skills.code.sandbox import Sandbox

SKILL = "discoverer"
ROLLOUT_TRANSITIONS = 1024
"""Transitions of one rollout of a training."""


def nethack_rewards(settings: Settings) -> list[Figure]:
    """Microseconds of a reward: one call, and per transition of a rollout."""
    game = make_game("nethack")
    try:
        rows = transitions(game, ROLLOUT_TRANSITIONS)
    finally:
        game.close()
    return _sandbox_costs(rows, settings)


def transitions(game: Game, steps: int) -> NDArray[np.int32]:
    """Facts along random play, int32[steps + 1, F]; after an episode's end comes the next one's beginning."""
    rows = np.zeros((steps + 1, len(game.spec.facts)), np.int32)
    game.reset(training_seed(0, "bench", 0))
    game.fact_values(rows[0])
    actions = np.random.default_rng(0).integers(len(game.spec.actions), size=steps)
    for i, action in enumerate(actions.tolist(), start=1):
        if game.step(action) is not EndStatus.RUNNING:
            game.reset(training_seed(0, "bench", i))
        game.fact_values(rows[i])
    return rows


def _sandbox_costs(rows: NDArray[np.int32], settings: Settings) -> list[Figure]:
    before, after = rows[:-1], rows[1:]
    with Sandbox() as sandbox:
        reward = RewardFunction(
            sandbox, recorded_skill("nethack", SKILL).reward, tuple(game_spec("nethack").fact_index)
        )
        reward.batch(before, after)
        one = seconds_of(partial(reward.raw, before[:1], after[:1]), settings.repeats)
        new = seconds_of(partial(reward.raw, before, after), settings.repeats)
        known = seconds_of(partial(reward.batch, before, after), settings.repeats)
    read = f"reward of {SKILL}, {len(reward.used[0])} facts read"
    whole = f"{read}, {len(before)} transitions a call"
    figures: list[tuple[str, tuple[float, ...], float, str]] = [
        ("one call, one transition", one, 1e6, read),
        ("new transition in a batch", new, 1e6 / len(before), whole),
        ("remembered transition in a batch", known, 1e6 / len(before), whole),
    ]
    return [
        Figure(name=f"NetHack, sandbox: {what}", samples=scaled(times, factor), unit="µs", how=how)
        for what, times, factor, how in figures
    ]
