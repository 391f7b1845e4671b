"""Draws a compiled game with the package's own code, pixel for pixel, without building an engine for it."""

from __future__ import annotations

import threading
from functools import cache
from types import SimpleNamespace
from typing import Any

import crafter
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
from envs.crafter.engine import AREA, LOCAL, VIEW

RIPE_AFTER = 300
"""Age of a plant above which it is drawn ripe, as in ``crafter.objects.Plant.ripe``."""

_TEXTURES = {int(COW): "cow", int(ZOMBIE): "zombie", int(SKELETON): "skeleton"}
_SIDES = {(-1, 0): "left", (1, 0): "right", (0, -1): "up", (0, 1): "down"}


class _Scene:
    """What ``crafter.engine.LocalView`` looks at of a world.

    Args:
        game: GAME_DTYPE, one record.
        objects: what stands in view.
    """

    area = AREA

    def __init__(self, game: Any, objects: list[SimpleNamespace]) -> None:
        self.objects = objects
        self.daylight = float(game["daylight"])
        self._game = game
        self._materials = game["materials"]

    def __getitem__(self, pos: NDArray[np.integer]) -> tuple[str | None, None]:
        material = int(self._materials[pos[0], pos[1]])
        return (MATERIALS[material - 1] if material else None), None

    @property
    def random(self) -> np.random.RandomState:
        """The game's random stream as it stands, for the noise of the night; the game's own stays."""
        random = np.random.RandomState(0)
        position, has_gauss, gauss = (self._game[name] for name in ("position", "has_gauss", "gauss"))
        random.set_state(("MT19937", self._game["key"], int(position), int(has_gauss), float(gauss)))
        return random


class _Brushes(threading.local):
    """The package's views, one pair per thread, since they remember what they draw."""

    def __init__(self) -> None:
        textures = engine.Textures(constants.root / "assets")
        rows = int(np.ceil(len(constants.items) / VIEW[0]))
        self.local = engine.LocalView(SimpleNamespace(area=AREA), textures, [VIEW[0], VIEW[1] - rows])
        self.items = engine.ItemView(textures, [VIEW[0], rows])


@cache
def _brushes() -> _Brushes:
    """Made with the first picture: the textures are read from files."""
    return _Brushes()


def draw(game: Any, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture of a record (GAME_DTYPE), ``uint8[height, width, 3]`` for ``size = (width, height)``."""
    brushes, player = _brushes(), _player(game)
    brushes.local._world = _Scene(game, _in_view(game, player))
    painter = SimpleNamespace(
        _size=np.array(size), _view=np.array(VIEW), _player=player,
        _local_view=brushes.local, _item_view=brushes.items,
    )  # fmt: skip
    return np.asarray(crafter.Env.render(painter), np.uint8)


def player_texture(game: Any) -> str:
    """The name of the texture that the player of a record is drawn with."""
    facing = int(game["facing_x"]), int(game["facing_y"])
    return "player-sleep" if game["sleeping"] else f"player-{_SIDES[facing]}"


def _player(game: Any) -> SimpleNamespace:
    row = game["objects"][0]
    return SimpleNamespace(
        pos=np.array([row["x"], row["y"]]),
        sleeping=bool(game["sleeping"]),
        inventory=dict(zip(ITEMS, game["inventory"].tolist(), strict=True)),
        texture=player_texture(game),
    )


def _in_view(game: Any, player: SimpleNamespace) -> list[SimpleNamespace]:
    """The player, and every other object near enough to be drawn."""
    rows = game["objects"][1 : int(game["n_rows"])]
    x, y = player.pos
    near = (np.abs(rows["x"] - x) <= LOCAL[0] // 2) & (np.abs(rows["y"] - y) <= LOCAL[1] // 2)
    seen = rows[near & (rows["kind"] != REMOVED)]
    return [
        player,
        *(SimpleNamespace(pos=np.array([r["x"], r["y"]]), texture=object_texture(r)) for r in seen),
    ]


def object_texture(row: Any) -> str:
    """The name of the texture that an object is drawn with; `row` is one of the record's objects."""
    kind = int(row["kind"])
    if kind == ARROW:
        return f"arrow-{_SIDES[int(row['dx']), int(row['dy'])]}"
    if kind == PLANT:
        return "plant-ripe" if int(row["counter"]) > RIPE_AFTER else "plant"
    return _TEXTURES[kind]
