"""How a game in the block world begins, and what a player does in a tick."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from envs.errors import did_you_mean
from envs.minecraft.world.errors import BadControls, BadStart
from envs.minecraft.world.state import N_SLOTS
from envs.minecraft.world.tables.biomes import BIOME
from envs.minecraft.world.tables.items import ITEM
from envs.minecraft.world.tables.mobs import MOB

WEATHERS: Final = ("clear", "normal", "rain", "thunder")
ARMOUR_SLOTS: Final = {"feet": 36, "legs": 37, "chest": 38, "head": 39, "offhand": 40, "mainhand": 0}
"""Malmo's names of places on the body -> slots."""
_BUILT_ELSEWHERE: Final = {"nether": "the Nether", "hell": "the Nether", "the_end": "the End"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a game begins.

    Attributes:
        inventory: slot, item, how many; slots 0 to 35 carried (0 the hand), 36 to 39 feet, legs, chest, head,
            40 the other hand.
        biome: the biome that all land is of, out of `envs.minecraft.world.tables.biomes`; None for all sorts.
        flat: whether the land is flat, with a tree a chunk.
        time: time of day, 0..23999 ticks; 0 is sunrise.
        time_passes: whether it goes on.
        weather: ``clear``, ``normal`` (which is clear), ``rain`` or ``thunder``.
        mobs: what stands around at the start.
        mob_range: lowest and highest distance of those along each of x and z, in blocks.
        allow_mob_spawn: whether mobs appear by themselves.
        break_speed: how many times faster blocks are dug.
        life: half hearts.
        food: half shanks.
        position: x, y, z, yaw, pitch; None for a place on dry land near the middle.

    Raises:
        BadStart: something of this cannot be had.
    """

    inventory: tuple[tuple[int, str, int], ...] = ()
    biome: str | None = None
    flat: bool = False
    time: int = 0
    time_passes: bool = True
    weather: str = "clear"
    mobs: tuple[str, ...] = ()
    mob_range: tuple[int, int] = (2, 7)
    allow_mob_spawn: bool = True
    break_speed: float = 1.0
    life: float = 20.0
    food: int = 20
    position: tuple[float, float, float, float, float] | None = None

    def __post_init__(self) -> None:
        for slot, item, count in self.inventory:
            if not 0 <= slot < N_SLOTS:
                raise BadStart(f"slot {slot!r} of {item!r} does not exist; there are 0..{N_SLOTS - 1}")
            if item not in ITEM:
                raise BadStart(f"no item {item[:60]!r}{did_you_mean(item[:60], ITEM)}")
            if not 1 <= count <= 64:
                raise BadStart(f"{count!r} of {item!r} in a slot; expected 1..64")
        if self.biome in _BUILT_ELSEWHERE:
            raise BadStart(
                f"the block world has no {_BUILT_ELSEWHERE[self.biome][4:]} (biome {self.biome!r}); "
                "it is overworld alone"
            )
        if self.biome is not None and self.biome not in BIOME:
            raise BadStart(f"no biome {self.biome[:60]!r}{did_you_mean(self.biome[:60], BIOME)}")
        for mob in self.mobs:
            if mob not in MOB:
                raise BadStart(f"no mob {mob[:60]!r}{did_you_mean(mob[:60], MOB)}")
        if self.weather not in WEATHERS:
            raise BadStart(f"no weather {self.weather[:60]!r}; expected one of {', '.join(WEATHERS)}")
        if not (0 < self.life <= 20 and 0 <= self.food <= 20 and 0 <= self.time < 24_000):
            raise BadStart(
                f"life {self.life!r}, food {self.food!r}, time {self.time!r}; expected above 0 to 20, 0..20, "
                "0..23999"
            )
        if not 0 < self.break_speed <= 1_000:
            raise BadStart(f"break speed {self.break_speed!r}; expected above 0 to 1000")
        low, high = self.mob_range
        if not 0 <= low <= high <= 48:
            raise BadStart(f"mob range {self.mob_range!r}; expected two numbers in order, 0..48")
        if self.position is not None and not (
            all(np.isfinite(self.position)) and all(abs(each) < 1e6 for each in self.position)
        ):
            raise BadStart(f"position {self.position!r}; expected five numbers within a million")


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What a player does in one tick, as Malmo's commands have it.

    Attributes:
        forward: key held.
        back: key held.
        left: key held.
        right: key held.
        jump: key held.
        sneak: key held.
        sprint: key held.
        use: key held; uses what is in the hand.
        attack: key held; digs what is looked at, hits whoever is.
        drop: throws one piece of what is in the hand away.
        camera_pitch: degrees downwards.
        camera_yaw: degrees to the right.
        craft: an item to craft by hand; empty for none.
        craft_nearby: an item to craft at a table.
        smelt: an item to smelt at a furnace.
        equip: an item, or a slot, to take into the hand or put on.
        place: an item, or a slot, to put down before the face that is looked at.

    `place` and `equip` do nothing where there is nothing of the kind; so do the others where something lacks.
    """

    forward: bool = False
    back: bool = False
    left: bool = False
    right: bool = False
    jump: bool = False
    sneak: bool = False
    sprint: bool = False
    use: bool = False
    attack: bool = False
    drop: bool = False
    camera_pitch: float = 0.0
    camera_yaw: float = 0.0
    craft: str = ""
    craft_nearby: str = ""
    smelt: str = ""
    equip: str | int = ""
    place: str | int = ""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.camera_pitch) and np.isfinite(self.camera_yaw)):
            raise BadControls(f"camera {self.camera_pitch!r}, {self.camera_yaw!r}; expected finite degrees")
        for name in ("craft", "craft_nearby", "smelt", "equip", "place"):
            value = getattr(self, name)
            if isinstance(value, str) and value and value not in ITEM:
                raise BadControls(f"{name}: no item {value[:60]!r}{did_you_mean(value[:60], ITEM)}")
            if isinstance(value, int) and not 0 <= value < N_SLOTS:
                raise BadControls(f"{name}: slot {value!r} does not exist; there are 0..{N_SLOTS - 1}")

    def keys(self) -> NDArray[np.float64]:
        """The keys and the camera in the order of `envs.minecraft.world.compiled.player`, float64[13].

        The last is the slot of what is put down, -1 for nothing, which the world fills in.
        """
        return np.array([*(getattr(self, name) for name in _KEYS), -1.0], np.float64)


_KEYS: Final = tuple(field.name for field in fields(Controls))[:12]
NOTHING: Final = Controls()
"""No key held."""
