"""The player's turn: what an action does, and how hunger, thirst, tiredness and health change.

Source:
    ``Player`` in ``crafter/objects.py``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.crafter.compiled import rules
from envs.crafter.compiled.creatures import RIPE_AGE
from envs.crafter.compiled.generator import uniform
from envs.crafter.compiled.objects import add_object, hurt_object, inside, move_object
from envs.crafter.compiled.rules import COW, DRINK, ENERGY, FOOD, HEALTH, N_ITEMS, PLANT, SKELETON, ZOMBIE
from envs.crafter.compiled.state import HEIGHT, WIDTH, Game
from envs.grid.compiling import inner, integer

HUNGER, THIRST, RECOVER = range(3)
"""Entries of `Game.halved`."""
_ROW = integer(0)
"""The player's row in the table of objects."""


@inner
def update_player(game: Game, action: int) -> None:
    """Let the player have its turn with an action, 0..len(ACTIONS) - 1."""
    kind, which = rules.ACTION_KIND[action], rules.ACTION_WHICH[action]
    if game.sleeping:
        if game.inventory[ENERGY] < rules.MOST_ENERGY:
            kind = rules.SLEEP
        else:
            game.sleeping = 0
            game.achievements[rules.WAKE_UP] += 1
    if kind == rules.MOVE:
        _move(game, which)
    elif kind == rules.DO:
        _do(game)
    elif kind == rules.SLEEP:
        if game.inventory[ENERGY] < rules.MOST_ENERGY:
            game.sleeping = 1
    elif kind == rules.PLACE:
        _place(game, which)
    elif kind == rules.MAKE:
        _make(game, which)
    _live(game)
    _recover(game)
    for item in range(N_ITEMS):
        game.inventory[item] = max(0, min(game.inventory[item], rules.MOST[item]))
    if game.inventory[HEALTH] < game.felt_health:
        game.sleeping = 0
    game.felt_health = game.inventory[HEALTH]


@inner
def _move(game: Game, way: int) -> None:
    game.facing_x = rules.DX[way]
    game.facing_y = rules.DY[way]
    move_object(game, _ROW, game.facing_x, game.facing_y)
    if game.materials[game.objects[0].x, game.objects[0].y] == rules.LAVA:
        game.inventory[HEALTH] = 0


@inner
def _do(game: Game) -> None:
    """Act on the cell in front: on the object there, else on its material."""
    x, y = game.objects[0].x + game.facing_x, game.objects[0].y + game.facing_y
    if inside(x, y):
        if game.rows_at[x, y] > 0:
            _do_object(game, game.rows_at[x, y] - 1)
        else:
            _collect(game, x, y)


@inner
def _do_object(game: Game, i: int) -> None:
    thing = game.objects[i]
    if thing.kind == PLANT:
        if thing.counter > RIPE_AGE:
            thing.counter = 0
            game.inventory[FOOD] += 4
            game.achievements[rules.EAT_PLANT] += 1
        return
    if thing.kind != ZOMBIE and thing.kind != SKELETON and thing.kind != COW:
        return
    damage = 1
    if game.inventory[rules.WOOD_SWORD] != 0:
        damage = 2
    if game.inventory[rules.STONE_SWORD] != 0:
        damage = 3
    if game.inventory[rules.IRON_SWORD] != 0:
        damage = 5
    hurt_object(game, i, damage)
    if thing.health > 0:
        return
    if thing.kind == ZOMBIE:
        game.achievements[rules.DEFEAT_ZOMBIE] += 1
    elif thing.kind == SKELETON:
        game.achievements[rules.DEFEAT_SKELETON] += 1
    else:
        game.inventory[FOOD] += 6
        game.achievements[rules.EAT_COW] += 1
        game.hunger = 0
        game.halved[HUNGER] = 0


@inner
def _has(game: Game, needs: NDArray[np.int64], row: int) -> bool:
    """Whether the player carries what a row of `needs` says."""
    for item in range(N_ITEMS):  # noqa: SIM110 (numba knows no generators here)
        if game.inventory[item] < needs[row, item]:
            return False
    return True


@inner
def _spend(game: Game, needs: NDArray[np.int64], row: int) -> None:
    for item in range(N_ITEMS):
        game.inventory[item] -= needs[row, item]


