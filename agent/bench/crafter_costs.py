"""What a step of Crafter costs on one core: the game by itself, and each part that training adds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import crafter
import numpy as np

from agent.bench.designed_skill import GAME, designed_skill, saved_starts
from agent.bench.figure import Figure, scaled, seconds_of
from agent.bench.plain_crafter import stop_drawing
from agent.bench.settings import Settings
from envs.crafter.compiled.games import CompiledGames
from envs.crafter.engine import CrafterEngine
from envs.crafter.game import CrafterGame
from envs.crafter.reference import ReferenceGame
from envs.crafter.spec import SPEC
from envs.crafter.survey import KINDS
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import game_spec
from skills.code.functions import RewardFunction
from skills.code.sandbox import Sandbox

WORLDS = 4
MANY = 16
"""Games side by side in one call, as in training."""
ROLLOUT_TRANSITIONS = 1024
"""Transitions of one rollout of a training."""


def bare_game(settings: Settings) -> list[Figure]:
    """Steps per second of uniformly random play; the players take turns on the same worlds and actions."""
    players: Mapping[str, tuple[Callable[[int, int], float], str]] = {
        "crafter.Env, drawing": (partial(_play_original, False), "unmodified, 64 by 64 pixels"),
        "crafter.Env, not drawing": (partial(_play_original, True), "picture and semantic view switched off"),
        "CrafterEngine": (_play_engine, "the same rules, reproducible"),
        "ReferenceGame with facts and encoding": (
            partial(_play_game, ReferenceGame),
            "the same with the player's memory, one call at a time",
        ),
        "CrafterGame with facts and encoding": (partial(_play_game, CrafterGame), "the same, compiled"),
        f"{MANY} compiled games a call": (partial(_play_many, False), "the same, their steps alone"),
        f"{MANY} compiled games a call with facts and encodings": (
            partial(_play_many, True),
            "what a training sees at every step",
        ),
    }
    speeds: dict[str, list[float]] = {name: [] for name in players}
    share = max(1, settings.steps // WORLDS)
    for play, _ in players.values():
        play(0, 10)
    for _ in range(settings.repeats):
        for name, (play, _) in players.items():
            seconds = sum(play(world, share) for world in range(WORLDS))
            speeds[name].append(WORLDS * share / seconds)
    return [
        Figure(
            name=f"{name}, one core",
            samples=tuple(speeds[name]),
            unit="steps/s",
            how=f"{how}; random play, making worlds not counted",
        )
        for name, (_, how) in players.items()
    ]


def _actions(seed: int, steps: int) -> list[int]:
    """Uniformly random actions; the game has 17."""
    actions: list[int] = np.random.default_rng(seed).integers(17, size=steps).tolist()
    return actions


def _play_original(still: bool, seed: int, steps: int) -> float:
    game: Any = crafter.Env(seed=seed)
    if still:
        stop_drawing(game)
    game.reset()
    spent = 0.0
    start = time.perf_counter()
    for action in _actions(seed, steps):
        if game.step(action)[2]:
            spent += time.perf_counter() - start
            game.reset()
            start = time.perf_counter()
    return spent + time.perf_counter() - start


def _play_engine(seed: int, steps: int) -> float:
    engine, episode = CrafterEngine(), seed
    engine.begin(seed)
    spent = 0.0
    start = time.perf_counter()
    for action in _actions(seed, steps):
        engine.advance(action)
        if engine.player.health <= 0:
            spent += time.perf_counter() - start
            episode += 1_000
            engine.begin(episode)
            start = time.perf_counter()
    return spent + time.perf_counter() - start


def _play_game(make: Callable[[], Game], seed: int, steps: int) -> float:
    game, episode, focus = make(), seed, designed_skill().focus.focus()
    facts = np.zeros(len(game.spec.facts), np.int32)
    encoding = np.zeros(game.spec.encoding_size, np.float32)
    game.reset(seed)
    spent = 0.0
    start = time.perf_counter()
    for action in _actions(seed, steps):
        status = game.step(action)
        game.fact_values(facts)
        game.encode(focus, encoding)
        if status is not EndStatus.RUNNING:
            spent += time.perf_counter() - start
            episode += 1_000
            game.reset(episode)
            start = time.perf_counter()
    return spent + time.perf_counter() - start


def _play_many(observed: bool, seed: int, steps: int) -> float:
    """As many steps in all, rounded up to whole calls; worlds are made from `seed` on."""
    games = CompiledGames(MANY)
    games.reset_all(range(seed, seed + MANY))
    facts = np.zeros((MANY, len(SPEC.facts)), np.int32)
    encodings = np.zeros((MANY, SPEC.encoding_size), np.float32)
    seek, regions = np.full((MANY, 1), KINDS["tree"]), np.zeros(MANY, np.int64)
    calls = -(-steps // MANY)
    spent, episode = 0.0, seed + MANY
    for actions in np.random.default_rng(seed).integers(len(SPEC.actions), size=(calls, MANY)):
        start = time.perf_counter()
        games.step(actions)
        if observed:
            games.observe(seek, regions, facts, encodings)
        spent += time.perf_counter() - start
        for over in np.flatnonzero(games.status != EndStatus.RUNNING).tolist():
            episode += 1
            games.reset(over, episode)
    return spent * steps / (calls * MANY)


def step_costs(settings: Settings) -> list[Figure]:
    """Microseconds of the parts of a practised step: facts, encoding, saved states, model-written code."""
    game = CrafterGame()
    return [*_part_costs(game, settings), *_state_costs(game, settings), *_code_costs(game, settings)]


def _part_costs(game: Game, settings: Settings) -> list[Figure]:
    focus = designed_skill().focus.focus()
    facts = np.zeros(len(game.spec.facts), np.int32)
    encoding = np.zeros(game.spec.encoding_size, np.float32)
    costs: list[list[float]] = [[], [], []]
    for run in range(settings.repeats + 1):
        game.reset(run)
        times = []
        for action in _actions(run, 200):
            marks = [time.perf_counter()]
            status = game.step(action)
            marks.append(time.perf_counter())
            game.fact_values(facts)
            marks.append(time.perf_counter())
            game.encode(focus, encoding)
            marks.append(time.perf_counter())
            times.append(np.diff(marks))
            if status is not EndStatus.RUNNING:
                break
        if run:  # the first run compiles
            for part, mean in zip(costs, np.mean(times, axis=0), strict=True):
                part.append(1e6 * float(mean))
    names = ("step with memory", "facts and encoding", "encode, as before")
    how = "mean over 200 steps of random play"
    return [
        Figure(name=f"Crafter: {name}", samples=tuple(part), unit="µs", how=how)
        for name, part in zip(names, costs, strict=True)
    ]


def _state_costs(game: Game, settings: Settings) -> list[Figure]:
    starts = [start.snapshot for start in saved_starts(game, WORLDS)]
    saves: list[float] = []
    restores: list[float] = []
    for _ in range(settings.repeats):
        for state in starts:
            restores += seconds_of(partial(game.restore, state), 1)
            saves += seconds_of(game.snapshot, 1)
    how = f"{len(starts)} states of {len(starts[0]):,} bytes"
    return [
        Figure(name="Crafter: snapshot", samples=scaled(saves, 1e6), unit="µs", how=how),
        Figure(name="Crafter: restore", samples=scaled(restores, 1e6), unit="µs", how=how),
    ]


def _code_costs(game: Game, settings: Settings) -> list[Figure]:
    rows = _transitions(game, ROLLOUT_TRANSITIONS)
    before, after = rows[:-1], rows[1:]
    factor = 1e6 / len(before)
    with Sandbox() as sandbox:
        names = tuple(game_spec(GAME).fact_index)
        reward = RewardFunction(sandbox, designed_skill().reward, names)
        reward.batch(before, after)
        new = seconds_of(partial(reward.raw, before, after), settings.repeats)
        known = seconds_of(partial(reward.batch, before, after), settings.repeats)
    how = f"model-written reward, {len(reward.used[0])} facts read, {len(before)} transitions a call"
    return [
        Figure(name=f"sandbox: {what} transition", samples=scaled(times, factor), unit="µs", how=how)
        for what, times in (("new", new), ("remembered", known))
    ]


def _transitions(game: Game, steps: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Facts along random play, int32[steps + 1, F]; after an episode's end comes the next one's beginning."""
    rows = np.zeros((steps + 1, len(game.spec.facts)), np.int32)
    game.reset(0)
    game.fact_values(rows[0])
    for i, action in enumerate(_actions(0, steps), start=1):
        if game.step(action) is not EndStatus.RUNNING:
            game.reset(i)
        game.fact_values(rows[i])
    return rows
