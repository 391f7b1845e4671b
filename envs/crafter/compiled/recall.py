"""What the player keeps in mind from step to step: plants and home, as `envs.crafter.memory` does."""

from __future__ import annotations

from envs.crafter.compiled.state import HEIGHT, WIDTH, Game
from envs.crafter.engine import LOCAL, UPDATE_RADIUS
from envs.crafter.ground import RIPE, SAPLING
from envs.crafter.saved_header import MAX_PLANTS
from envs.crafter.shelter import is_shelter
from envs.grid.compiling import inner, integer

_HALF_WIDTH, _HALF_HEIGHT = LOCAL[0] // 2, LOCAL[1] // 2


@inner
def recall_step(game: Game) -> None:
    """Count a step near plants, take in new ones, and note where the player is enclosed; it has looked."""
    if game.n_plants > 0:
        _count_step(game)
    _note_plants(game)
    x, y = game.objects[0].x, game.objects[0].y
    if is_shelter(game.seen[:], game.creatures[:], x, y):
        game.home = 1 + x * HEIGHT + y


@inner
def forget(game: Game) -> None:
    """Begin with nothing seen, no plants and no home, in the morning."""
    game.seen_at[:] = 0
    game.n_plants = 0
    game.home = 0
    game.rising = 1


@inner
def _count_step(game: Game) -> None:
    """Count a step for every plant near; forget those that are gone, begin again where one was eaten."""
    px, py = game.objects[0].x, game.objects[0].y
    kept = integer(0)
    for k in range(game.n_plants):
        x, y, age, was = game.plants[k, 0], game.plants[k, 1], game.plants[k, 2], game.plants[k, 3]
        now = game.creatures[x, y]
        if now < SAPLING:
            continue
        if was == RIPE and now == SAPLING:
            age = 0
        elif abs(x - px) + abs(y - py) < UPDATE_RADIUS:
            age += 1
        game.plants[kept, 0], game.plants[kept, 1] = x, y
        game.plants[kept, 2], game.plants[kept, 3] = age, now
        kept += 1
    game.n_plants = kept


@inner
def _note_plants(game: Game) -> None:
    """Take in the plants in view that are new, as long as there is room."""
    px, py = game.objects[0].x, game.objects[0].y
    for x in range(max(0, px - _HALF_WIDTH), min(WIDTH, px + _HALF_WIDTH + 1)):
        for y in range(max(0, py - _HALF_HEIGHT), min(HEIGHT, py + _HALF_HEIGHT + 1)):
            being = game.creatures[x, y]
            if being < SAPLING or game.n_plants == MAX_PLANTS or _is_noted(game, x, y):
                continue
            row = game.plants[game.n_plants]
            row[0], row[1], row[2], row[3] = x, y, 0, being
            game.n_plants += 1


@inner
def _is_noted(game: Game, x: int, y: int) -> bool:
    noted = False
    for k in range(game.n_plants):
        noted |= game.plants[k, 0] == x and game.plants[k, 1] == y
    return noted


@inner
def plant_age(game: Game) -> int:
    """Steps of the plant near that has had most of them; 0 without one."""
    px, py = game.objects[0].x, game.objects[0].y
    age = integer(0)
    for k in range(game.n_plants):
        if abs(game.plants[k, 0] - px) + abs(game.plants[k, 1] - py) < UPDATE_RADIUS:
            age = max(age, game.plants[k, 2])
    return age
