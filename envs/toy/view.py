"""What the toy player perceives: the policy's input, the caption and the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.facts import FAR
from envs.game import Focus
from envs.toy.meadow import BENCH, DIRECTIONS, EDGE, LAVA, PAD, SIDE, STRIDE, TILE_NAMES, Meadow, column_row
from envs.toy.spec import MAX_COUNT, THINGS, TILE_PLANES, VIEW, VIEW_SIZE

_PLANES: Final = np.vstack([np.zeros((1, TILE_PLANES)), np.eye(TILE_PLANES)]).astype(np.float32)
_NO_STEP: Final = (0.0, 0.0, 0.0, 0.0)
_WAYS: Final = ("left", "right", "up", "down")
_COLOURS: Final = np.array(
    [
        (126, 186, 96),
        (34, 98, 46),
        (132, 132, 138),
        (150, 98, 52),
        (92, 212, 226),
        (226, 86, 32),
        (60, 60, 60),
        (244, 214, 90),
    ],
    dtype=np.uint8,
)
_PLAYER_COLOUR: Final = 7
_SQUARE: Final = 8
"""Pixels per square before scaling."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to perceive.

    Attributes:
        player: the player's cell.
        facing: index into `DIRECTIONS`.
        inventory: wood, stone, pick, gem.
        time_used: share of the episode that is over, 0..1.
    """

    meadow: Meadow
    player: int
    facing: int
    inventory: Sequence[int]
    time_used: float


def encode(scene: Scene, focus: Focus, out: NDArray[np.float32]) -> None:
    """Write the 5x5 view, the player's own state and the focus into ``out: float32[encoding_size]``."""
    y, x = divmod(scene.player, STRIDE)
    reach = VIEW // 2
    crop = scene.meadow.tiles[y - reach : y + reach + 1, x - reach : x + reach + 1]
    out[:VIEW_SIZE] = _PLANES[crop].ravel()
    out[VIEW_SIZE:] = _self_features(scene) + _focus_features(scene, focus)


def _self_features(scene: Scene) -> list[float]:
    front = scene.meadow.cells[scene.player + DIRECTIONS[scene.facing]]
    wood, stone, pick, _ = scene.inventory
    beside_bench = scene.meadow.field((BENCH,))[scene.player] == 0
    return [
        *(float(way == scene.facing) for way in range(4)),
        *(float(tile == front) for tile in range(1, TILE_PLANES + 1)),
        *(amount / MAX_COUNT for amount in scene.inventory),
        float(wood > 0),
        float(stone > 0),
        float(pick > 0),
        float(beside_bench),
        scene.time_used,
    ]


def _focus_features(scene: Scene, focus: Focus) -> list[float]:
    sought = [float(thing in focus.seek) for thing in THINGS]
    tiles = tuple(tile for tile, wanted in enumerate(sought, start=1) if wanted)
    places = [cell for tile in tiles for cell in scene.meadow.places(tile)]
    if not places:
        return [*sought, 0.0, 0.0, 0.0, 1.0, *_NO_STEP, 0.0, 0.0]
    distance = scene.meadow.field(tiles)[scene.player]
    px, py = column_row(scene.player)
    dx, dy = min(
        ((cx - px, cy - py) for cx, cy in map(column_row, places)), key=lambda d: (abs(d[0]) + abs(d[1]), d)
    )
    in_front = scene.meadow.cells[scene.player + DIRECTIONS[scene.facing]] in tiles
    return [
        *sought,
        1.0,
        float(distance == 0),
        float(in_front),
        min(distance / (2 * SIDE), 1.0),
        *_first_step(scene, tiles, distance),
        dx / SIDE,
        dy / SIDE,
    ]


def _first_step(scene: Scene, tiles: tuple[int, ...], distance: int) -> Sequence[float]:
    """One-hot over left, right, up, down: the way to walk, or to turn when the thing is beside the player."""
    if distance == FAR:
        return _NO_STEP
    cells, field = scene.meadow.cells, scene.meadow.field(tiles)
    for way in (scene.facing, 0, 1, 2, 3):
        cell = scene.player + DIRECTIONS[way]
        if (cells[cell] in tiles) if distance == 0 else (field[cell] == distance - 1):
            return [float(way == other) for other in range(4)]
    return _NO_STEP


def caption(scene: Scene) -> str:
    """Where the player is, what is in front, what is carried and what is around, in words."""
    column, row = column_row(scene.player)
    front = scene.meadow.cells[scene.player + DIRECTIONS[scene.facing]]
    names = ("wood", "stone", "pick", "gem")
    carried = [f"{amount} {name}" for amount, name in zip(scene.inventory, names, strict=True) if amount]
    seen = [_sighting(scene, tile) for tile in range(1, LAVA + 1) if scene.meadow.places(tile)]
    return (
        f"You stand in column {column + 1}, row {row + 1} of a 9 by 9 meadow, facing {_WAYS[scene.facing]} "
        f"towards {TILE_NAMES[front]}.\n"
        f"You carry {', '.join(carried) or 'nothing'}.\n"
        f"You see {', '.join(seen) or 'only grass'}."
    )


def _sighting(scene: Scene, tile: int) -> str:
    count, name = len(scene.meadow.places(tile)), TILE_NAMES[tile]
    distance = scene.meadow.field((tile,))[scene.player]
    where = "out of reach" if distance == FAR else "beside you" if distance == 0 else f"{distance} steps away"
    return f"{count} {name} (nearest {where})"


def picture(scene: Scene, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The meadow from above, ``uint8[height, width, 3]`` for ``size = (width, height)``, RGB."""
    inner = slice(PAD, PAD + SIDE)
    codes = np.kron(scene.meadow.tiles[inner, inner], np.ones((_SQUARE, _SQUARE), dtype=np.uint8))
    column, row = column_row(scene.player)
    top, left = row * _SQUARE, column * _SQUARE
    codes[top + 1 : top + 7, left + 1 : left + 7] = _PLAYER_COLOUR
    nose = [(3, 1), (3, 6), (1, 3), (6, 3)][scene.facing]
    codes[top + nose[0] : top + nose[0] + 2, left + nose[1] : left + nose[1] + 2] = EDGE
    width, height = size
    rows = np.arange(height) * codes.shape[0] // height
    columns = np.arange(width) * codes.shape[1] // width
    image: NDArray[np.uint8] = _COLOURS[codes[rows[:, None], columns[None, :]]]
    return image
