"""Draws a compiled game out of the package's textures: what the package's own code draws, pixel for pixel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from crafter import constants, engine
from numpy.typing import NDArray

from envs.crafter.compiled.rules import (
    ARROW,
    COW,
    ITEMS,
    MATERIALS,
    PLANT,
    REMOVED,
    SKELETON,
    ZOMBIE,
)
from envs.crafter.compiled.shade import shade
from envs.crafter.engine import AREA, LOCAL, VIEW

RIPE_AFTER = 300
"""Age of a plant above which it is drawn ripe, as in ``crafter.objects.Plant.ripe``."""

MOST_SHOWN = 9
"""The largest number of a thing that is carried."""
OUTSIDE_GREY = 127
"""What is drawn outside of the world."""
DARK_BELOW, DARKEST_WITHIN, NOISE = 0.5, 0.5, (32, 127)
"""Daylight below which there is noise, how wide it stays clear around the player, the noise's range."""
OBJECT_TEXTURES = (
    "cow", "zombie", "skeleton", "plant", "plant-ripe", "arrow-left", "arrow-right", "arrow-up", "arrow-down",
    "player-left", "player-right", "player-up", "player-down", "player-sleep",
)  # fmt: skip

_NOTHING = np.zeros((0, 0))
_TEXTURES = {int(COW): "cow", int(ZOMBIE): "zombie", int(SKELETON): "skeleton"}
_SIDES = {(-1, 0): "left", (1, 0): "right", (0, -1): "up", (0, 1): "down"}


@dataclass(frozen=True, slots=True)
class _Tiles:
    """What pictures with cells of one size are put together from; as in the package, columns come first.

    Attributes:
        unit: width and height of a cell in pixels.
        ground: uint8[materials + 2, width, height, 3], by material; the last is outside of the world.
        things: textures of objects by name, uint8[width, height, 3 or 4].
        carried: uint8[items, 10, width, height, 3], by item and number.
        vignette: float64[columns of pixels, rows of pixels], where the night is darkest.
    """

    unit: tuple[int, int]
    ground: NDArray[np.uint8]
    things: dict[str, NDArray[np.uint8]]
    carried: NDArray[np.uint8]
    vignette: NDArray[np.float64]


@cache
def _textures() -> Any:
    """Read from files with the first picture."""
    return engine.Textures(constants.root / "assets")


@lru_cache(8)
def _tiles(unit: tuple[int, int]) -> _Tiles:
    textures = _textures()
    outside = np.full((*unit, 3), OUTSIDE_GREY, np.uint8)
    ground = [textures.get(name, unit)[..., :3] for name in (None, *MATERIALS)]
    view = engine.LocalView(SimpleNamespace(area=AREA), textures, LOCAL)
    vignette = view._vignette((LOCAL[0] * unit[0], LOCAL[1] * unit[1], 3), DARKEST_WITHIN)
    return _Tiles(
        unit=unit,
        ground=np.stack([*ground, outside]),
        things={name: textures.get(name, unit) for name in OBJECT_TEXTURES},
        carried=_carried(textures, unit),
        vignette=np.ascontiguousarray(vignette),
    )


def _carried(textures: Any, unit: tuple[int, int]) -> NDArray[np.uint8]:
    """Every cell of the rows that show what is carried: uint8[items, 10, width, height, 3]."""
    shape = VIEW[0], VIEW[1] - LOCAL[1]
    view = engine.ItemView(textures, shape)
    out = np.zeros((len(ITEMS), MOST_SHOWN + 1, *unit, 3), np.uint8)
    for number in range(1, MOST_SHOWN + 1):
        rows = view(dict.fromkeys(ITEMS, number), unit)
        cells = rows.reshape(shape[0], unit[0], shape[1], unit[1], 3).transpose(2, 0, 1, 3, 4)
        out[:, number] = cells.reshape(-1, *unit, 3)[: len(ITEMS)]
    return out


