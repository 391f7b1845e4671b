"""What the objects around the player do in a step: cows, zombies, skeletons, arrows, plants.

Source:
    ``crafter/objects.py``, whose order of random draws is kept. A creature without health is removed and acts
    once more in the same step, as it does there.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from envs.crafter.compiled.generator import randint, uniform
from envs.crafter.compiled.objects import (
    add_object,
    hurt_object,
    hurt_player,
    inside,
    is_free,
    move_object,
    remove_object,
)
from envs.crafter.compiled.rules import (
    ARROW,
    ARROW_WALKABLE,
    COW,
    DX,
    DY,
    FURNACE,
    PATH,
    PLANT,
    SKELETON,
    TABLE,
    ZOMBIE,
)
from envs.crafter.compiled.state import Game
from envs.grid.compiling import inner, integer

RIPE_AGE = 300
"""Steps after which a plant is ripe."""
_WAYS = integer(4)
_ARROW_DAMAGE = integer(2)
_LONG_AXIS = cast(bool, np.bool_(True))


@inner
def update_object(game: Game, i: int) -> None:
    """Let one object, which is not the player, have its turn."""
    kind = game.objects[i].kind
    if kind == ARROW:
        _update_arrow(game, i)
        return
    if kind == PLANT:
        _update_plant(game, i)
        return
    if game.objects[i].health <= 0:
        remove_object(game, i)
    if kind == COW:
        if uniform(game) < 0.5:
            _stray(game, i)
    elif kind == ZOMBIE:
        _update_zombie(game, i)
    elif kind == SKELETON:
        _update_skeleton(game, i)


@inner
def _stray(game: Game, i: int) -> None:
    """Move in a random direction."""
    way = randint(game, _WAYS)
    move_object(game, i, DX[way], DY[way])


@inner
def _distance(game: Game, i: int) -> int:
    """Columns plus rows to the player."""
    return abs(game.objects[0].x - game.objects[i].x) + abs(game.objects[0].y - game.objects[i].y)


@inner
def _toward(game: Game, i: int, long_axis: bool) -> tuple[int, int]:
    """The step towards the player, along the longer or the shorter way."""
    dx = game.objects[0].x - game.objects[i].x
    dy = game.objects[0].y - game.objects[i].y
    if (abs(dx) > abs(dy)) == long_axis:
        return (dx > 0) - (dx < 0), 0
    return 0, (dy > 0) - (dy < 0)


@inner
def _update_zombie(game: Game, i: int) -> None:
    zombie = game.objects[i]
    if _distance(game, i) <= 8 and uniform(game) < 0.9:
        dx, dy = _toward(game, i, uniform(game) < 0.8)
        move_object(game, i, dx, dy)
    else:
        _stray(game, i)
    if _distance(game, i) <= 1:
        if zombie.counter > 0:
            zombie.counter -= 1
        else:
            hurt_player(game, 7 if game.sleeping else 2)
            zombie.counter = 5


@inner
def _update_skeleton(game: Game, i: int) -> None:
    skeleton = game.objects[i]
    skeleton.counter = max(0, skeleton.counter - 1)
    distance = _distance(game, i)
    if distance <= 3:
        dx, dy = _toward(game, i, uniform(game) < 0.6)
        if move_object(game, i, -dx, -dy):
            return
    if distance <= 5 and uniform(game) < 0.5:
        _shoot(game, i)
    elif distance <= 8 and uniform(game) < 0.3:
        dx, dy = _toward(game, i, uniform(game) < 0.6)
        move_object(game, i, dx, dy)
    elif uniform(game) < 0.2:
        _stray(game, i)


@inner
def _shoot(game: Game, i: int) -> None:
    skeleton = game.objects[i]
    dx, dy = _toward(game, i, _LONG_AXIS)
    if skeleton.counter > 0 or (dx == 0 and dy == 0):
        return
    x, y = skeleton.x + dx, skeleton.y + dy
    if is_free(game, x, y, ARROW_WALKABLE):
        row = add_object(game, ARROW, x, y)
        game.objects[row].dx = dx
        game.objects[row].dy = dy
        skeleton.counter = 4


@inner
def _update_arrow(game: Game, i: int) -> None:
    arrow = game.objects[i]
    x, y = arrow.x + arrow.dx, arrow.y + arrow.dy
    if not inside(x, y):
        remove_object(game, i)
        return
    row = game.rows_at[x, y] - 1
    material = game.materials[x, y]
    if row >= 0:
        if row == 0:
            hurt_player(game, _ARROW_DAMAGE)
        else:
            hurt_object(game, row, _ARROW_DAMAGE)
        remove_object(game, i)
    elif (ARROW_WALKABLE >> material) & 1 == 1:
        move_object(game, i, arrow.dx, arrow.dy)
    else:
        remove_object(game, i)
        if material in (TABLE, FURNACE):
            game.materials[x, y] = PATH


@inner
def _update_plant(game: Game, i: int) -> None:
    plant = game.objects[i]
    plant.counter += 1
    for way in range(4):
        x, y = plant.x + DX[way], plant.y + DY[way]
        if inside(x, y) and game.rows_at[x, y] > 0:
            kind = game.objects[game.rows_at[x, y] - 1].kind
            if kind in (ZOMBIE, SKELETON, COW):
                plant.health = max(0, plant.health - 1)
                break
    if plant.health <= 0:
        remove_object(game, i)
