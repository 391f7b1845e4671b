"""Has everything compiled that playing NetHack needs."""

from __future__ import annotations

import numpy as np

from envs.game import Focus
from envs.nethack.game import NetHackGame


def first_steps() -> None:
    """Begin a game, take a step, and see all that there is to see."""
    game = NetHackGame()
    game.reset(0)
    game.step(0)
    game.fact_values(np.zeros(len(game.spec.facts), np.int32))
    game.encode(Focus(), np.zeros(game.spec.encoding_size, np.float32))
    game.close()
