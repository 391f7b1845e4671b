"""What a step of Minecraft's direct game costs on one core, beside the world alone, by processor time."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from agent.bench.figure import Figure
from agent.bench.settings import Settings
from envs.facts import EndStatus
from envs.game import Focus
from envs.minecraft.game import MinecraftGame
from envs.minecraft.spec import SPEC
from envs.minecraft.world import BlockWorld, Controls

SINGLE: Final = (
    "forward", "forward", "forward", "forward", "jump", "turn_left", "turn_right", "look_up", "look_down",
    "attack", "attack", "noop",
)  # fmt: skip
"""Actions of one tick, drawn from evenly: walking about, digging now and then."""

LONGER: Final = ("walk_to", "walk_to", "mine", "fight", "face")
"""Longer actions, drawn from evenly."""

FOCI: Final = (
    Focus(seek=("tree",), explore="forest"),
    Focus(seek=("stone",), explore="underground"),
    Focus(seek=("cow",), explore="plains"),
)
"""What is attended to, in turns."""

_LONGER_SHARE: Final = 5
"""Longer actions are this many times fewer, since they take many ticks."""


def minecraft_steps(settings: Settings) -> list[Figure]:
    """Steps and ticks a second of both sorts of actions, told and untold, and of the world alone."""
    game, rounds = MinecraftGame(), settings.repeats
    single, longer = settings.steps, max(1, settings.steps // _LONGER_SHARE)
    _play(game, LONGER, 2, 0, True)  # compiles
    bare = [_play_world(seed, single) for seed in range(rounds)]
    found = {
        (name, encoded): [_play(game, actions, steps, seed, encoded) for seed in range(rounds)]
        for name, actions, steps in (("one tick", SINGLE, single), ("longer", LONGER, longer))
        for encoded in (True, False)
    }
    figures = [
        Figure(
            name="Minecraft: the world alone", samples=tuple(bare), unit="ticks/s",
            how="the same keys as the actions of one tick, no memory, no facts; by processor time",
        )
    ]  # fmt: skip
    for (name, encoded), runs in found.items():
        told = "facts and encoding each step" if encoded else "neither facts nor encoding"
        for place, unit in enumerate(("steps/s", "ticks/s")):
            if name == "one tick" and unit == "ticks/s":
                continue  # the same number
            aimed_at = encoded and (name == "one tick" or unit == "ticks/s")
            figures.append(
                Figure(
                    name=f"Minecraft: {name}, {'told' if encoded else 'untold'}",
                    samples=tuple(run[place] for run in runs), unit=unit,
                    target=5_000 if aimed_at else None, at_least=True,
                    how=f"random actions, {told}, {len(FOCI)} things sought in turns; by processor time",
                )
            )  # fmt: skip
    return figures


def _play(
    game: MinecraftGame, actions: tuple[str, ...], steps: int, seed: int, encoded: bool
) -> tuple[float, float]:
    """Steps and ticks a second of random play; starting is not counted."""
    rng = np.random.default_rng(seed)
    chosen = [SPEC.action_index[name] for name in actions]
    encoding, facts = np.zeros(SPEC.encoding_size, np.float32), np.zeros(len(SPEC.facts), np.int32)
    spent, ticks = 0, 0
    for step in range(steps):
        if step % max(1, steps // len(FOCI)) == 0 or game.status is not EndStatus.RUNNING:
            focus = FOCI[step * len(FOCI) // steps]
            game.reset(int(rng.integers(10_000)))
            game.encode(focus, encoding)
        action, before = chosen[rng.integers(len(chosen))], game.world.ticks
        begun = time.process_time_ns()
        if encoded:
            game.encode(focus, encoding)
            game.fact_values(facts)
        game.step(action)
        spent += time.process_time_ns() - begun
        ticks += game.world.ticks - before
    return 1e9 * steps / spent, 1e9 * ticks / spent


def _play_world(seed: int, ticks: int) -> float:
    """Ticks a second of the same keys in the world itself."""
    rng, world = np.random.default_rng(seed), BlockWorld(seed)
    world.reset(seed=seed)
    turns = {
        "turn_left": (-15.0, 0.0),
        "turn_right": (15.0, 0.0),
        "look_up": (0.0, -15.0),
        "look_down": (0.0, 15.0),
    }
    spent = 0
    for _ in range(ticks):
        name = SINGLE[rng.integers(len(SINGLE))]
        yaw, pitch = turns.get(name, (0.0, 0.0))
        keys = Controls(
            forward=name == "forward",
            jump=name == "jump",
            attack=name == "attack",
            camera_yaw=yaw,
            camera_pitch=pitch,
        )
        if world.is_dead:
            world.reset()
        begun = time.process_time_ns()
        world.tick(keys)
        spent += time.process_time_ns() - begun
    return 1e9 * ticks / spent
