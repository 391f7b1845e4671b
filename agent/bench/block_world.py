"""What the block world costs on one core: ticks, starts, pictures and copies.

Ticks and starts are told by processor time, since they take one core whole and the machine may be busy.
"""

from __future__ import annotations

import time

import numpy as np

from agent.bench.figure import Figure, scaled, seconds_of
from agent.bench.settings import Settings
from envs.minecraft.world import BlockWorld, Controls, Start

PICTURE = (256, 160)
"""Width and height of the pictures, as MineDojo's."""

_TICKS = 4


def block_world(settings: Settings) -> list[Figure]:
    """Ticks a second by single calls and by calls of four, seconds of a start, of a picture and of copies."""
    world = BlockWorld(0)
    _play(world, 0, settings.steps, 1)  # compiles
    one = [_play(world, seed, settings.steps, 1) for seed in range(1, settings.repeats + 1)]
    four = [_play(world, seed, settings.steps, _TICKS) for seed in range(1, settings.repeats + 1)]
    starts = [_start(world, 1_000 + seed) for seed in range(settings.repeats)]
    world.frame(*PICTURE)
    data, kept = world.snapshot(), world.keep()
    restored = scaled(seconds_of(lambda: world.restore(data)), 1_000)
    put_back = scaled(seconds_of(lambda: world.put_back(kept)), 1_000)
    return [
        Figure(
            name="Block world: ticks", samples=tuple(one), unit="ticks/s", target=5_000, at_least=True,
            how="random keys in generated land, one call a tick, no pictures; by processor time",
        ),
        Figure(
            name="Block world: ticks, four a call", samples=tuple(four), unit="ticks/s",
            how="the same with each set of keys held for four ticks",
        ),
        Figure(
            name="Block world: a start", samples=tuple(starts), unit="s", target=0.2,
            how="a world that was not made before, 81 chunks; by processor time",
        ),
        Figure(
            name="Block world: a picture", samples=scaled(seconds_of(lambda: world.frame(*PICTURE)), 1_000),
            unit="ms", how=f"{PICTURE[0]} by {PICTURE[1]} pixels",
        ),
        Figure(
            name="Block world: a snapshot restored", samples=restored,
            unit="ms", how=f"of {len(data):,} bytes, land made before",
        ),
        Figure(
            name="Block world: a kept state put back", samples=put_back,
            unit="ms", how="the same without bytes in between",
        ),
    ]  # fmt: skip


def _start(world: BlockWorld, seed: int) -> float:
    start = time.process_time()
    world.reset(seed=seed)
    return time.process_time() - start


def _play(world: BlockWorld, seed: int, ticks: int, held: int) -> float:
    """Ticks a second of random play; starting is not counted, being dead is avoided by starting again."""
    rng = np.random.default_rng(seed)
    world.reset(Start(), seed=seed)
    spent, done = 0.0, 0
    while done < ticks:
        keys = Controls(
            forward=bool(rng.random() < 0.7),
            jump=bool(rng.random() < 0.2),
            attack=bool(rng.random() < 0.5),
            camera_yaw=float(rng.normal() * 10),
            camera_pitch=float(rng.normal() * 5),
        )
        start = time.process_time()
        done += world.tick_many(keys, held)
        spent += time.process_time() - start
        if world.is_dead:
            world.reset(Start())
    return done / spent
