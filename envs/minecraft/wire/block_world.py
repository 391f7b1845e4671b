"""The block world behind the wire. It is not Minecraft, and says so wherever it can."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.errors import GameError
from envs.minecraft.wire.commands import Commands
from envs.minecraft.wire.engine import Damage, Observation, Stack
from envs.minecraft.wire.errors import BadMission
from envs.minecraft.wire.mission import Mission, Ray
from envs.minecraft.world import LABEL, BlockWorld, Controls, Start
from envs.minecraft.world.slots import Slot
from envs.minecraft.world.tables.biomes import BIOMES
from envs.minecraft.world.tables.parameters import PARAMETERS, Parameters
from envs.text import brief

NAME: Final = LABEL
"""What the engine calls itself."""

SMALLEST, LARGEST = 16, 2048
"""Pixels of a side of a picture."""

SEA_LEVEL: Final = 63

_WARM: Final = Mission(voxels=((-1, -1, -1), (1, 1, 1)), rays=(Ray(0.0, 0.0, 10.0),))

_ELSEWHERE: Final = {8: "Nether", 9: "End", 127: "Void"}
_HUMP: Final = re.compile(r"(?<=[a-z0-9])[A-Z]")
_SPECIAL: Final[dict[tuple[str, ...], tuple[str, ...]]] = {("stat", "drop"): ("stat", "items_dropped")}
_FIRES: Final = ("lava", "fire")


class BlockWorldEngine:
    """One block world, in which missions are played.

    Args:
        seed: of worlds whose mission names none; each such mission has another world.
        parameters: the figures by which it runs.
    """

    def __init__(self, seed: int = 0, parameters: Parameters = PARAMETERS) -> None:
        self._seed, self._missions = seed, 0
        self._world = BlockWorld(seed, parameters)
        self._mission = Mission()

    @property
    def name(self) -> str:
        """What it is called."""
        return NAME

    @property
    def world(self) -> BlockWorld:
        """The world itself."""
        return self._world

    def warm_up(self) -> None:
        """Have everything compiled, so that no client waits for it."""
        self.reset(_WARM)
        self.step(Commands(forward=True))
        self.observation()
        self.frame(SMALLEST, SMALLEST)
        self._missions = 0

    def reset(self, mission: Mission) -> None:
        """Begin a mission. Raises `BadMission` for what the block world does not have."""
        start = start_of(mission)
        self._missions += 1
        seed = seed_of(mission.seed) if mission.seed else self._seed + self._missions - 1
        try:
            self._world.reset(start, seed)
        except GameError as error:
            raise BadMission(str(error)) from error
        self._mission = mission

    def step(self, commands: Commands) -> None:
        """One tick; a player that has died is at home again, with nothing."""
        if self._world.is_dead:
            self._world.command("/respawn")
        for line in commands.chat:
            self._world.command(line)
        if not self._world.is_dead:
            self._world.tick(controls_of(commands))

    def observation(self) -> Observation:
        """What there is to be known now."""
        world, biome = self._world, self._world.biome
        x, y, z = world.position
        return Observation(
            x=x,
            y=y,
            z=z,
            yaw=world.yaw,
            pitch=world.pitch,
            life=world.life,
            food=world.food,
            saturation=world.saturation,
            xp=world.xp,
            armor=world.armour,
            air=world.air,
            is_sleeping=world.is_sleeping,
            biome_id=biome.id,
            biome_name=biome.name,
            rainfall=biome.rain,
            temperature=biome.temperature,
            sea_level=SEA_LEVEL,
            light_level=world.light()[0],
            sky_light_level=max(0.2, world.sun_brightness),
            sun_brightness=world.sun_brightness,
            is_raining=world.is_raining,
            can_see_sky=world.can_see_sky,
            nearby_table=world.near_table,
            nearby_furnace=world.near_furnace,
            inventory=[_stack(slot) for slot in world.inventory()],
            voxels=self._voxels(),
            rays=self._rays(),
            stats={path_of(name): count for name, count in world.stats().items()},
            damage=self._damage(),
        )

    def frame(self, width: int, height: int) -> NDArray[np.uint8]:
        """What the player sees, uint8[height, width, 3]."""
        return self._world.frame(width, height)

    def _voxels(self) -> list[object]:
        return [] if self._mission.voxels is None else self._world.voxels(*self._mission.voxels)

    def _rays(self) -> list[object]:
        rays = self._mission.rays
        if not rays:
            return []
        pitches, yaws, distances = np.array([(ray.pitch, ray.yaw, ray.distance) for ray in rays]).T
        return self._world.rays(pitches, yaws, distances)

    def _damage(self) -> Damage | None:
        record = self._world.record[0]
        if int(record["hurt_at"]) < 0 or int(record["hurt_at"]) < self._world.ticks - 1:
            return None
        cause = self._world.cause.partition(":")[0]
        return Damage(
            amount=float(record["last_wound"]),
            explosion=cause == "explosion",
            fire=cause in _FIRES,
            projectile=cause == "arrow",
        )


def start_of(mission: Mission) -> Start:
    """How a mission begins in the block world.

    Raises:
        BadMission: it asks for what the block world does not have.
    """
    for wrong, what in (
        (mission.generator == "file", "a world from a file"),
        (mission.village, "villages"),
        (mission.drawn, "drawn shapes"),
        (mission.biome in _ELSEWHERE, f"the {_ELSEWHERE.get(mission.biome or 0, '')}"),
    ):
        if wrong:
            raise BadMission(f"the block world does not have {what}, which the mission asks for")
    for side in (mission.width, mission.height):
        if not SMALLEST <= side <= LARGEST:
            raise BadMission(
                f"a picture's side is {side} pixels; the block world draws {SMALLEST} to {LARGEST}"
            )
    place = mission.placement
    try:
        return Start(
            inventory=tuple((carried.slot, carried.item, carried.quantity) for carried in mission.carried),
            biome=_biome(mission.biome),
            flat=mission.generator == "flat",
            time=(mission.start_time or 0) % 24_000,
            time_passes=mission.time_passes,
            weather=mission.weather or "clear",
            allow_mob_spawn=mission.mobs_spawn,
            break_speed=mission.break_speed,
            life=mission.health,
            food=mission.food,
            position=None if place is None else (place.x, place.y, place.z, place.yaw, place.pitch),
        )
    except GameError as error:
        raise BadMission(str(error)) from error


def controls_of(commands: Commands) -> Controls:
    """One step's commands as the block world's controls."""
    return Controls(
        forward=commands.forward,
        back=commands.back,
        left=commands.left,
        right=commands.right,
        jump=commands.jump,
        sneak=commands.sneak,
        sprint=commands.sprint,
        use=commands.use,
        attack=commands.attack,
        drop=commands.drop,
        camera_pitch=commands.pitch,
        camera_yaw=commands.yaw,
        craft=commands.craft,
        craft_nearby=commands.craft_nearby,
        smelt=commands.smelt_nearby,
        equip=commands.equip,
        place=commands.place,
    )


def seed_of(text: str) -> int:
    """The number that a world's seed stands for, as it was written.

    >>> seed_of("7"), seed_of("-3") >= 0, seed_of("glacier") == seed_of("glacier")
    (7, True, True)
    """
    try:
        return int(text) % 2**62
    except ValueError:
        return int.from_bytes(blake2b(text.encode(), digest_size=7).digest(), "big")


def path_of(stat: str) -> tuple[str, ...]:
    """The path of a statistic in the tree of `envs.minecraft.wire.stats`.

    >>> path_of("stat.killEntity.CaveSpider"), path_of("stat.walkOneCm")
    (('stat', 'kill_entity', 'cave_spider'), ('stat', 'walk_one_cm'))
    """
    path = tuple(
        _HUMP.sub(lambda hump: f"_{hump[0].lower()}", word[:1].lower() + word[1:]) for word in stat.split(".")
    )
    return _SPECIAL.get(path, path)


def _biome(number: int | None) -> str | None:
    if number is None:
        return None
    for biome in BIOMES:
        if biome.id == number:
            return biome.name
    known = ", ".join(f"{biome.id} {biome.name}" for biome in BIOMES)
    raise BadMission(f"the block world does not have the biome {brief(number)}; it has {known}")


def _stack(slot: Slot) -> Stack:
    worn = (slot.uses, slot.uses - slot.wear) if slot.uses else (-1, -1)
    return Stack(slot.item, slot.count, 0, *worn)
