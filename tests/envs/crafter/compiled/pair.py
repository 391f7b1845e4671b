"""A game of `ReferenceGame` and a compiled one, played and changed together and compared in every number."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from crafter import objects

from envs.crafter.compiled.games import CompiledGames
from envs.crafter.compiled.rules import ITEMS, MATERIAL, PLANT, REMOVED
from envs.crafter.reference import ReferenceGame
from envs.facts import EndStatus

COMPARE_ALL_EVERY = 16
"""Steps between two comparisons of whole snapshots, which cost as much as several steps."""


class Pair:
    """Both games. Every change is made to both, and `step` compares them.

    Attributes:
        game: the reference.
        compiled: one compiled game.
    """

    def __init__(self) -> None:
        self.game = ReferenceGame()
        self.compiled = CompiledGames(1)
        self._actions = np.zeros(1, np.int64)

    @property
    def running(self) -> bool:
        return self.game.status is EndStatus.RUNNING

    def begin(self, seed: int, max_steps: int | None = None) -> None:
        self.game.reset(seed, max_steps)
        self.compiled.reset(0, seed, max_steps)
        self.compare_all()

    def step(self, action: int) -> None:
        self._actions[0] = action
        self.game.step(action)
        self.compiled.step(self._actions)
        self.compare()
        if self.game.steps % COMPARE_ALL_EVERY == 0 or not self.running:
            self.compare_all()

    def compare(self) -> None:
        """What is cheap to compare: all but generator, memory, chunks, and objects' health and counters."""
        engine, record = self.game._engine, self.compiled.records[0]
        world, player = engine.world, engine.player
        assert self.game.reward == record["reward"], self._where("reward")
        assert self.game.status == record["status"], self._where("status")
        assert self.game.steps == record["step"], self._where("steps")
        assert np.array_equal(world._mat_map, record["materials"]), self._where("materials")
        assert list(player.inventory.values()) == record["inventory"].tolist(), self._where("inventory")
        assert list(player.achievements.values()) == record["achievements"].tolist(), self._where("achieved")
        rows = record["objects"][: record["n_rows"]]
        rows = rows[rows["kind"] != REMOVED]
        numbers = np.fromiter(world.alive, np.int64, len(world.alive))
        assert np.array_equal(numbers, rows["number"]), self._where("objects")
        places = world.positions[numbers]
        assert np.array_equal(places[:, 0], rows["x"]), self._where("columns")
        assert np.array_equal(places[:, 1], rows["y"]), self._where("rows")
        assert (player.facing[0], player.facing[1]) == (record["facing_x"], record["facing_y"])
        theirs = (player._hunger, player._thirst, player._recover, player._fatigue, player._last_health)
        ours = (record["hunger"] / 2, record["thirst"] / 2, record["recover"] / 2, record["fatigue"])
        assert theirs == (*ours, record["felt_health"]), self._where("counters")
        assert (player.sleeping, world.daylight) == (record["sleeping"], record["daylight"])

    def compare_all(self) -> None:
        """Everything, as bytes."""
        assert self.game.snapshot() == self.compiled.snapshot(0), self._where("snapshot")

    def _where(self, what: str) -> str:
        return f"{what} differ after {self.game.steps} steps of seed {self.compiled.seeds[0]}"

    def carry(self, counts: Mapping[str, int]) -> None:
        """Let the player carry these numbers of things."""
        self.game._engine.player.inventory.update(counts)
        for item, count in counts.items():
            self.compiled.records[0]["inventory"][ITEMS.index(item)] = count

    def is_empty(self, x: int, y: int) -> bool:
        """Whether the cell lies in the world and holds no object."""
        return 0 <= x < 64 and 0 <= y < 64 and bool(self.game._engine.world._obj_map[x, y] == 0)

    def lay(self, x: int, y: int, material: str) -> None:
        """Change the material of a cell."""
        self.game._engine.world[x, y] = material
        self.compiled.records[0]["materials"][x, y] = MATERIAL[material]

    def ripen(self) -> None:
        """Make all plants ripe."""
        for thing in self.game._engine.world.objects:
            if isinstance(thing, objects.Plant):
                thing.grown = 400
        rows = self.compiled.records[0]["objects"]
        rows["counter"][rows["kind"] == PLANT] = 400

    def add(self, kind: type, x: int, y: int) -> None:
        """Add a creature to the reference; `save_and_restore` brings it to the compiled game."""
        engine = self.game._engine
        needs_player = kind in (objects.Zombie, objects.Skeleton)
        engine.world.add(kind(engine.world, (x, y), *([engine.player] if needs_player else [])))

    def save_and_restore(self) -> None:
        """Put both games into the state of the reference, through a snapshot."""
        data = self.game.snapshot()
        self.game.restore(data)
        self.compiled.restore(0, data)
        self.compare_all()