def draw(game: Any, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture of a record (GAME_DTYPE), ``uint8[height, width, 3]`` for ``size = (width, height)``."""
    unit = size[0] // VIEW[0], size[1] // VIEW[1]
    canvas = np.zeros((*size, 3), np.uint8)
    if min(unit) > 0:
        tiles = _tiles(unit)
        view = np.concatenate([_land(game, tiles), _bars(game, tiles)], axis=1)
        x, y = ((whole - drawn) // 2 for whole, drawn in zip(size, view.shape, strict=False))
        canvas[x : x + view.shape[0], y : y + view.shape[1]] = view
    return canvas.transpose(1, 0, 2)


def _land(game: Any, tiles: _Tiles) -> NDArray[np.uint8]:
    """The cells around the player, as bright as the hour makes them."""
    player = game["objects"][0]
    left, top = int(player["x"]) - LOCAL[0] // 2, int(player["y"]) - LOCAL[1] // 2
    numbers = np.full(LOCAL, len(tiles.ground) - 1, np.int64)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + LOCAL[0], AREA[0]), min(top + LOCAL[1], AREA[1])
    numbers[x0 - left : x1 - left, y0 - top : y1 - top] = game["materials"][x0:x1, y0:y1]
    canvas = _joined(tiles.ground[numbers])
    for place, texture in _in_view(game, left, top):
        engine._draw_alpha(canvas, np.array(place) * tiles.unit, tiles.things[texture])
    daylight = float(game["daylight"])
    noise, mask = _NOTHING, _NOTHING
    if daylight < DARK_BELOW:
        noise = _random(game).uniform(*NOISE, canvas.shape[:2])
        mask = 2 * (DARK_BELOW - daylight) * tiles.vignette
    return shade(canvas, noise, mask, daylight, bool(game["sleeping"]))


def _bars(game: Any, tiles: _Tiles) -> NDArray[np.uint8]:
    """The rows below, with what is carried."""
    columns, rows = VIEW[0], VIEW[1] - LOCAL[1]
    cells = np.zeros((rows * columns, *tiles.unit, 3), np.uint8)
    cells[: len(ITEMS)] = tiles.carried[np.arange(len(ITEMS)), game["inventory"]]
    return _joined(cells.reshape(rows, columns, *tiles.unit, 3).transpose(1, 0, 2, 3, 4))


def _joined(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cells beside each other: [columns, rows, width, height, 3] to [columns * width, rows * height, 3]."""
    columns, rows, width, height, _ = cells.shape
    return cells.transpose(0, 2, 1, 3, 4).reshape(columns * width, rows * height, 3)


def _random(game: Any) -> np.random.RandomState:
    """The game's random stream as it stands, for the noise of the night; the game's own stays."""
    random = np.random.RandomState(0)
    position, has_gauss, gauss = (game[name] for name in ("position", "has_gauss", "gauss"))
    random.set_state(("MT19937", game["key"], int(position), int(has_gauss), float(gauss)))
    return random


def player_texture(game: Any) -> str:
    """The name of the texture that the player of a record is drawn with."""
    facing = int(game["facing_x"]), int(game["facing_y"])
    return "player-sleep" if game["sleeping"] else f"player-{_SIDES[facing]}"


def _in_view(game: Any, left: int, top: int) -> list[tuple[tuple[int, int], str]]:
    """Cells and textures of the player and of what else is in view, in the order that they are drawn in."""
    rows = game["objects"][: int(game["n_rows"])]
    x, y = rows["x"] - left, rows["y"] - top
    seen = (x >= 0) & (x < LOCAL[0]) & (y >= 0) & (y < LOCAL[1]) & (rows["kind"] != REMOVED)
    seen[0] = False
    middle = int(x[0]), int(y[0])
    others = [((int(x[i]), int(y[i])), object_texture(rows[i])) for i in np.flatnonzero(seen).tolist()]
    return [(middle, player_texture(game)), *others]


def object_texture(row: Any) -> str:
    """The name of the texture that an object is drawn with; `row` is one of the record's objects."""
    kind = int(row["kind"])
    if kind == ARROW:
        return f"arrow-{_SIDES[int(row['dx']), int(row['dy'])]}"
    if kind == PLANT:
        return "plant-ripe" if int(row["counter"]) > RIPE_AFTER else "plant"
    return _TEXTURES[kind]
