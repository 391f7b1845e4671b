"""What the player takes in: the compiled twin of `envs.crafter.memory.Memory.look`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.crafter import ground
from envs.crafter.compiled.creatures import RIPE_AGE
from envs.crafter.compiled.rules import ARROW, COW, N_KINDS, PLANT, SKELETON, ZOMBIE
from envs.crafter.compiled.state import HEIGHT, MAX_THREATS, WIDTH, Game
from envs.crafter.engine import LOCAL
from envs.crafter.survey import STEPS_OF_SPAN
from envs.grid.compiling import inner, integer

_HALF_WIDTH, _HALF_HEIGHT = LOCAL[0] // 2, LOCAL[1] // 2
_BEING = np.zeros(N_KINDS, np.int64)
_BEING[COW], _BEING[ZOMBIE], _BEING[SKELETON] = ground.COW, ground.ZOMBIE, ground.SKELETON
_BEING[ARROW], _BEING[PLANT] = ground.ARROW, ground.SAPLING


@inner
def look_around(game: Game) -> None:
    """Bring the player's memory up to date with the cells in view."""
    for k in range(game.n_threats):
        game.creatures[game.threats[k, 1], game.threats[k, 2]] = 0
    px, py = game.objects[0].x, game.objects[0].y
    now = game.step >> STEPS_OF_SPAN
    near = np.zeros(LOCAL[0] * LOCAL[1], np.int64)
    n = integer(0)
    for x in range(max(0, px - _HALF_WIDTH), min(WIDTH, px + _HALF_WIDTH + 1)):
        for y in range(max(0, py - _HALF_HEIGHT), min(HEIGHT, py + _HALF_HEIGHT + 1)):
            game.seen[x, y] = game.materials[x, y]
            game.seen_at[x, y] = now
            being = _being(game, game.rows_at[x, y] - 1)
            game.creatures[x, y] = being
            if ground.ZOMBIE <= being <= ground.ARROW:
                away = abs(x - px) + abs(y - py)
                _insert(near, n, ((away * 256 + being) * 256 + x) * 256 + y)
                n += 1
    game.n_threats = n if n < MAX_THREATS else MAX_THREATS
    for k in range(game.n_threats):
        game.threats[k, 0] = (near[k] >> 16) & 255
        game.threats[k, 1] = (near[k] >> 8) & 255
        game.threats[k, 2] = near[k] & 255


@inner
def _insert(ordered: NDArray[np.int64], n: int, value: int) -> None:
    """Insert a value into the first `n`, which are in ascending order."""
    at = n
    while at > 0 and ordered[at - 1] > value:
        ordered[at] = ordered[at - 1]
        at -= 1
    ordered[at] = value


@inner
def _being(game: Game, row: int) -> int:
    """The survey's id of the object in a row; 0 for the player and where there is none."""
    if row <= 0:
        return 0
    thing = game.objects[row]
    if thing.kind == PLANT and thing.counter > RIPE_AGE:
        return ground.RIPE
    return int(_BEING[thing.kind])


@inner
def forget_threats(game: Game) -> None:
    """Drop the creatures that are remembered only while in view."""
    for x in range(WIDTH):
        for y in range(HEIGHT):
            if ground.ZOMBIE <= game.creatures[x, y] <= ground.ARROW:
                game.creatures[x, y] = 0
    game.n_threats = 0
