"""What a step of NetHack costs on one core: the game by itself, through Gymnasium, and what we add."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from agent.bench.figure import Figure, pairwise_ratios
from agent.bench.settings import Settings
from envs.facts import EndStatus
from envs.game import Focus
from envs.nethack.actions import ACTIONS, KEYS
from envs.registry import make_game

_DRAWN = [*range(1, 19), 0, ACTIONS.index("search")]
"""Actions of ours that are one key each, so that all players press the same keys."""
_FEW_OBSERVATIONS = ("glyphs", "blstats", "message")


def nethack_costs(settings: Settings) -> list[Figure]:
    """Steps per second of random steps, runs, waits, searches; the players take turns on the same seeds."""
    players: Mapping[str, tuple[Callable[[int, int], float], str]] = {
        "the game alone": (_play_alone, "NLE's compiled game, with the buffers that we read"),
        "NLE through Gymnasium": (_play_gymnasium, "env.step with its default observations"),
        "NLE through Gymnasium, few observations": (
            lambda seed, steps: _play_gymnasium(seed, steps, observation_keys=_FEW_OBSERVATIONS),
            f"env.step with {', '.join(_FEW_OBSERVATIONS)}",
        ),
        "NetHackGame": (lambda seed, steps: _play_ours(seed, steps, observe=False), "events and memory kept"),
        "NetHackGame with facts and encoding": (
            lambda seed, steps: _play_ours(seed, steps, observe=True),
            "what a training sees at every step",
        ),
    }
    for play, _ in players.values():
        play(0, 50)  # compiles, and fills caches
    seconds: dict[str, list[float]] = {name: [] for name in players}
    for run in range(settings.repeats):
        for name, (play, _) in players.items():
            seconds[name].append(play(run, settings.steps) / settings.steps)
    figures = [
        Figure(
            name=f"NetHack: {name}, one core",
            samples=tuple(1 / cost for cost in seconds[name]),
            unit="steps/s",
            how=f"{how}; random steps, starting games not counted",
        )
        for name, (_, how) in players.items()
    ]
    alone, through, few, _, ours = (tuple(costs) for costs in seconds.values())
    added = tuple(mine - bare for mine, bare in zip(ours, alone, strict=True))
    how = "all that we add to a step of the game (memory, events, facts, encoding), over a step of"
    return [
        *figures,
        Figure(
            name="NetHack: cost of our observation",
            samples=pairwise_ratios(added, through),
            unit="x",
            target=1.0,
            how=f"{how} NLE through Gymnasium",
        ),
        Figure(
            name="NetHack: the same, over NLE with few observations",
            samples=pairwise_ratios(added, few),
            unit="x",
            how=f"{how} NLE through Gymnasium with few observations",
        ),
        Figure(
            name="NetHack: the same, over the compiled game alone",
            samples=pairwise_ratios(added, alone),
            unit="x",
            how=f"{how} the game alone",
        ),
    ]


def _actions(seed: int, steps: int) -> list[int]:
    actions: list[int] = np.random.default_rng(seed).choice(_DRAWN, size=steps).tolist()
    return actions


def _play_alone(seed: int, steps: int) -> float:
    from envs.nethack.engine import Engine, Setup

    engine = Engine(Setup())
    engine.begin(seed)
    spent = 0.0
    for episode, action in enumerate(_actions(seed, steps), start=1_000):
        key = KEYS[ACTIONS[action]][0]
        start = time.perf_counter()
        engine.press(key)
        while engine.asks and engine.status is EndStatus.RUNNING:
            engine.press(27)
        spent += time.perf_counter() - start
        if engine.status is not EndStatus.RUNNING:
            engine.begin(episode)
    engine.close()
    return spent


def _play_gymnasium(seed: int, steps: int, **options: Any) -> float:
    from nle.env.base import NLE

    keys = tuple(KEYS[ACTIONS[action]][0] for action in _DRAWN)
    env: Any = NLE(actions=keys, max_episode_steps=steps + 1, **options)
    index = {action: i for i, action in enumerate(_DRAWN)}
    env.seed(seed, seed, False)
    env.reset()
    spent = 0.0
    for action in _actions(seed, steps):
        start = time.perf_counter()
        _, _, terminated, truncated, _ = env.step(index[action])
        spent += time.perf_counter() - start
        if terminated or truncated:
            env.reset()
    env.close()
    return spent


def _play_ours(seed: int, steps: int, *, observe: bool) -> float:
    game = make_game("nethack")
    focus = Focus(seek=("stairs_down",))
    facts = np.zeros(len(game.spec.facts), np.int32)
    encoding = np.zeros(game.spec.encoding_size, np.float32)
    game.reset(seed)
    spent = 0.0
    for episode, action in enumerate(_actions(seed, steps), start=1_000):
        start = time.perf_counter()
        status = game.step(action)
        if observe:
            game.fact_values(facts)
            game.encode(focus, encoding)
        spent += time.perf_counter() - start
        if status is not EndStatus.RUNNING:
            game.reset(episode)
    game.close()
    return spent
