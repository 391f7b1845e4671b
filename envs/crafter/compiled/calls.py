"""The compiled functions that Python plays games with: all of an array, without the interpreter's lock.

These are kept on disk, with everything that they are made of. Each is called with arrays of one kind, so that
it is compiled once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from crafter import constants
from numba import njit
from numpy.typing import NDArray
from opensimplex import internals

from envs.crafter import engine, ground, shelter, survey
from envs.crafter.compiled.look import forget_threats, look_around
from envs.crafter.compiled.recall import forget, recall_step
from envs.crafter.compiled.rules import ACTIONS, DATA_FILE, HEALTH
from envs.crafter.compiled.step import take_step
from envs.crafter.compiled.world import make_world
from envs.facts import EndStatus
from envs.grid import compiling
from envs.grid.numba_cache import drop_stale

_RUNNING, _DEATH, _TIME_LIMIT = (int(s) for s in (EndStatus.RUNNING, EndStatus.DEATH, EndStatus.TIME_LIMIT))
_N_ACTIONS = len(ACTIONS)
ALL_STEPPED = -1
"""What `step_games` returns when every game was stepped."""


@njit(cache=True, nogil=True)
def make_worlds(games: NDArray[Any], seeds: NDArray[np.int64], daylight: NDArray[np.float64]) -> None:
    """Put every game at the start of the world of its seed, and let its player look. `limit` is left alone.

    Args:
        games: GAME_DTYPE[n].
        seeds: int64[n], seeds of the random generators, 0..2^32 - 1.
        daylight: float64[m], brightness by number of steps.
    """
    for i in range(len(games)):
        make_world(games[i], seeds[i])
        games[i].daylight = daylight[0]
        games[i].status = _RUNNING
        games[i].reward = 0.0
        forget(games[i])
        look_around(games[i])


@njit(cache=True, nogil=True)
def step_games(games: NDArray[Any], actions: NDArray[np.int64], daylight: NDArray[np.float64]) -> int:
    """Take a step in every game, and let its player look.

    Args:
        games: GAME_DTYPE[n].
        actions: int64[n].
        daylight: float64[m], brightness by number of steps.

    Returns:
        `ALL_STEPPED`; or the first game that cannot take its action, since it has ended, there is no such
        action or `daylight` is too short: then no game was stepped.
    """
    for i in range(len(games)):
        known = 0 <= actions[i] < _N_ACTIONS and games[i].step + 1 < len(daylight)
        if not known or games[i].status != _RUNNING:
            return i
    for i in range(len(games)):
        game = games[i]
        game.reward = take_step(game, actions[i], daylight)
        look_around(game)
        recall_step(game)
        if game.inventory[HEALTH] <= 0:
            game.status = _DEATH
        elif game.step >= game.limit:
            game.status = _TIME_LIMIT
    return ALL_STEPPED


@njit(cache=True, nogil=True)
def look_anew(games: NDArray[Any]) -> None:
    """Let the players look as if their memories held no threats: after a snapshot was read."""
    for i in range(len(games)):
        forget_threats(games[i])
        look_around(games[i])


drop_stale(
    step_games,
    *Path(__file__).parent.glob("*.py"),
    DATA_FILE,
    compiling,
    constants,
    engine,
    ground,
    internals,
    shelter,
    survey,
)
