"""What a world behind the wire has to be able to do, and what it is asked with and shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.wire.commands import Commands
from envs.minecraft.wire.mission import Mission

N_SLOTS: Final = 41
"""Slots of the inventory: 36 carried (0 is the hand), then feet, legs, chest, head, and the other hand."""

VOXEL_FIELDS: Final = 10
"""Values of one cell: name, variant, collidable, no tool needed, blocks movement, liquid, solid, burns,
blocks light, cosine of the angle to the direction of looking."""

RAY_FIELDS: Final = 16
"""Values of one ray: block (``air`` for none), distance (-1 for none), variant, harvest level, no tool
needed, blocks movement, liquid, solid, burns; entity (such as ``EntitySheep``; ``null`` for none), distance
(-1 for none); pitch and yaw of the ray in radians; the block's x, y, z."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What is in one slot.

    Attributes:
        name: of the item; ``air`` for none.
        quantity: how many.
        variant: such as the kind of wood.
        max_durability: uses of a new one; -1 for what does not wear out.
        cur_durability: uses that are left; -1 for what does not wear out.
    """

    name: str = "air"
    quantity: int = 0
    variant: int = 0
    max_durability: int = -1
    cur_durability: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """The latest wound.

    Attributes:
        amount: half hearts.
        distance: blocks to what hurt, 0 where nothing did.
        pitch: degrees towards it.
        yaw: degrees towards it.
        hunger: exhaustion that the wound brings.
        explosion: whether it was one.
        fire: whether it was fire or lava.
        magic: whether it was magic.
        projectile: whether it was an arrow.
        unblockable: whether armour is no help against it.
    """

    amount: float
    distance: float = 0.0
    pitch: float = 0.0
    yaw: float = 0.0
    hunger: float = 0.0
    explosion: bool = False
    fire: bool = False
    magic: bool = False
    projectile: bool = False
    unblockable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Everything but the picture.

    Attributes:
        x: middle of the feet, in blocks.
        y: bottom of the feet.
        z: middle of the feet.
        yaw: degrees, -180..180; 0 looks along z, 90 along -x.
        pitch: degrees, -90 up to 90 down.
        life: half hearts, 0..20.
        food: half shanks, 0..20.
        saturation: points.
        xp: points.
        armor: points, 0..20.
        air: ticks, 0..300.
        is_sleeping: in a bed.
        biome_id: number of the biome.
        biome_name: its name.
        rainfall: of the biome, 0..1.
        temperature: of the biome, 0..2.
        sea_level: layer of the sea.
        light_level: 0..15.
        sky_light_level: how bright the sky is, 0..1.
        sun_brightness: how bright the sun is, 0..1.
        is_raining: or snowing.
        can_see_sky: from the feet.
        nearby_table: a crafting table can be used.
        nearby_furnace: a furnace can be used.
        inventory: Stack[N_SLOTS].
        voxels: cells of the mission's grid, `VOXEL_FIELDS` values each, x fastest, then y, then z.
        rays: rays of the mission, `RAY_FIELDS` values each.
        stats: path such as ``("stat", "use_item", "minecraft", "shears")`` -> count; zeros are left out.
        damage: the latest wound, if there was one in this tick.
    """

    x: float
    y: float
    z: float
    yaw: float
    pitch: float
    life: float = 20.0
    food: int = 20
    saturation: float = 5.0
    xp: int = 0
    armor: int = 0
    air: int = 300
    is_sleeping: bool = False
    biome_id: int = 1
    biome_name: str = "Plains"
    rainfall: float = 0.4
    temperature: float = 0.8
    sea_level: int = 63
    light_level: int = 15
    sky_light_level: float = 1.0
    sun_brightness: float = 1.0
    is_raining: bool = False
    can_see_sky: bool = True
    nearby_table: bool = False
    nearby_furnace: bool = False
    inventory: Sequence[Stack]
    voxels: Sequence[Any] = ()
    rays: Sequence[Any] = ()
    stats: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    damage: Damage | None = None


class Engine(Protocol):
    """A world that missions are played in, one at a time."""

    @property
    def name(self) -> str:
        """What it is called when it is asked for its status."""
        ...

    def reset(self, mission: Mission) -> None:
        """Begin a mission. Raises `BadMission` for what it does not have."""
        ...

    def step(self, commands: Commands) -> None:
        """One tick, a twentieth of a second."""
        ...

    def observation(self) -> Observation:
        """What there is to be known now, with the voxels and rays that the mission asks for."""
        ...

    def frame(self, width: int, height: int) -> NDArray[np.uint8]:
        """What the player sees, uint8[height, width, 3]."""
        ...
