"""Crafter's picture as tiles: what stands in each of the 9 x 9 cells, the inventory's rows included."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from crafter import constants, engine
from numpy.typing import NDArray

from envs.crafter.compiled.rules import ITEMS, MATERIALS, REMOVED
from envs.crafter.engine import AREA, LOCAL, VIEW
from envs.crafter.picture import MOST_SHOWN, OBJECT_TEXTURES, OUTSIDE_GREY, object_texture, player_texture
from envs.tiles import TileSet

SIZE: Final = 32
"""Pixels of a tile's side."""


_OUTSIDE: Final = 1 + len(MATERIALS)
_FIRST_OBJECT: Final = _OUTSIDE + 1
_FIRST_ITEM: Final = _FIRST_OBJECT + len(OBJECT_TEXTURES)
_BLACK: Final = _FIRST_ITEM + len(ITEMS) * MOST_SHOWN
_OBJECT_TILES: Final = {name: _FIRST_OBJECT + i for i, name in enumerate(OBJECT_TEXTURES)}
_CELLS: Final = VIEW[0] * VIEW[1]


@cache
def tile_set() -> TileSet:
    """The textures: materials, outside of the world, objects, things carried with their number, black."""
    textures = engine.Textures(constants.root / "assets")
    drawn = [np.zeros((SIZE, SIZE, 4), np.uint8)]
    drawn += [_opaque(textures.get(name, (SIZE, SIZE))[..., :3]) for name in MATERIALS]
    drawn.append(_opaque(np.full((SIZE, SIZE, 3), OUTSIDE_GREY, np.uint8)))
    drawn += [_with_opacity(textures.get(name, (SIZE, SIZE))) for name in OBJECT_TEXTURES]
    drawn += [
        _item(textures, index, amount) for index in range(len(ITEMS)) for amount in range(1, MOST_SHOWN + 1)
    ]
    drawn.append(_opaque(np.zeros((SIZE, SIZE, 3), np.uint8)))
    upright = np.stack(drawn).transpose(0, 2, 1, 3)  # the package keeps pictures column by column
    return TileSet(columns=VIEW[0], rows=VIEW[1], textures=np.ascontiguousarray(upright), lit_rows=LOCAL[1])


def tiles(game: Any) -> NDArray[np.uint8]:
    """The picture of a record (`envs.crafter.compiled.state`), see `envs.tiles.TiledGame.tiles`."""
    out = np.zeros(2 * _CELLS + 2, np.uint8)
    ground, above = out[:_CELLS].reshape(VIEW[1], VIEW[0]), out[_CELLS:-2].reshape(VIEW[1], VIEW[0])
    player = game["objects"][0]
    left, top = int(player["x"]) - LOCAL[0] // 2, int(player["y"]) - LOCAL[1] // 2
    view = ground[: LOCAL[1]]
    view[:] = _OUTSIDE
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + LOCAL[0], AREA[0]), min(top + LOCAL[1], AREA[1])
    view[y0 - top : y1 - top, x0 - left : x1 - left] = game["materials"][x0:x1, y0:y1].T
    _write_objects(game, above, left, top)
    ground[LOCAL[1] :] = _BLACK
    _write_items(game["inventory"], above[LOCAL[1] :].reshape(-1))
    out[-2] = round(255 * float(game["daylight"]))
    out[-1] = int(game["sleeping"])
    return out


def _write_objects(game: Any, above: NDArray[np.uint8], left: int, top: int) -> None:
    rows = game["objects"][: int(game["n_rows"])]
    x, y = rows["x"] - left, rows["y"] - top
    seen = (x >= 0) & (x < LOCAL[0]) & (y >= 0) & (y < LOCAL[1]) & (rows["kind"] != REMOVED)
    seen[0] = False
    for i in np.flatnonzero(seen).tolist():
        above[y[i], x[i]] = _OBJECT_TILES[object_texture(rows[i])]
    above[y[0], x[0]] = _OBJECT_TILES[player_texture(game)]


def _write_items(inventory: NDArray[np.int64], out: NDArray[np.uint8]) -> None:
    for index, amount in enumerate(inventory.tolist()):
        if amount > 0:
            out[index] = _FIRST_ITEM + index * MOST_SHOWN + min(amount, MOST_SHOWN) - 1


def _opaque(texture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.dstack([texture, np.full(texture.shape[:2], 255, np.uint8)])


def _with_opacity(texture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return texture if texture.shape[-1] == 4 else _opaque(texture)


def _item(textures: Any, index: int, amount: int) -> NDArray[np.uint8]:
    """A thing carried and its number, as the package's own view of the inventory draws them."""
    view = engine.ItemView(textures, [1, 1])
    canvas = np.zeros((SIZE, SIZE, 3), np.uint8)
    view._item(canvas, 0, ITEMS[index], np.array((SIZE, SIZE)))
    view._amount(canvas, 0, amount, np.array((SIZE, SIZE)))
    return _opaque(canvas)
