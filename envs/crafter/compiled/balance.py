"""Every tenth step, chunks get or lose a zombie, a skeleton or a cow, as ground and light have it.

Source:
    ``_balance_chunk`` and ``_balance_object`` in ``crafter/env.py``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.crafter.compiled.generator import randint, uniform
from envs.crafter.compiled.objects import add_object, remove_object
from envs.crafter.compiled.rules import COW, GRASS, N_KINDS, PATH, SKELETON, ZOMBIE
from envs.crafter.compiled.state import (
    CHUNK_HEIGHT,
    CHUNK_ROWS,
    CHUNK_WIDTH,
    HEIGHT,
    N_CHUNKS,
    WIDTH,
    Game,
)
from envs.grid.compiling import inner

_MATERIAL = np.zeros(N_KINDS, np.int64)
"""Where each kind appears."""
_MATERIAL[ZOMBIE], _MATERIAL[SKELETON], _MATERIAL[COW] = GRASS, PATH, GRASS
_LEAST_CELLS = np.zeros(N_KINDS, np.int64)
"""Cells of that material without which none appears."""
_LEAST_CELLS[ZOMBIE], _LEAST_CELLS[SKELETON], _LEAST_CELLS[COW] = 50, 6, 30
_SPAWN_AWAY = np.zeros(N_KINDS, np.int64)
"""Steps from the player at which it appears at the nearest."""
_SPAWN_AWAY[ZOMBIE], _SPAWN_AWAY[SKELETON], _SPAWN_AWAY[COW] = 6, 7, 5
_DESPAWN_AWAY = np.zeros(N_KINDS, np.int64)
"""Steps from the player at which it goes at the nearest."""
_DESPAWN_AWAY[ZOMBIE], _DESPAWN_AWAY[SKELETON], _DESPAWN_AWAY[COW] = 0, 7, 5
_SPAWN_CHANCE = np.zeros(N_KINDS, np.float64)
_SPAWN_CHANCE[ZOMBIE], _SPAWN_CHANCE[SKELETON], _SPAWN_CHANCE[COW] = 0.3, 0.1, 0.01
_DESPAWN_CHANCE = np.zeros(N_KINDS, np.float64)
_DESPAWN_CHANCE[ZOMBIE], _DESPAWN_CHANCE[SKELETON], _DESPAWN_CHANCE[COW] = 0.4, 0.1, 0.1
_ORDER = np.array([ZOMBIE, SKELETON, COW])


@inner
def balance_chunks(game: Game) -> None:
    """Balance all chunks, in the order in which something first entered them."""
    members = np.zeros((N_CHUNKS, N_KINDS), np.int64)
    for i in range(1, game.n_rows):
        members[game.objects[i].chunk, game.objects[i].kind] += 1
    cells = np.zeros((N_CHUNKS, N_KINDS), np.int64)
    _count_cells(game, cells)
    for at in range(game.n_chunks):
        chunk = game.chunks[at]
        for kind in _ORDER:
            _balance_kind(game, chunk, kind, members[chunk, kind], cells[chunk, kind])


@inner
def _count_cells(game: Game, cells: NDArray[np.int64]) -> None:
    """Count the cells where each kind appears: ``cells: int64[N_CHUNKS, N_KINDS]``, zero before."""
    for x in range(WIDTH):
        for row in range(CHUNK_ROWS):
            grass, path = 0, 0
            for y in range(row * CHUNK_HEIGHT, min(HEIGHT, (row + 1) * CHUNK_HEIGHT)):
                grass += game.materials[x, y] == GRASS
                path += game.materials[x, y] == PATH
            chunk = x // CHUNK_WIDTH * CHUNK_ROWS + row
            cells[chunk, ZOMBIE] += grass
            cells[chunk, COW] += grass
            cells[chunk, SKELETON] += path


@inner
def _balance_kind(game: Game, chunk: int, kind: int, n: int, cells: int) -> None:
    """Perhaps add or remove one of the `n` creatures of a kind in a chunk with so many `cells` for it."""
    least, most = _targets(game, kind)
    if cells < _LEAST_CELLS[kind]:
        least = 0
    if n < least and uniform(game) < _SPAWN_CHANCE[kind]:
        _spawn(game, chunk, kind, cells)
    elif n > most and uniform(game) < _DESPAWN_CHANCE[kind]:
        _despawn(game, chunk, kind, n)


@inner
def _targets(game: Game, kind: int) -> tuple[int, int]:
    """How many creatures of a kind a chunk holds at least, where there is room, and at most."""
    if kind == ZOMBIE:
        dark = int(3.5 - 3 * game.daylight)
        return dark, dark
    if kind == SKELETON:
        return 1, 2
    return 1, int(1.5 + game.daylight)


@inner
def _distance(game: Game, x: int, y: int) -> int:
    """Columns plus rows from the player to a cell."""
    return abs(game.objects[0].x - x) + abs(game.objects[0].y - y)


@inner
def _spawn(game: Game, chunk: int, kind: int, cells: int) -> None:
    """Add a creature on one of the chunk's cells of its material if that is free and not near the player."""
    left = randint(game, cells)
    x0, y0 = (chunk // CHUNK_ROWS) * CHUNK_WIDTH, (chunk % CHUNK_ROWS) * CHUNK_HEIGHT
    for x in range(x0, min(WIDTH, x0 + CHUNK_WIDTH)):
        for y in range(y0, min(HEIGHT, y0 + CHUNK_HEIGHT)):
            if game.materials[x, y] != _MATERIAL[kind]:
                continue
            if left == 0:
                if game.rows_at[x, y] == 0 and _distance(game, x, y) >= _SPAWN_AWAY[kind]:
                    add_object(game, kind, x, y)
                return
            left -= 1


@inner
def _despawn(game: Game, chunk: int, kind: int, n: int) -> None:
    """Remove one of the chunk's `n` creatures of a kind if it is not near the player."""
    i = _member(game, chunk, kind, randint(game, n))
    if _distance(game, game.objects[i].x, game.objects[i].y) >= _DESPAWN_AWAY[kind]:
        remove_object(game, i)


@inner
def _member(game: Game, chunk: int, kind: int, which: int) -> int:
    """The row of a chunk's creature of a kind, by its place in the chunk's order."""
    latest, row = -1, 0
    for _ in range(which + 1):
        following = game.entries
        for i in range(1, game.n_rows):
            thing = game.objects[i]
            if thing.kind == kind and thing.chunk == chunk and latest < thing.entered < following:
                following = thing.entered
                row = i
        latest = following
    return row
