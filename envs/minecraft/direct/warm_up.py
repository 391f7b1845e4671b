"""Has everything compiled that playing in the block world needs."""

from __future__ import annotations

import numpy as np

from envs.game import Focus
from envs.minecraft.game import MinecraftGame
from envs.minecraft.spec import SPEC


def first_steps() -> None:
    """Play a few steps, save the game and go back."""
    game = MinecraftGame(biome="forest")
    game.reset(0)
    encoding = np.zeros(SPEC.encoding_size, np.float32)
    game.encode(Focus(seek=("tree",)), encoding)
    for action in ("face", "walk_to", "mine", "place_dirt"):
        game.step(SPEC.action_index[action])
    game.restore(game.snapshot())
    game.frame((64, 64))
