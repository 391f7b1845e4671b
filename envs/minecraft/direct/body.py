"""The player's body, as Python moves it: ticks with keys held, turning, hands."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.direct import calls
from envs.minecraft.direct.kinds import HOSTILE_KIND, IS_LAVA, N_KINDS
from envs.minecraft.direct.memory import forget, new_memory
from envs.minecraft.direct.searching import new_search
from envs.minecraft.world import BlockWorld
from envs.minecraft.world.compiled import calls as world_calls
from envs.minecraft.world.compiled.orders import DIG, FREE, GO_TO, N_ORDER
from envs.minecraft.world.compiled.player import ATTACK, N_CONTROLS, PITCH, PLACE, YAW
from envs.minecraft.world.slots import SlotStore
from envs.minecraft.world.tables.blocks import COLLIDES, STATES

HIDDEN: Final = 50.0
"""Distances from `aim` above this one are of what is hidden behind something."""

NOTHING: Final = 1e8


class Body:
    """A player in a world, with a memory.

    Args:
        world: the block world.

    Attributes:
        world: the same.
        record: the world's record, for compiled code.
        memories: the memory's record, for compiled code.
        wanted: bool[N_KINDS], what is sought.
        region: number of where to look while nothing sought is known.
        goal: float64[7], what is headed for, see `envs.minecraft.direct.way.find_way`.
        dig: float64[257], see `envs.minecraft.direct.tools.survey_tools`.
        drops: bool[256], the same.
        headed: kind, steps, whether all the way, as `calls.head` returned them.
    """

    def __init__(self, world: BlockWorld) -> None:
        self.world, self.record = world, world.record
        self.memories = new_memory()
        self.wanted, self.region = np.zeros(N_KINDS, np.bool_), 0
        self.goal, self.dig, self.drops = np.zeros(7), np.zeros(257), np.zeros(256, np.bool_)
        self.headed = (-1, 0, False)
        self.aimed = np.zeros(8)
        self._keys, self._seen = np.zeros(N_CONTROLS), np.zeros(5)
        self._order = np.zeros(N_ORDER)
        self._looked = -1
        self._surveyed: tuple[int, ...] = ()
        self._headed: tuple[object, ...] = ()
        self._carried = b""
        self._search = new_search()
        self._state: Any = world.record[0]
        self._memory: Any = self.memories[0]

    # What there is.

    @property
    def cell(self) -> tuple[int, int, int]:
        """The place of the feet."""
        state = self._state
        return math.floor(state["x"]), math.floor(state["y"] + 0.01), math.floor(state["z"])

    @property
    def place(self) -> tuple[float, float, float]:
        """The feet."""
        return float(self._state["x"]), float(self._state["y"]), float(self._state["z"])

    @property
    def ticks(self) -> int:
        """Ticks since the game began."""
        return int(self._state["ticks"])

    @property
    def life(self) -> float:
        """Half hearts."""
        return float(self._state["life"])

    @property
    def is_dead(self) -> bool:
        """Whether it is all over."""
        return bool(self._state["dead"])

    @property
    def in_water(self) -> bool:
        """Whether the feet are in water."""
        return bool(self._state["in_water"])

    @property
    def in_lava(self) -> bool:
        """Whether the feet are in lava."""
        return bool(IS_LAVA[self.state_at(*self.cell)])

    @property
    def is_drowning(self) -> bool:
        """Whether the head is under water and half of the air is gone."""
        return bool(self._state["eyes_in_water"]) and float(self._state["air"]) < 200

    @property
    def on_ground(self) -> bool:
        """Whether something bears the feet."""
        return bool(self._state["grounded"])

    @property
    def memory(self) -> Any:
        """The memory's record, see `envs.minecraft.direct.memory.Memory`."""
        return self._memory

    def state_at(self, x: int, y: int, z: int) -> int:
        """The number of the state at a place."""
        if not 0 <= y < 128:
            return 0
        return int(self._state["blocks"][x & 255, z & 255, y])

    def blocks_way(self, x: int, y: int, z: int) -> bool:
        """Whether a place cannot be walked through."""
        return bool(COLLIDES[self.state_at(x, y, z)])

    def faced(self) -> tuple[int, int, int] | None:
        """The block that is looked at within reach; None for none, or where a mob is nearer."""
        seen = self._seen
        world_calls.look_world(self.record, seen)
        if seen[0] >= 0 or seen[4] < -1:
            return None
        return int(seen[1]), int(seen[2]), int(seen[3])

    def faces_mob(self) -> bool:
        """Whether a mob is looked at within reach."""
        world_calls.look_world(self.record, self._seen)
        return bool(self._seen[0] >= 0)

    def remember(self, memories: NDArray[Any]) -> None:
        """Take another memory over, MEMORY_DTYPE[1], as it was after a look."""
        self.memories = memories
        self._memory = memories[0]
        self._forget_ways()
        self._looked = self.ticks

    # What is done.

    def tick(self, *held: int, yaw: float = 0.0, pitch: float = 0.0, place: int = -1, ticks: int = 1) -> None:
        """Let ticks pass.

        Args:
            held: numbers of the keys that are held, out of `envs.minecraft.world.compiled.player`.
            yaw: degrees to turn to the right in the first tick.
            pitch: degrees to turn down in the first tick.
            place: slot of what is put down in the first tick, -1 for nothing.
            ticks: how many.
        """
        keys = self._keys
        keys[:] = 0.0
        for key in held:
            keys[key] = 1.0
        keys[YAW], keys[PITCH], keys[PLACE] = yaw, pitch, place
        world_calls.tick_world(self.record, keys, ticks, FREE)
        self.world.load_land()

    def strike(
        self, cell: tuple[int, int, int], state: int, most: int, least_life: float | None = None
    ) -> bool:
        """Hold attack while a block of a state is looked at, and nothing hurts; whether it was dug.

        Args:
            cell: the block's place.
            state: the number of its state.
            most: ticks at most, one or more.
            least_life: half hearts, with less of which one stops; None for those that there are.
        """
        end, life = self.ticks + most, self.life if least_life is None else least_life
        self._command(DIG, cell, life)
        self._keys[ATTACK], self._order[4] = 1.0, state
        while True:
            world_calls.tick_world(self.record, self._keys, end - self.ticks, self._order)
            self.world.load_land()
            if self.state_at(*cell) != state:
                return True
            if self.ticks >= end or self.is_dead or self.life < life or self.faced() != cell:
                return False

    def approach(self, cell: tuple[int, int, int], most: int, least_life: float) -> bool:
        """Go towards a place next to one's own for some ticks; whether one is there.

        Args:
            cell: where to.
            most: ticks at most, one or more.
            least_life: half hearts; with less one goes no further.
        """
        self._command(GO_TO, cell, least_life)
        world_calls.tick_world(self.record, self._keys, most, self._order)
        self.world.load_land()
        return bool(self._order[6])

    def _command(self, order: float, cell: tuple[int, int, int], least_life: float) -> None:
        self._keys[:] = 0.0
        self._keys[PLACE] = -1.0
        self._order[:] = order, *cell, 0.0, least_life, 0.0

    def angles_to(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Degrees to turn right and down to look at a point."""
        state = self._state
        dx, dz = x - float(state["x"]), z - float(state["z"])
        dy = y - float(state["y"]) - 1.62
        yaw = math.degrees(math.atan2(-dx, dz))
        pitch = math.degrees(-math.atan2(dy, math.hypot(dx, dz)))
        return self.turn_to(yaw, pitch)

    def turn_to(self, yaw: float, pitch: float) -> tuple[float, float]:
        """Degrees to turn right and down to look in a direction."""
        state = self._state
        return (yaw - float(state["yaw"]) + 180.0) % 360.0 - 180.0, pitch - float(state["pitch"])

    def aim(self, what: int, far: float = 6.0) -> float:
        """Choose where to look, see `calls.aim_at`; returns how far it is, above `NOTHING` for none."""
        calls.aim_at(self.record, self.memories, self.wanted, what, far, self.aimed)
        return float(self.aimed[5])

    def look(self) -> None:
        """Take in what is seen; once a tick is enough."""
        if self._looked != self.ticks:
            calls.see(self.record, self.memories, True)
            self._looked = self.ticks

    def notice(self, x: int, y: int, z: int) -> None:
        """Take in a place next to the player, and what is above and below it."""
        calls.notice(self.record, self.memories, x, y, z)

    def survey(self) -> None:
        """Bring the distances of what is remembered up to date, unless they are."""
        known = self._known()
        if known != self._surveyed:
            calls.see(self.record, self.memories, False)
            self._surveyed = known

    def head(self) -> None:
        """Choose what to head for and the way there, unless that was just done; `survey` comes before."""
        known = *self._known(), self.region, self.wanted.tobytes()
        if known != self._headed:
            carried = self._state["slot_item"].tobytes() + self._state["slot_count"].tobytes()
            self.headed = calls.head(
                self.record,
                self.memories,
                self.wanted,
                self.region,
                self.dig,
                self.drops,
                self.goal,
                self._search,
                carried != self._carried,
            )
            self._headed, self._carried = known, carried

    def _known(self) -> tuple[int, ...]:
        """What changes whenever distances or ways may."""
        memory = self._memory
        return self.ticks, *(int(memory[name]) for name in ("looks", "changes", "n_given_up", "heading"))

    def forget(self) -> None:
        """Remember nothing any more, as when an episode begins."""
        forget(self.memories)
        self._forget_ways()

    def _forget_ways(self) -> None:
        """Look, measure and head anew when that is asked for next: the world or the memory is another."""
        self._looked, self._surveyed, self._headed, self._carried = -1, (), (), b""

    def head_to(self, x: float, y: float, z: float, reach: float, most: int = 600) -> int:
        """Find a way to a point; returns its steps."""
        goal, self._headed = np.array([x, y, z, reach, 0.0, 0.0, 1.4]), ()
        steps, _ = calls.head_to(self.record, self.memories, self.dig, goal, most, self._search)
        return int(steps)

    def take_tool(self, state: int) -> float:
        """Take the best tool for a state into the hand, a tick; returns the ticks that the digging takes."""
        slot, ticks, _ = calls.tool_for(self.record, state)
        if slot:
            SlotStore(self._state).swap(slot, 0)
            self.tick()
        return float(ticks)

    def take(self, slot: int) -> None:
        """Take what is in a slot into the hand, a tick."""
        if slot > 0:
            SlotStore(self._state).swap(slot, 0)
            self.tick()

    def look_at(self, x: int, y: int, z: int) -> None:
        """Turn to a block: to a point of it that is in view, if there is one."""
        self.aimed[2:5] = x, y, z
        liquid = STATES[self.state_at(x, y, z)].material.liquid
        calls.aim_at(self.record, self.memories, self.wanted, 3, float(liquid), self.aimed)
        if self.aimed[5] < NOTHING:
            yaw, pitch = self.turn_to(float(self.aimed[0]), float(self.aimed[1]))
        else:
            yaw, pitch = self.angles_to(x + 0.5, y + 0.5, z + 0.5)
        if abs(yaw) + abs(pitch) > 0.5:
            self.tick(yaw=yaw, pitch=pitch)

    def foes_in_view(self) -> list[tuple[float, float, float]]:
        """Where the monsters stand that the latest look met."""
        seen = self._memory["sightings"][: int(self._memory["n_sightings"])]
        rows = seen[(seen[:, 5] != 0) & HOSTILE_KIND[seen[:, 0]]]
        return [(x + 0.5, float(y), z + 0.5) for x, y, z in rows[:, 1:4].tolist()]

    def threat(self) -> float:
        """Blocks to the nearest monster that the latest look met; infinite for none."""
        return min((math.dist(at, self.place) for at in self.foes_in_view()), default=math.inf)

    def items_near(self, far: float) -> list[tuple[float, float, float]]:
        """Where things lie about within some blocks, the nearest first."""
        x, y, z = self.place
        found = []
        bodies = self._state["bodies"][: int(self._state["n_bodies"])]
        for row in bodies[bodies["kind"] == 1]:
            at = float(row["x"]), float(row["y"]), float(row["z"])
            distance = math.dist(at, (x, y, z))
            if distance <= far:
                found.append((distance, at))
        return [at for _, at in sorted(found)]
