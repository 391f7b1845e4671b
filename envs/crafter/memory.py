"""What the player of Crafter has seen so far, and what follows from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from envs.crafter.engine import AREA, LOCAL, UPDATE_RADIUS, OrderedWorld
from envs.crafter.ground import ARROW, COW, RIPE, SAPLING, SKELETON, ZOMBIE
from envs.crafter.saved_header import MAX_PLANTS
from envs.crafter.shelter import N_WALLS, stands_in_shelter
from envs.crafter.survey import N_KINDS, N_REGIONS, STEPS_OF_SPAN, survey
from envs.grid.box import known_box

_CLASS_IDS = {"Cow": COW, "Zombie": ZOMBIE, "Skeleton": SKELETON, "Arrow": ARROW}
_FACING = {(-1, 0): 0, (1, 0): 1, (0, -1): 2, (0, 1): 3}
MAX_THREATS = 16


class Memory:
    """The remembered map. Materials, cows and plants are remembered, threats only while they are in view.

    Attributes:
        material: uint8[64, 64]; 0 = never seen.
        creature: uint8[64, 64]; ids of `envs.crafter.ground`.
        seen_at: uint16[64, 64]; when each cell was last seen, as the step >> STEPS_OF_SPAN.
        plants: column, row, steps near it, creature id, of up to `MAX_PLANTS` plants.
        home: the cell where the player was last enclosed, as 1 + column * 64 + row; 0 for none.
        rising: 0 or 1, whether it grew brighter in the latest step.
        nearest: int32[N_KINDS, 4]: cost, first move, column, row.
        frontier: int32[N_REGIONS, 4]: the same for the edge of the known map to explore.
        known: int32[N_KINDS]: remembered things of each kind.
        status: int32[6], see `survey`.
        closing: int32[5]: where one stone would close a shelter, see `survey`.
        walls: int32[N_WALLS]: what the best block to wall in lacks, see `survey`.
        threats: int32[MAX_THREATS, 3]: creature id, column, row of what threatens, nearest first.
        n_threats: rows of `threats` in use.
        enter: int8[64, 64], cost of entering each cell, see `survey`.
        x: the player's column. y: the player's row. facing: 0 left, 1 right, 2 up, 3 down.
    """

    def __init__(self) -> None:
        self.material = np.zeros(AREA, np.uint8)
        self.creature = np.zeros(AREA, np.uint8)
        self.seen_at = np.zeros(AREA, np.uint16)
        self.plants: list[list[int]] = []
        self.home = 0
        self.rising = 1
        self.nearest = np.zeros((N_KINDS, 4), np.int32)
        self.frontier = np.zeros((N_REGIONS, 4), np.int32)
        self.known = np.zeros(N_KINDS, np.int32)
        self.status = np.zeros(6, np.int32)
        self.closing = np.zeros(5, np.int32)
        self.walls = np.zeros(N_WALLS, np.int32)
        self.threats = np.zeros((MAX_THREATS, 3), np.int32)
        self.n_threats = 0
        self.x = self.y = self.facing = 0
        self.enter = np.zeros(AREA, np.int8)
        self._tools = np.zeros(3, np.int32)
        self._scratch = (
            self.enter,
            np.zeros(AREA, np.int16),
            np.zeros(AREA, np.int8),
            np.zeros(AREA, np.int8),
            np.zeros((16, 4 * AREA[0] * AREA[1]), np.int32),
            np.zeros(16, np.int32),
            np.zeros((AREA[0] + 1, AREA[1] + 1), np.int32),
        )
        self._surveyed = False
        self._step = 0
        self._daylight = 0.0

    def forget(self) -> None:
        """Empty the memory."""
        self.material[:] = 0
        self.creature[:] = 0
        self.seen_at[:] = 0
        self.plants, self.home, self.rising = [], 0, 1
        self.n_threats = 0

    def forget_threats(self) -> None:
        """Drop the creatures that are remembered only while in view."""
        self.creature[(self.creature >= ZOMBIE) & (self.creature <= ARROW)] = 0
        self.n_threats = 0

    def follow(self, world: OrderedWorld, player: Any, step: int) -> None:
        """Take in what a step has brought."""
        self.rising = int(world.daylight > self._daylight)
        self.look(world, player, step)
        self._count_step()
        self._note_plants()
        if stands_in_shelter(self.material, self.creature, self.x, self.y):
            self.home = 1 + self.x * AREA[1] + self.y

    def _is_near(self, x: int, y: int) -> bool:
        """Whether a plant is so near that it grows."""
        return abs(x - self.x) + abs(y - self.y) < UPDATE_RADIUS

    def _count_step(self) -> None:
        """Count a step for every plant near; forget those that are gone, begin again where one was eaten."""
        kept = []
        for x, y, age, was in self.plants:
            now = int(self.creature[x, y])
            if now >= SAPLING:
                eaten = was == RIPE and now == SAPLING
                kept.append([x, y, 0 if eaten else age + self._is_near(x, y), now])
        self.plants = kept

    def _note_plants(self) -> None:
        """Take in the plants in view that are new, as long as there is room."""
        known = [(x, y) for x, y, _, _ in self.plants]
        x0, y0 = max(0, self.x - LOCAL[0] // 2), max(0, self.y - LOCAL[1] // 2)
        view = self.creature[x0 : self.x + LOCAL[0] // 2 + 1, y0 : self.y + LOCAL[1] // 2 + 1]
        for column, row in np.argwhere(view >= SAPLING).tolist():
            x, y = x0 + column, y0 + row
            if (x, y) not in known and len(self.plants) < MAX_PLANTS:
                self.plants.append([x, y, 0, int(self.creature[x, y])])

    def plant_age(self) -> int:
        """Steps of the plant near that has had most of them; 0 without one."""
        return max((age for x, y, age, _ in self.plants if self._is_near(x, y)), default=0)

    def look(self, world: OrderedWorld, player: Any, step: int) -> None:
        """Take in the 9 by 7 cells around the player, after so many steps of the episode."""
        self._surveyed = False
        self._step, self._daylight = step, world.daylight
        x, y = int(player.pos[0]), int(player.pos[1])
        for index in range(self.n_threats):
            _, tx, ty = self.threats[index].tolist()
            self.creature[tx, ty] = 0
        self.x, self.y, self.facing = x, y, _FACING[player.facing[0], player.facing[1]]
        x0, x1 = max(0, x - LOCAL[0] // 2), min(AREA[0], x + LOCAL[0] // 2 + 1)
        y0, y1 = max(0, y - LOCAL[1] // 2), min(AREA[1], y + LOCAL[1] // 2 + 1)
        self.material[x0:x1, y0:y1] = world._mat_map[x0:x1, y0:y1]
        self.seen_at[x0:x1, y0:y1] = step >> STEPS_OF_SPAN
        self.creature[x0:x1, y0:y1] = 0
        indices = world._obj_map[x0:x1, y0:y1]
        threats: list[tuple[int, int, int, int]] = []
        for index in indices[indices > 0].tolist():
            obj = world.alive[index]
            if obj is player:
                continue
            ox, oy = world.positions[index].tolist()
            kind = type(obj).__name__
            being = (RIPE if obj.ripe else SAPLING) if kind == "Plant" else _CLASS_IDS.get(kind, 0)
            self.creature[ox, oy] = being
            if ZOMBIE <= being <= ARROW:
                threats.append((abs(ox - x) + abs(oy - y), being, ox, oy))
        threats.sort()
        self.n_threats = min(len(threats), MAX_THREATS)
        for row, threat in enumerate(threats[:MAX_THREATS]):
            self.threats[row] = threat[1:]
        inventory = player.inventory
        self._tools[0] = inventory["wood_pickaxe"]
        self._tools[1] = inventory["stone_pickaxe"]
        self._tools[2] = inventory["iron_pickaxe"]

    def at(self, x: int, y: int) -> int:
        """The remembered material at a cell; 0 = never seen, or outside the map."""
        inside = 0 <= x < AREA[0] and 0 <= y < AREA[1]
        return int(self.material[x, y]) if inside else 0

    def survey(self) -> None:
        """Bring `nearest`, `frontier`, `known` and `status` up to date; cheap when nothing changed."""
        if self._surveyed:
            return
        survey(
            known_box(self.material, self.x, self.y),
            self.material, self.creature, self.x, self.y, self.facing, self._tools,
            self.seen_at, self._step >> STEPS_OF_SPAN, self.home, *self._scratch,
            self.nearest, self.frontier, self.known, self.status, self.closing, self.walls,
        )  # fmt: skip
        self._surveyed = True