@inner
def _collect(game: Game, x: int, y: int) -> None:
    material = integer(game.materials[x, y])
    if material == rules.WATER:
        game.thirst = 0
        game.halved[THIRST] = 0
    if (rules.COLLECTABLE >> material) & 1 == 0 or not _has(game, rules.COLLECT_NEEDS, material):
        return
    game.materials[x, y] = rules.COLLECT_LEAVES[material]
    if uniform(game) <= rules.COLLECT_CHANCE[material]:
        for item in range(N_ITEMS):
            if rules.COLLECT_GIVES[material, item] != 0:
                game.inventory[item] += rules.COLLECT_GIVES[material, item]
                game.achievements[rules.COLLECT_ACHIEVEMENT[item]] += 1


@inner
def _place(game: Game, which: int) -> None:
    x, y = game.objects[0].x + game.facing_x, game.objects[0].y + game.facing_y
    if not inside(x, y) or game.rows_at[x, y] > 0:
        return
    if (rules.PLACE_WHERE[which] >> game.materials[x, y]) & 1 == 0 or not _has(
        game, rules.PLACE_NEEDS, which
    ):
        return
    _spend(game, rules.PLACE_NEEDS, which)
    if rules.PLACE_MATERIAL[which] > 0:
        game.materials[x, y] = rules.PLACE_MATERIAL[which]
    else:
        add_object(game, PLANT, x, y)
    game.achievements[rules.PLACE_ACHIEVEMENT[which]] += 1


@inner
def _nearby(game: Game) -> int:
    """The set of materials within one cell of the player.

    Empty on the first column and the first row: there the original's slice begins at -1, and is empty.
    """
    px, py = game.objects[0].x, game.objects[0].y
    found = 0
    if px > 0 and py > 0:
        for x in range(px - 1, min(WIDTH, px + 2)):
            for y in range(py - 1, min(HEIGHT, py + 2)):
                found |= 1 << game.materials[x, y]
    return found


@inner
def _make(game: Game, which: int) -> None:
    needed = rules.MAKE_NEARBY[which]
    if _nearby(game) & needed != needed or not _has(game, rules.MAKE_NEEDS, which):
        return
    _spend(game, rules.MAKE_NEEDS, which)
    game.inventory[rules.MAKE_ITEM[which]] += rules.MAKE_NUMBER[which]
    game.achievements[rules.MAKE_ACHIEVEMENT[which]] += 1


@inner
def _live(game: Game) -> None:
    """Hunger, thirst and tiredness of one step; hunger and thirst count in halves."""
    points = 1 if game.sleeping else 2
    if game.sleeping:
        game.halved[HUNGER] = 1
        game.halved[THIRST] = 1
    game.hunger += points
    if game.hunger > 50:
        game.hunger = 0
        game.halved[HUNGER] = 0
        game.inventory[FOOD] -= 1
    game.thirst += points
    if game.thirst > 40:
        game.thirst = 0
        game.halved[THIRST] = 0
        game.inventory[DRINK] -= 1
    game.fatigue = min(game.fatigue - 1, 0) if game.sleeping else game.fatigue + 1
    if game.fatigue < -10:
        game.fatigue = 0
        game.inventory[ENERGY] += 1
    if game.fatigue > 30:
        game.fatigue = 0
        game.inventory[ENERGY] -= 1


@inner
def _recover(game: Game) -> None:
    """Health comes back while nothing is lacking, and goes while something is; counted in halves."""
    fed = game.inventory[FOOD] > 0 and game.inventory[DRINK] > 0
    if fed and (game.inventory[ENERGY] > 0 or game.sleeping):
        game.recover += 4 if game.sleeping else 2
    elif game.sleeping:
        game.recover -= 1
        game.halved[RECOVER] = 1
    else:
        game.recover -= 2
    if game.recover > 50:
        game.recover = 0
        game.halved[RECOVER] = 0
        game.inventory[HEALTH] = max(0, game.inventory[HEALTH] + 1)
    if game.recover < -30:
        game.recover = 0
        game.halved[RECOVER] = 0
        game.inventory[HEALTH] = max(0, game.inventory[HEALTH] - 1)
