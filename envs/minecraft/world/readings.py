"""What there is to read off a world, in the forms that MineDojo's observations have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.world.compiled import calls
from envs.minecraft.world.state import CAUSES, LAYERS, WINDOW
from envs.minecraft.world.tables.biomes import BIOMES, Biome
from envs.minecraft.world.tables.blocks import FIRST_STATE, STATES
from envs.minecraft.world.tables.mobs import ITEM, MOB_BY_NUMBER
from envs.minecraft.world.tables.parameters import place_of

_REACH, _VIEW, _ASPECT = place_of("table.reach"), place_of("table.view"), place_of("table.aspect")
_BEDROCK: Final = FIRST_STATE["bedrock"]
_MALMO_EYES: Final = 1.6
"""Height of the eyes by which Malmo looks for tables."""
VOXEL_VALUES: Final = tuple(
    (
        block.label, block.meta, block.name not in ("air", "water", "flowing_water", "lava", "flowing_lava"),
        block.material.tool_not_required, block.material.blocks_movement, block.material.liquid,
        block.material.solid, block.material.burns, block.material.blocks_light,
    )
    for block in STATES
)  # fmt: skip
"""The first nine values of a cell of MineDojo's voxels, by state."""


@dataclass(frozen=True, slots=True)
class BodySeen:
    """A mob, a thing that lies about, or an arrow.

    Attributes:
        name: as the registry has it; ``item`` or ``arrow``.
        x: middle of its feet.
        y: bottom.
        z: middle of its feet.
        life: half hearts.
        item: number of the item that lies there.
        count: how many.
        sheared: whether a sheep has no wool.
    """

    name: str
    x: float
    y: float
    z: float
    life: float
    item: int
    count: int
    sheared: bool


def bodies_of(world: Any) -> list[BodySeen]:
    """Everything that is not land, in the order of its coming."""
    found = []
    for body in world["bodies"][: int(world["n_bodies"])]:
        kind = int(body["kind"])
        name = MOB_BY_NUMBER[kind].name if kind > 2 else "item" if kind == ITEM else "arrow"
        x, y, z, life = (float(body[field]) for field in ("x", "y", "z", "life"))
        item, count = int(body["thing"]), int(body["count"])
        found.append(BodySeen(name, x, y, z, life, item, count, bool(body["sheared"])))
    return found


def biome_of(world: Any) -> Biome:
    """The biome where the player stands."""
    column = math.floor(world["x"]) % WINDOW, math.floor(world["z"]) % WINDOW
    return BIOMES[int(world["biomes"][column])]


def blocks_around(world: Any, low: tuple[int, int, int], high: tuple[int, int, int]) -> NDArray[np.uint8]:
    """The states around the player's feet, uint8[x, y, z], from `low` to `high`, both included.

    Raises:
        ValueError: the range is empty, or wider than what is loaded.
    """
    if not all(-64 <= a <= b <= 64 for a, b in zip(low, high, strict=True)):
        raise ValueError(f"blocks from {low} to {high}; expected -64..64 and none above the other")
    feet = [math.floor(world[name]) for name in ("x", "y", "z")]
    x, y, z = (np.arange(f + a, f + b + 1) for f, a, b in zip(feet, low, high, strict=True))
    inside = np.clip(y, 0, LAYERS - 1)
    found: NDArray[np.uint8] = world["blocks"][np.ix_(x % WINDOW, z % WINDOW, inside)].transpose(0, 2, 1)
    found[:, y < 0, :] = _BEDROCK
    found[:, y >= LAYERS, :] = 0
    return found


def look_of(world: Any) -> NDArray[np.float64]:
    """The direction of the player's look, float64[3], of length 1."""
    turn, tilt = math.radians(world["yaw"]), math.radians(world["pitch"])
    return np.array([-math.sin(turn) * math.cos(tilt), -math.sin(tilt), math.cos(turn) * math.cos(tilt)])


def eyes_of(world: Any) -> NDArray[np.float64]:
    """Where the player's eyes are, float64[3]."""
    height = float(world["rules"][place_of("player.eyes")]) - (0.08 if world["sneaking"] else 0.0)
    return np.array([float(world["x"]), float(world["y"]) + height, float(world["z"])])


def voxels(world: Any, low: tuple[int, int, int], high: tuple[int, int, int]) -> list[Any]:
    """MineDojo's voxels: ten values a cell, x fastest, then y, then z.

    They are name for players, variant, whether a ray stops there, whether any tool will do, blocks movement,
    liquid, solid, burns, blocks light, and the cosine between the look and the way to the cell's corner.

    Raises:
        ValueError: see `blocks_around`.
    """
    states = blocks_around(world, low, high)
    feet = [math.floor(world[name]) for name in ("x", "y", "z")]
    corners = [np.arange(f + a, f + b + 1) for f, a, b in zip(feet, low, high, strict=True)]
    offsets = np.stack(np.meshgrid(*corners, indexing="ij"), -1) - eyes_of(world)
    lengths = np.sqrt((offsets**2).sum(-1))
    cosines = (offsets @ look_of(world)) / np.maximum(lengths, 1e-9)
    found: list[Any] = []
    for state, cosine in zip(states.ravel("F").tolist(), cosines.ravel("F").tolist(), strict=True):
        found.extend(VOXEL_VALUES[state])
        found.append(cosine)
    return found


