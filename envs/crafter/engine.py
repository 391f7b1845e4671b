"""Crafter's own simulation, made reproducible and stepped without drawing.

Two things differ from ``crafter.Env``, and neither changes a rule:

- Chunks hold their objects in insertion order instead of in a ``set``, whose order follows memory
  addresses; that makes a seeded episode repeatable.
- A step draws nothing, and finds the objects near the player with one vectorised comparison.

`tests/envs/crafter/test_engine.py` plays both side by side and compares every cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import crafter
import numpy as np
from crafter import constants, engine, objects, worldgen
from numpy.typing import NDArray

AREA = (64, 64)
VIEW = (9, 9)
LOCAL = (9, 7)
CHUNK = (12, 12)
UPDATE_RADIUS = 2 * max(VIEW)
MATERIALS: tuple[str, ...] = tuple(constants.materials)
ACTIONS: tuple[str, ...] = tuple(constants.actions)


class OrderedSet:
    """The three operations that `crafter` uses of a chunk's set, in insertion order."""

    def __init__(self) -> None:
        self._items: dict[Any, None] = {}

    def add(self, item: Any) -> None:
        """Add at the end; nothing happens if it is there already."""
        self._items[item] = None

    def remove(self, item: Any) -> None:
        """Remove; `KeyError` if absent."""
        del self._items[item]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class OrderedWorld(engine.World):  # type: ignore[misc]
    """`crafter.engine.World` with ordered chunks and a table of object positions.

    Attributes:
        alive: index -> object, in order of creation (the order of the original's object list).
        positions: int32[capacity, 2], the position of the object with that index.
    """

    def reset(self, seed: int | None = None) -> None:
        """Empty the world and seed its generator."""
        super().reset(seed)
        self._chunks: defaultdict[tuple[int, ...], OrderedSet] = defaultdict(OrderedSet)
        self.alive: dict[int, Any] = {}
        self.positions: NDArray[np.int32] = np.full((256, 2), -1000, np.int32)

    @property
    def objects(self) -> list[Any]:
        """A new list of the living objects."""
        return list(self.alive.values())

    def add(self, obj: Any) -> None:
        """Add an object where its ``pos`` says."""
        super().add(obj)
        self.adopt(len(self._objects) - 1, obj)

    def adopt(self, index: int, obj: Any) -> None:
        """Add an object that is in the base class's tables already to `alive` and `positions`."""
        if index >= len(self.positions):
            grown = np.full((2 * len(self.positions), 2), -1000, np.int32)
            grown[: len(self.positions)] = self.positions
            self.positions = grown
        self.alive[index] = obj
        self.positions[index] = obj.pos

    def remove(self, obj: Any) -> None:
        """Remove an object; nothing happens if it is gone already."""
        if obj.removed:
            return
        index = int(self._obj_map[obj.pos[0], obj.pos[1]])
        super().remove(obj)
        del self.alive[index]
        self.positions[index] = -1000

    def move(self, obj: Any, pos: Any) -> None:
        """Move an object to a free cell."""
        if obj.removed:
            return
        index = int(self._obj_map[obj.pos[0], obj.pos[1]])
        super().move(obj, pos)
        self.positions[index] = obj.pos


class CrafterEngine(crafter.Env):  # type: ignore[misc]
    """`crafter.Env` without pixels. Use `begin` and `advance`; drawing is `draw`."""

    def __init__(self, length: int = 10_000) -> None:
        self._area = AREA
        self._view = np.array(VIEW)
        self._length = length
        self._seed = 0
        self._episode = 0
        self._step = 0
        self._world = OrderedWorld(AREA, constants.materials, CHUNK)
        self._player: Any = None
        self._unlocked: set[str] = set()
        self._last_health = 9
        self._views: Any = None

    @property
    def world(self) -> OrderedWorld:
        """The world."""
        return self._world

    @property
    def player(self) -> Any:
        """The player object."""
        return self._player

    @property
    def step_count(self) -> int:
        """Steps taken in this episode."""
        return int(self._step)

    @staticmethod
    def world_seed(seed: int) -> int:
        """The seed of the world's random generator in the first episode of ``crafter.Env(seed=seed)``."""
        return hash((seed, 1)) % (2**31 - 1)

    def begin(self, seed: int) -> None:
        """Generate the world of `seed`: the same as ``crafter.Env(seed=seed)`` after one reset."""
        self._seed, self._episode, self._step = seed, 1, 0
        self._world.reset(seed=self.world_seed(seed))
        self._update_time()
        self._player = objects.Player(self._world, (AREA[0] // 2, AREA[1] // 2))
        self._last_health = self._player.health
        self._world.add(self._player)
        self._unlocked = set()
        worldgen.generate_world(self._world, self._player)

    def advance(self, action: int) -> float:
        """One step; returns Crafter's own reward (achievements first reached, change of health)."""
        world, player = self._world, self._player
        self._step += 1
        self._update_time()
        player.action = ACTIONS[action]
        present = np.fromiter(world.alive, np.int64, len(world.alive))
        player.update()
        offsets = np.abs(world.positions[present[1:]] - np.asarray(player.pos, np.int32)).sum(1)
        alive = world.alive
        for index in present[1:][offsets < UPDATE_RADIUS].tolist():
            alive[index].update()
        if self._step % 10 == 0:
            for chunk, members in world.chunks.items():
                self._balance_chunk(chunk, members)
        return self._reward_now()

    def _reward_now(self) -> float:
        reward = (self._player.health - self._last_health) / 10
        self._last_health = self._player.health
        fresh = {name for name, count in self._player.achievements.items() if count > 0} - self._unlocked
        if fresh:
            self._unlocked |= fresh
            reward += 1.0
        return float(reward)

    def draw(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """A picture of the state, ``uint8[height, width, 3]``; the game's random stream is left alone."""
        if self._views is None:
            textures = engine.Textures(constants.root / "assets")
            rows = int(np.ceil(len(constants.items) / VIEW[0]))
            self._views = (
                engine.LocalView(self._world, textures, [VIEW[0], VIEW[1] - rows]),
                engine.ItemView(textures, [VIEW[0], rows]),
            )
        self._local_view, self._item_view = self._views
        state = self._world.random.get_state()
        try:
            self._size = np.array(size)
            return np.asarray(self.render(), np.uint8)
        finally:
            self._world.random.set_state(state)
