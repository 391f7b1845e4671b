"""One step of a game.

Source:
    ``step`` in ``crafter/env.py``, as `envs.crafter.engine` plays it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.crafter.compiled.balance import balance_chunks
from envs.crafter.compiled.creatures import update_object
from envs.crafter.compiled.objects import compact
from envs.crafter.compiled.player import update_player
from envs.crafter.compiled.rules import HEALTH, N_ACHIEVEMENTS
from envs.crafter.compiled.state import COMPACT_AT, Game
from envs.crafter.engine import UPDATE_RADIUS
from envs.grid.compiling import inner


@inner
def take_step(game: Game, action: int, daylight: NDArray[np.float64]) -> float:
    """Take a step; returns Crafter's own reward.

    Args:
        game: the game.
        action: 0..len(ACTIONS) - 1.
        daylight: float64[n], brightness by number of steps; longer than the steps after this one.
    """
    game.step += 1
    game.rising = daylight[game.step] > game.daylight
    game.daylight = daylight[game.step]
    if game.n_rows > COMPACT_AT:
        compact(game)
    present = game.n_rows
    update_player(game, action)
    px, py = game.objects[0].x, game.objects[0].y
    for i in range(1, present):
        thing = game.objects[i]
        if thing.kind != 0 and abs(thing.x - px) + abs(thing.y - py) < UPDATE_RADIUS:
            update_object(game, i)
    if game.step % 10 == 0:
        balance_chunks(game)
    return _reward(game)


@inner
def _reward(game: Game) -> float:
    """A tenth of the change of health, and 1 where something was achieved for the first time."""
    reward: float = (game.inventory[HEALTH] - game.rewarded_health) / 10
    game.rewarded_health = game.inventory[HEALTH]
    achieved = 0
    for i in range(N_ACHIEVEMENTS):
        if game.achievements[i] > 0:
            achieved |= 1 << i
    if achieved & ~game.unlocked:
        game.unlocked |= achieved
        reward += 1.0
    return reward
