"""The unmodified Crafter behind Gymnasium, with pixels or with symbols: what a plain training starts from."""

from __future__ import annotations

import time
from typing import Any

import crafter
import gymnasium
import numpy as np
from crafter import constants, objects
from gymnasium import spaces
from numpy.typing import NDArray

VIEW = (9, 7)
CREATURES = (objects.Zombie, objects.Skeleton, objects.Cow, objects.Plant, objects.Arrow)
MATERIALS = len(constants.materials) + 1
"""Kinds of ground, what lies outside the map included (0)."""
SYMBOLS = VIEW[0] * VIEW[1] * (MATERIALS + len(CREATURES)) + len(constants.items)
"""Length of `symbols`."""


class PlainCrafter(gymnasium.Env[NDArray[Any], np.int64]):
    """``crafter.Env`` in Gymnasium's form: 64 by 64 pixels, its own reward and length.

    Args:
        seed: of the first episode; every reset starts the next one, as in ``crafter.Env``.

    Attributes:
        making_seconds: wall time of all resets so far.
    """

    def __init__(self, seed: int = 0) -> None:
        self.game = crafter.Env(seed=seed)
        self.making_seconds = 0.0
        self.observation_space: spaces.Space[NDArray[Any]] = spaces.Box(0, 255, (64, 64, 3), np.uint8)
        self.action_space: spaces.Space[np.int64] = spaces.Discrete(len(constants.actions))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Start the next episode; a seed given here would change nothing in ``crafter.Env``."""
        del seed, options
        start = time.perf_counter()
        picture = self.game.reset()
        self.making_seconds += time.perf_counter() - start
        return self.observe(picture), {}

    def step(self, action: np.int64) -> tuple[NDArray[Any], float, bool, bool, dict[str, Any]]:
        """One step."""
        picture, reward, done, info = self.game.step(int(action))
        dead = done and info["discount"] == 0
        return self.observe(picture), float(reward), dead, done and not dead, {}

    def observe(self, picture: Any) -> NDArray[Any]:
        """What the network is given for a picture."""
        return np.asarray(picture)


class SymbolicCrafter(PlainCrafter):
    """The same without drawing: the 9 by 7 cells in view one-hot, and what is carried."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        stop_drawing(self.game)
        self.observation_space = spaces.Box(0, 1, (SYMBOLS,), np.float32)

    def observe(self, picture: Any) -> NDArray[Any]:
        """See `symbols`."""
        return symbols(self.game)


def stop_drawing(game: Any) -> None:
    """Make a ``crafter.Env`` return nothing instead of a picture and a map of everything."""
    game._obs = lambda: None
    game._sem_view = lambda: None


def symbols(game: Any) -> NDArray[np.float32]:
    """The local view of a ``crafter.Env`` one-hot (ground, then creatures), and the inventory over 9."""
    world, player = game._world, game._player
    cells = np.zeros((*VIEW, MATERIALS + len(CREATURES)), np.float32)
    left, top = int(player.pos[0]) - VIEW[0] // 2, int(player.pos[1]) - VIEW[1] // 2
    columns = slice(max(0, left), min(world.area[0], left + VIEW[0]))
    rows = slice(max(0, top), min(world.area[1], top + VIEW[1]))
    ground = np.zeros(VIEW, np.intp)
    x0, y0 = columns.start - left, rows.start - top
    inside = world._mat_map[columns, rows]
    ground[x0 : x0 + inside.shape[0], y0 : y0 + inside.shape[1]] = inside
    np.put_along_axis(cells, ground[:, :, None], 1.0, axis=2)
    present = world._obj_map[columns, rows]
    for x, y in zip(*np.nonzero(present), strict=True):
        kind = type(world._objects[present[x, y]])
        if kind in CREATURES:
            cells[x0 + x, y0 + y, MATERIALS + CREATURES.index(kind)] = 1.0
    carried = np.array([player.inventory[name] for name in constants.items], np.float32) / 9
    return np.concatenate([cells.ravel(), carried])
