"""Where the player and the first mobs come into the world."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.world.compiled import calls
from envs.minecraft.world.played import Played
from envs.minecraft.world.state import LAYERS, WINDOW
from envs.minecraft.world.tables.blocks import COLLIDES, STATES
from envs.minecraft.world.tables.mobs import MOB

_SHIFT = 96
_TRIES = 24
_REACH = 24
"""Columns to each side of the middle in which a place to stand is looked for."""

_LIQUID = np.zeros(256, np.bool_)
_NO_GROUND = np.zeros(256, np.bool_)
for _block in STATES:
    _LIQUID[_block.number] = "water" in _block.name or "lava" in _block.name
    _NO_GROUND[_block.number] = _block.material.name in ("leaves", "cactus", "pad", "wood")


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
    side = np.arange(-_REACH, _REACH + 1)
    tops = _surfaces(world["blocks"][np.ix_((middle + side) % WINDOW, side % WINDOW)])
    found = np.argwhere(tops >= 0)
    if not len(found):
        return None
    i, k = min(found.tolist(), key=lambda place: (max(abs(place[0] - _REACH), abs(place[1] - _REACH)), place))
    return middle + i - _REACH, int(tops[i, k]), k - _REACH


def surface(world: Any, x: int, z: int) -> int | None:
    """The layer in which somebody can stand in the open, with ground below that is no tree or water."""
    top = int(_surfaces(world["blocks"][x % WINDOW, z % WINDOW]))
    return top if top >= 0 else None


def _surfaces(columns: NDArray[np.uint8]) -> NDArray[np.int64]:
    """`surface` of columns of states, uint8[..., LAYERS]; -1 for none."""
    ground = LAYERS - 1 - COLLIDES[columns][..., ::-1].argmax(-1)
    liquid = LAYERS - 1 - _LIQUID[columns][..., ::-1].argmax(-1)
    state = np.take_along_axis(columns, ground[..., None], -1)[..., 0]
    wet = _LIQUID[columns].any(-1) & (liquid > ground)
    none = ~COLLIDES[columns].any(-1) | wet | (ground <= 1) | _NO_GROUND[state]
    return np.where(none, -1, ground + 1)


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