def rays(
    worlds: NDArray[Any], pitches: NDArray[Any], yaws: NDArray[Any], distances: NDArray[Any]
) -> list[Any]:
    """MineDojo's rays: sixteen values each, as Malmo writes them.

    Args:
        worlds: WORLD_DTYPE[1].
        pitches: float[n], radians; the look is turned by them about x, as Malmo does.
        yaws: float[n], radians, about y.
        distances: float[n], blocks.
    """
    x, y, z = look_of(worlds[0])
    tilted_y = y * np.cos(pitches) + z * np.sin(pitches)
    tilted_z = z * np.cos(pitches) - y * np.sin(pitches)
    turned_x = x * np.cos(yaws) + tilted_z * np.sin(yaws)
    turned_z = tilted_z * np.cos(yaws) - x * np.sin(yaws)
    directions = np.stack([turned_x, tilted_y, turned_z, np.asarray(distances, np.float64)], 1)
    seen = np.zeros((len(directions), 6))
    calls.cast_rays(worlds, np.ascontiguousarray(directions, np.float64), seen)
    found: list[Any] = []
    for n, (i, j, k, far, kind, near) in enumerate(seen.tolist()):
        block = STATES[state_at(worlds[0], int(i), int(j), int(k))]
        _, meta, _, by_hand, moves, liquid, solid, burns, _ = VOXEL_VALUES[block.number]
        tier = block.tier - 1 if block.tool and block.tier else -1
        name = MOB_BY_NUMBER[int(kind)].malmo if kind else ""
        mob = f"Entity{name}" if kind else "null"
        found += [block.label, far, meta, tier, by_hand, moves, liquid, solid, burns]
        found += [mob, near if kind else far, float(pitches[n]), float(yaws[n]), int(i), int(j), int(k)]
    return found


def state_at(world: Any, x: int, y: int, z: int) -> int:
    """The number of a place's state: bedrock below the land, air above it and where nothing is loaded."""
    if not 0 <= y < LAYERS:
        return _BEDROCK if y < 0 else 0
    return int(world["blocks"][x % WINDOW, z % WINDOW, y])


def is_near(world: Any, block: str) -> bool:
    """Whether a crafting table or furnace can be used: five blocks from the eyes and in view, as in Malmo.

    Source: `NearbyCraftCommandsImplementation.hasNearbyCraftingTable`, whose arithmetic is kept.
    """
    reach = math.ceil(float(world["rules"][_REACH])) + 2
    around = blocks_around(world, (-reach,) * 3, (reach,) * 3)
    places = np.argwhere(around == FIRST_STATE[block])
    feet = np.array([math.floor(world[name]) for name in ("x", "y", "z")])
    head = np.array([float(world["x"]), float(world["y"]) + _MALMO_EYES, float(world["z"])])
    return any(_in_view(world, feet + place - reach + 0.5 - head) for place in places)


def _in_view(world: Any, way: NDArray[np.float64]) -> bool:
    look = look_of(world)
    if way @ way > float(world["rules"][_REACH]) ** 2 or look @ way <= 0:
        return False
    across = np.cross(look, (0.0, 1.0, 0.0))
    length = float(np.linalg.norm(across))
    if length < 1e-9:
        return False
    in_pitch = way - across * (float(across @ way) / length)
    upright = np.cross(across, look)
    in_yaw = way - upright * (float(upright @ way) / float(np.linalg.norm(upright)))
    view, aspect = float(world["rules"][_VIEW]), float(world["rules"][_ASPECT])
    return (
        _angle(look, in_yaw) <= min(1.0, 1 / aspect) * view
        and _angle(look, in_pitch) <= min(1.0, aspect) * view
    )


def _angle(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    length = float(np.linalg.norm(other))
    return math.degrees(math.acos(max(-1.0, min(1.0, float(one @ other) / max(length, 1e-9)))))


def cause_of(world: Any) -> str:
    """What hurt the player last, as ``mob:zombie`` or ``fall``; empty for nothing yet."""
    cause, kind = CAUSES[int(world["cause"])], int(world["hurt_by"])
    return f"{cause}:{MOB_BY_NUMBER[kind].name}" if kind in MOB_BY_NUMBER else cause


def sun_brightness(world: Any) -> float:
    """How bright the sky is, 0..1.

    Source: `World.getSunBrightnessFactor` of 1.11.2, as generally known.
    """
    at = (int(world["time"]) / 24_000 - 0.25) % 1.0
    at += ((1.0 - (math.cos(at * math.pi) + 1.0) / 2.0) - at) / 3.0
    bright = 1.0 - max(0.0, min(1.0, 1.0 - (math.cos(at * 2.0 * math.pi) * 2.0 + 0.5)))
    return bright * (1.0 - 5.0 / 16.0) if world["raining"] else bright
