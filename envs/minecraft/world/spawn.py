"""Where the player and the first mobs come into the world."""

from __future__ import annotations

import math
from typing import Any

from envs.minecraft.world.compiled import calls
from envs.minecraft.world.played import Played
from envs.minecraft.world.readings import state_at
from envs.minecraft.world.tables.blocks import COLLIDES, STATES
from envs.minecraft.world.tables.mobs import MOB

_SHIFT = 96
_TRIES = 24


def place_player(game: Played) -> None:
    """Put the player where the start says, else on dry land near the middle of the world."""
    world: Any = game.record[0]
    if game.start.position is not None:
        world["x"], world["y"], world["z"], world["yaw"], world["pitch"] = game.start.position
        game.load_land()
    else:
        for attempt in range(_TRIES):
            middle = attempt * _SHIFT * (1 if attempt % 2 else -1) // 2 * 2
            world["x"], world["z"] = middle + 0.5, 0.5
            game.load_land()
            column = _dry_column(world, middle)
            if column is not None:
                x, y, z = column
                world["x"], world["y"], world["z"] = x + 0.5, float(y), z + 0.5
                break
        else:
            world["y"] = 80.0
        game.load_land()
    world["home_x"], world["home_y"], world["home_z"] = world["x"], world["y"], world["z"]


def _dry_column(world: Any, middle: int) -> tuple[int, int, int] | None:
    """The column nearest to the middle where somebody can stand in the open."""
    reach = range(-24, 25)
    for _, i, k in sorted((max(abs(i), abs(k)), i, k) for i in reach for k in reach):
        x, z = middle + i, k
        top = surface(world, x, z)
        if top is not None:
            return x, top, z
    return None


def surface(world: Any, x: int, z: int) -> int | None:
    """The layer in which somebody can stand in the open, with ground below that is no tree or water."""
    layer = 127
    while layer > 1 and not COLLIDES[state_at(world, x, layer, z)]:
        if (
            "water" in STATES[state_at(world, x, layer, z)].name
            or "lava" in STATES[state_at(world, x, layer, z)].name
        ):
            return None
        layer -= 1
    ground = STATES[state_at(world, x, layer, z)]
    if layer <= 1 or ground.material.name in ("leaves", "cactus", "pad", "wood"):
        return None
    return layer + 1


def place_mobs(game: Played, mobs: tuple[str, ...], low: int, high: int) -> None:
    """Have mobs stand around the player, between two distances along x and z."""
    for mob in mobs:
        summon_near(game, mob, low, high)


def summon_near(game: Played, mob: str, low: int, high: int) -> bool:
    """Have a mob stand near the player, on the ground where there is some; returns whether there was room."""
    world: Any = game.record[0]
    x, y, z = game.position
    numbers = calls.draw_numbers(game.record, 4)
    away = [low + int(n * (high - low + 1)) for n in numbers[:2].tolist()]
    at_x = math.floor(x) + (away[0] if numbers[2] < 0.5 else -away[0])
    at_z = math.floor(z) + (away[1] if numbers[3] < 0.5 else -away[1])
    layer = surface(world, at_x, at_z)
    at_y = y if layer is None else float(layer)
    return calls.summon(game.record, MOB[mob].number, at_x + 0.5, at_y, at_z + 0.5) >= 0
