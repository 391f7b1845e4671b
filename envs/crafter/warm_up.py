"""Has everything compiled that playing Crafter needs, in two parts of about the same length."""

from __future__ import annotations

import numpy as np

from envs.crafter.compiled.games import CompiledGames
from envs.crafter.spec import SPEC
from envs.crafter.survey import KINDS


def worlds_and_steps() -> None:
    """Make a world, step in it, draw it, save it and go back."""
    games = CompiledGames(1)
    games.reset(0, 0)
    games.step(np.zeros(1, np.int64))
    games.frame(0, SPEC.judged_size)
    games.restore(0, games.snapshot(0))


def observations() -> None:
    """See nothing, in no world."""
    games = CompiledGames(1)
    facts = np.zeros((1, len(SPEC.facts)), np.int32)
    encodings = np.zeros((1, SPEC.encoding_size), np.float32)
    games.observe(np.full((1, len(KINDS)), -1), np.zeros(1, np.int64), facts, encodings)
