"""The least engine: a floor without end, a player that walks, a bag, and commands that it remembers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.wire.commands import Commands
from envs.minecraft.wire.engine import N_SLOTS, Observation, Stack
from envs.minecraft.wire.mission import Mission

GROUND = ("grass", 0, True, True, True, False, True, False, True)
AIR = ("air", 0, False, True, False, False, False, False, False)
NO_RAY = ("air", -1.0, 0, -1, True, False, False, False, False, "null", -1.0)


class FlatEngine:
    """A step walks a fifth of a block; shears are used by ``use``; ``explode`` as an item to craft fails."""

    name = "flat"

    def __init__(self) -> None:
        self.missions: list[Mission] = []
        self.commands: list[Commands] = []

    def reset(self, mission: Mission) -> None:
        self.missions.append(mission)
        self.mission = mission
        place = mission.placement
        self.x, self.z = (place.x, place.z) if place else (0.5, 0.5)
        self.yaw, self.pitch = (place.yaw, place.pitch) if place else (0.0, 0.0)
        self.ticks, self.used = 0, 0
        self.bag = [Stack()] * N_SLOTS
        for carried in mission.carried:
            self.bag[carried.slot] = Stack(carried.item, carried.quantity, carried.variant)

    def step(self, commands: Commands) -> None:
        if commands.craft == "explode":
            raise RuntimeError("made to fail")
        self.commands.append(commands)
        self.ticks += 1
        self.yaw += commands.yaw
        self.pitch = max(-90.0, min(90.0, self.pitch + commands.pitch))
        ahead = 0.2 * (commands.forward - commands.back)
        self.x -= ahead * math.sin(math.radians(self.yaw))
        self.z += ahead * math.cos(math.radians(self.yaw))
        self.used += commands.use
        for said in commands.chat:
            if said.startswith("/replaceitem") and said.split()[4] == "minecraft:air":
                self.bag[0] = Stack()

    def observation(self) -> Observation:
        use = ("stat", "use_item", "minecraft", "shears")
        return Observation(
            x=self.x, y=64.0, z=self.z, yaw=self.yaw, pitch=self.pitch,
            inventory=self.bag,
            voxels=self._voxels(),
            rays=[v for ray in self.mission.rays for v in (*NO_RAY, ray.pitch, ray.yaw, 0.0, 0.0, 0.0)],
            stats={use: self.used} if self.used else {},
        )  # fmt: skip

    def frame(self, width: int, height: int) -> NDArray[np.uint8]:
        """The upper half is blue, the lower half green."""
        frame = np.zeros((height, width, 3), np.uint8)
        frame[: height // 2, :, 2] = 200
        frame[height // 2 :, :, 1] = 150
        return frame

    def _voxels(self) -> list[object]:
        if self.mission.voxels is None:
            return []
        (ax, ay, az), (bx, by, bz) = self.mission.voxels
        cells: list[object] = []
        for _z in range(az, bz + 1):
            for y in range(ay, by + 1):
                for _x in range(ax, bx + 1):
                    cells += [*(GROUND if y < 0 else AIR), 0.0]
        return cells
