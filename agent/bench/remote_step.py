"""What a step costs when the game lives in another process: the toy game there and here, same seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from agent.bench.figure import Figure, scaled
from agent.bench.settings import Settings
from envs.facts import EndStatus
from envs.game import Focus, Game
from envs.remote.game import RemoteGame
from envs.remote.game_world import launch_of
from envs.remote.worker import Worker
from envs.toy.game import ToyGame
from envs.toy.spec import SPEC

PICTURE = (288, 288)
"""Width and height of the frames, in pixels."""

_FOCUS = Focus(seek=("tree",))


def remote_step(settings: Settings) -> list[Figure]:
    """Microseconds a step, with and without frames, beside the same in this process; and of an empty call."""
    here, there = ToyGame(), RemoteGame(launch_of("toy"), SPEC)
    worker = Worker(launch_of("toy"))
    players: Mapping[str, tuple[Callable[[int], float], str]] = {
        "an empty call": (
            lambda seed: _calls(worker, settings.steps),
            "asks for nothing, and is answered so",
        ),
        "a step here": (
            lambda seed: _play(here, seed, settings.steps, draw=False),
            "the toy game in this process: step, facts, encoding",
        ),
        "a step there": (
            lambda seed: _play(there, seed, settings.steps, draw=False),
            "the same in another process: one call a step",
        ),
        "a step with its frame here": (
            lambda seed: _play(here, seed, settings.steps, draw=True),
            f"a picture of {PICTURE[0]} by {PICTURE[1]} as well",
        ),
        "a step with its frame there": (
            lambda seed: _play(there, seed, settings.steps, draw=True),
            "the same in another process: the picture comes through shared memory",
        ),
    }
    seconds: dict[str, list[float]] = {name: [] for name in players}
    for play, _ in players.values():
        play(0)  # fills caches
    for run in range(settings.repeats):
        for name, (play, _) in players.items():
            seconds[name].append(play(run) / settings.steps)
    for held in (there, worker):
        held.close()
    figures = [
        Figure(name=f"Remote: {name}", samples=scaled(tuple(seconds[name]), 1e6), unit="us", how=how)
        for name, (_, how) in players.items()
    ]
    return [*figures, *_added(seconds)]


def _added(seconds: Mapping[str, list[float]]) -> list[Figure]:
    """What the other process adds to a step, within each round."""
    return [
        Figure(
            name=f"Remote: added to {step}",
            samples=tuple(
                (there - here) * 1e6
                for there, here in zip(seconds[f"{step} there"], seconds[f"{step} here"], strict=True)
            ),
            unit="us",
            how="the step there less the step here, within each round",
        )
        for step in ("a step", "a step with its frame")
    ]


def _calls(worker: Worker, steps: int) -> float:
    start = time.perf_counter()
    for _ in range(steps):
        worker.call("look", {})
    return time.perf_counter() - start


def _play(game: Game, seed: int, steps: int, *, draw: bool) -> float:
    """Seconds for random steps; beginning episodes is not counted."""
    actions = np.random.default_rng(seed).integers(0, len(SPEC.actions), steps).tolist()
    values, encoding = np.zeros(len(SPEC.facts), np.int32), np.zeros(SPEC.encoding_size, np.float32)
    game.reset(seed)
    spent = 0.0
    for episode, action in enumerate(actions, start=1_000):
        start = time.perf_counter()
        status = game.step(action)
        game.fact_values(values)
        game.encode(_FOCUS, encoding)
        if draw:
            game.frame(PICTURE)
        spent += time.perf_counter() - start
        if status is not EndStatus.RUNNING:
            game.reset(episode)
    return spent
