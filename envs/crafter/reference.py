"""Crafter as a `Game`, played by the engine and written in Python: what `CrafterGame` is compared with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.base_game import BaseGame
from envs.crafter import caption as words
from envs.crafter import snapshot
from envs.crafter.encoding import AGE_SCALE, CELL_KINDS, FRONT, encode
from envs.crafter.engine import ACTIONS as ENGINE_ACTIONS
from envs.crafter.engine import CrafterEngine
from envs.crafter.ground import ARROW, SAPLING, SKELETON, ZOMBIE
from envs.crafter.memory import Memory
from envs.crafter.spec import (
    ACHIEVEMENTS,
    COUNTED,
    DISTANCES,
    ENCODING_SIZE,
    FACTS,
    ITEMS,
    LEVELS,
    NEAR,
    SPEC,
)
from envs.crafter.survey import KINDS, REGIONS
from envs.facts import FAR, EndStatus
from envs.game import Focus
from envs.grid.navigation import UNREACHED
from envs.grid.nearest import nearest_of, offsets

if tuple(SPEC.actions) != ENGINE_ACTIONS:
    raise ImportError(f"the installed crafter has the actions {ENGINE_ACTIONS}, expected {SPEC.actions}")

_HIGH = np.array([fact.high for fact in FACTS], np.int32)
_LOW = np.array([fact.low for fact in FACTS], np.int32)
_COUNTED = np.array([KINDS[name] for name in COUNTED])
_SOUGHT = np.array([KINDS[name] for name in DISTANCES[:-1]])
_NEAR = np.array([KINDS[name] for name in NEAR])
_MOVES = np.array([(-1, 0), (1, 0), (0, -1), (0, 1)], np.int32)


class ReferenceGame(BaseGame):
    """Crafter behind the `Game` protocol, one call at a time; `CrafterGame` goes the same way, compiled."""

    def __init__(self) -> None:
        super().__init__(SPEC, KINDS, REGIONS)
        self._engine = CrafterEngine()
        self._memory = Memory()
        self._seed = 0
        self._reward = 0.0
        self._bars = np.zeros(4, np.int32)
        self._items = np.zeros(12, np.int32)
        self._misc = np.zeros(10, np.float32)

    @property
    def reward(self) -> float:
        """Crafter's own reward for the last step, for scoring only: no skill is trained on it."""
        return self._reward

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        self._seed = seed
        self._engine.begin(seed)
        self._memory.forget()
        self._memory.look(self._engine.world, self._engine.player, 0)
        self._reward = 0.0
        self._set_progress(SPEC.max_steps if max_steps is None else max_steps)

    def _act(self, action: int) -> None:
        self._reward = self._engine.advance(action)
        player = self._engine.player
        self._memory.follow(self._engine.world, player, self._engine.step_count)
        if player.inventory["health"] <= 0:
            self._status = EndStatus.DEATH

    def _write_facts(self, out: NDArray[np.int32]) -> None:
        memory, player, world = self._memory, self._engine.player, self._engine.world
        memory.survey()
        status = memory.status.tolist()
        inventory = player.inventory
        facing = memory.facing
        front_x, front_y = memory.x + int(_MOVES[facing, 0]), memory.y + int(_MOVES[facing, 1])
        front = memory.at(front_x, front_y)
        clear = front > 0 and memory.creature[front_x, front_y] == 0
        x0, y0 = max(0, memory.x - 1), max(0, memory.y - 1)
        around = memory.material[x0 : memory.x + 2, y0 : memory.y + 2]
        threats = memory.threats[: memory.n_threats]
        spans = np.abs(threats[:, 1:] - (memory.x, memory.y)).sum(1) if memory.n_threats else None
        distances = np.minimum(memory.nearest[_SOUGHT, 0], FAR)
        adjacent = memory.nearest[_NEAR, 0] == 1
        x1, y1 = max(0, memory.x - 4), max(0, memory.y - 3)
        in_view = memory.creature[x1 : memory.x + 5, y1 : memory.y + 4]
        values = [inventory[name] for name in LEVELS]
        values += [inventory[name] for name in ITEMS]
        values += [int((around == 11).any()), int((around == 12).any())]
        values += [int(adjacent[2]), int((in_view == SAPLING).any()), int(adjacent[4])]
        values += memory.known[_COUNTED].tolist()
        values += distances.tolist()
        values.append(min(FAR, int(memory.frontier[0, 0])))
        values += [player.achievements[name] for name in ACHIEVEMENTS]
        nearest = [
            int(spans[threats[:, 0] == kind].min(initial=FAR)) if spans is not None else FAR
            for kind in (ZOMBIE, SKELETON, ARROW)
        ]
        values += nearest
        values.append(int(nearest[0] > 3 and nearest[1] > 3 and nearest[2] > 2))
        values.append(int((threats[:, 0] == ZOMBIE).sum()) if memory.n_threats else 0)
        values += [int(100 * world.daylight), memory.rising, int(player.sleeping), status[0], status[1]]
        values += [
            int(clear and front in (2, 4, 5)),
            int(clear and front == 2),
            int(front == 1),
            int(front == 7),
        ]
        values += [int(memory.at(memory.x + dx, memory.y + dy) == 7) for dx, dy in _MOVES.tolist()]
        values.append(int(memory.closing[0]))
        values += [*memory.walls[:2].tolist(), status[5], memory.plant_age()]
        values += [status[2], status[3], status[4], self._engine.step_count]
        np.clip(np.array(values, np.int32), _LOW, _HIGH, out=out)

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input into ``out: float32[spec.encoding_size]``, see `encoding`."""
        kinds, region = self._resolve(focus)
        self._refresh()
        memory = self._memory
        seek = nearest_of(memory.nearest, kinds)
        self._bars[:] = self._values[:4]
        self._items[:] = self._values[4:16]
        status = memory.status
        way_home = int(memory.nearest[KINDS["home"], 0])
        self._misc[:] = (
            self._engine.world.daylight,
            self._engine.player.sleeping,
            status[0],
            status[1] / 4.0,
            status[2] / 4.0 if status[2] < 9 else 0.0,
            self._values[16],
            1.0 / (1.0 + 0.1 * way_home) if way_home < UNREACHED else 0.0,
            status[5],
            min(1.0, memory.plant_age() / AGE_SCALE),
            memory.rising,
        )
        encode(
            out, memory.material, memory.creature, memory.enter, memory.x, memory.y, memory.facing,
            seek, memory.frontier[region], memory.threats, memory.n_threats,
            self._bars, self._items, self._misc, memory.closing, memory.walls,
        )  # fmt: skip

    def caption(self) -> str:
        """What the player sees, in words."""
        memory = self._memory
        facts = self.facts()
        vector = np.zeros(ENCODING_SIZE, np.float32)
        self.encode(Focus(), vector)
        front = CELL_KINDS[int(vector[FRONT].argmax())]
        sights = offsets(memory.nearest, KINDS, memory.x, memory.y)
        return words.caption(facts, front, sights)

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]``."""
        return self._engine.draw(size)

    def snapshot(self) -> bytes:
        """The whole state as bytes that hold no code."""
        extra = {
            "status": int(self._status),
            "limit": self._limit,
            "seed": self._seed,
            "reward": self._reward,
        }
        return snapshot.dump(self._engine, self._memory, extra)

    def restore(self, data: bytes) -> None:
        """Return to a snapshot. Raises `BadSnapshot`."""
        extra: dict[str, Any] = snapshot.load(data, self._engine, self._memory)
        self._seed, self._reward = extra["seed"], extra["reward"]
        self._set_progress(extra["limit"], self._engine.step_count, EndStatus(extra["status"]))

    def close(self) -> None:
        """Nothing to free."""
