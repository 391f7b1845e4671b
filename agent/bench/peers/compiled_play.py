"""Our compiled Crafter at random: what Craftax is compared with."""

from __future__ import annotations

import numpy as np

from agent.bench.race import Notes, Pacer
from envs.crafter.compiled.games import CompiledGames
from envs.crafter.spec import SPEC
from envs.facts import EndStatus

STEPS = 100
"""Steps of each game between two looks at the clock."""


def play_compiled(games: int, pacer: Pacer) -> Notes:
    """Random play in one thread: facts and encodings at every step, new worlds counted."""
    played = CompiledGames(games)
    played.reset_all(range(games))
    facts = np.zeros((games, len(SPEC.facts)), np.int32)
    encodings = np.zeros((games, SPEC.encoding_size), np.float32)
    seek, regions = np.full((games, 1), -1), np.zeros(games, np.int64)
    random = np.random.default_rng(0)
    steps, episode = 0, games
    while not steps or pacer.between(steps):
        for actions in random.integers(len(SPEC.actions), size=(STEPS, games)):
            played.step(actions)
            for over in np.flatnonzero(played.status != EndStatus.RUNNING):
                played.reset(int(over), episode)
                episode += 1
            played.observe(seek, regions, facts, encodings)
        steps += STEPS * games
    return {}
