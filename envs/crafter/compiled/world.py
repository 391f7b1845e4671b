"""Making the world of a seed: land from noise, then its first creatures.

Source:
    ``crafter/worldgen.py``; the noise is that of the package opensimplex, whose compiled function is called.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from opensimplex.internals import GRADIENTS3, _noise3

from envs.crafter.compiled import rules
from envs.crafter.compiled.generator import randint, seed_generator, uniform
from envs.crafter.compiled.objects import add_object
from envs.crafter.compiled.rules import (
    COAL,
    COW,
    DIAMOND,
    GRASS,
    HEALTH,
    IRON,
    LAVA,
    N_ITEMS,
    PATH,
    PLAYER,
    SAND,
    SKELETON,
    STONE,
    TREE,
    WATER,
    ZOMBIE,
)
from envs.crafter.compiled.state import HEIGHT, WIDTH, Game
from envs.grid.compiling import inner, integer

_CENTER_X, _CENTER_Y = integer(WIDTH // 2), integer(HEIGHT // 2)
_NOISE_SEEDS = integer(2**31 - 1)
_GRADIENTS = len(GRADIENTS3) // 3
_TUNNEL = 128
"""Marks a cell of a tunnel while the world is made."""


@inner
def make_world(game: Game, seed: int) -> None:
    """Put a game at the start of the world of a generator's seed, 0..2^32 - 1; `daylight` is left alone."""
    _clear(game)
    seed_generator(game, seed)
    add_object(game, PLAYER, _CENTER_X, _CENTER_Y)
    noise = np.zeros((2, 256), np.int64)
    _permute(noise, randint(game, _NOISE_SEEDS))
    tunnels = np.zeros((WIDTH, HEIGHT), np.bool_)
    for x in range(WIDTH):
        for y in range(HEIGHT):
            material = _material(game, noise, float(x), float(y))
            tunnels[x, y] = material >= _TUNNEL
            game.materials[x, y] = material % _TUNNEL
    for x in range(WIDTH):
        for y in range(HEIGHT):
            _populate(game, tunnels[x, y], x, y)


@inner
def _clear(game: Game) -> None:
    """Empty everything but the generator and the daylight."""
    game.rows_at[:, :] = 0
    game.seen[:, :] = 0
    game.creatures[:, :] = 0
    game.n_threats = 0
    game.achievements[:] = 0
    game.unlocked = 0
    game.n_chunks = 0
    game.chunk_known[:] = 0
    game.entries = 0
    game.last_number = 0
    game.step = 0
    for item in range(N_ITEMS):
        game.inventory[item] = rules.INITIAL[item]
    game.rewarded_health = game.inventory[HEALTH]
    game.felt_health = game.inventory[HEALTH]
    game.sleeping = 0
    game.facing_x = 0
    game.facing_y = 1
    game.hunger = 0
    game.thirst = 0
    game.recover = 0
    game.fatigue = 0
    game.halved[:] = 0
    game.n_rows = 0


@inner
def _permute(noise: NDArray[np.int64], seed: int) -> None:
    """Opensimplex's permutation of a seed, and the gradient of each of its entries: int64[2, 256]."""
    source = np.arange(256)
    for _ in range(3):
        seed = seed * 6364136223846793005 + 1442695040888963407  # in 64 bits, as there
    for i in range(255, -1, -1):
        seed = seed * 6364136223846793005 + 1442695040888963407
        chosen = (seed % (i + 1) + 31) % (i + 1)
        noise[0, i] = source[chosen]
        noise[1, i] = noise[0, i] % _GRADIENTS * 3
        source[chosen] = source[i]


@inner
def _noise(noise: NDArray[np.int64], x: float, y: float, z: float, size: float) -> float:
    value: float = _noise3(x / size, y / size, integer(z), noise[0], noise[1])
    return value


@inner
def _material(game: Game, noise: NDArray[np.int64], x: float, y: float) -> int:
    """The material of a cell, plus `_TUNNEL` in a tunnel."""
    start = 4 - math.sqrt((x - _CENTER_X) ** 2 + (y - _CENTER_Y) ** 2)
    start += 2 * _noise(noise, x, y, 8.0, 3.0)
    start = 1 / (1 + math.exp(-start))
    if start > 0.5:
        return GRASS
    water = _noise(noise, x, y, 3.0, 15.0) + 0.15 * _noise(noise, x, y, 3.0, 5.0) + 0.1
    water -= 2 * start
    mountain = (_noise(noise, x, y, 0.0, 15.0) + 0.3 * _noise(noise, x, y, 0.0, 5.0)) / 1.3
    mountain -= 4 * start + 0.3 * water
    if mountain > 0.15:
        return _mountain(game, noise, x, y, mountain)
    if 0.25 < water <= 0.35 and _noise(noise, x, y, 4.0, 9.0) > -0.2:
        return SAND
    if water > 0.3:
        return WATER
    if _noise(noise, x, y, 5.0, 7.0) > 0 and uniform(game) > 0.8:
        return TREE
    return GRASS


@inner
def _mountain(game: Game, noise: NDArray[np.int64], x: float, y: float, mountain: float) -> int:
    if _noise(noise, x, y, 6.0, 7.0) > 0.15 and mountain > 0.3:
        return PATH
    if _noise(noise, 2 * x, y / 5, 7.0, 3.0) > 0.4 or _noise(noise, x / 5, 2 * y, 7.0, 3.0) > 0.4:
        return PATH + _TUNNEL
    if _noise(noise, x, y, 1.0, 8.0) > 0 and uniform(game) > 0.85:
        return COAL
    if _noise(noise, x, y, 2.0, 6.0) > 0.4 and uniform(game) > 0.75:
        return IRON
    if mountain > 0.18 and uniform(game) > 0.994:
        return DIAMOND
    if mountain > 0.3 and _noise(noise, x, y, 6.0, 5.0) > 0.35:
        return LAVA
    return STONE


@inner
def _populate(game: Game, tunnel: bool, x: int, y: int) -> None:
    """Perhaps put a creature on a cell."""
    material = game.materials[x, y]
    if (rules.WALKABLE >> material) & 1 == 0:
        return
    away = math.sqrt((x - _CENTER_X) ** 2 + (y - _CENTER_Y) ** 2)
    if away > 3 and material == GRASS and uniform(game) > 0.985:
        add_object(game, COW, x, y)
    elif away > 10 and uniform(game) > 0.993:
        add_object(game, ZOMBIE, x, y)
    elif material == PATH and tunnel and uniform(game) > 0.95:
        add_object(game, SKELETON, x, y)
