"""What the package shows after an action, read into the same observation that engines of ours make.

All of it comes from another process and from an engine behind it: nothing is believed unseen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from envs.minecraft.package.errors import PlayerDied
from envs.minecraft.wire.commands import Commands, read_commands
from envs.minecraft.wire.engine import N_SLOTS, RAY_FIELDS, VOXEL_FIELDS, Damage, Observation, Stack
from envs.minecraft.wire.mission import Mission, read_mission
from envs.text import brief, plain

MASKS: Final = ("action_type", "equip", "place", "destroy", "craft_smelt")
"""What may be done now: kinds of action, slots, and items by their numbers."""

LONGEST_NAME: Final = 100
MOST_NOTES: Final = 20
_LARGEST: Final = 1e12

_NUMBERS: Final = {
    "x": "xpos",
    "y": "ypos",
    "z": "zpos",
    "yaw": "yaw",
    "pitch": "pitch",
    "life": "life",
    "saturation": "saturation",
    "rainfall": "biome_rainfall",
    "temperature": "biome_temperature",
    "sky_light_level": "sky_light_level",
    "sun_brightness": "sun_brightness",
}
_COUNTS: Final = {
    "food": "food",
    "xp": "xp",
    "armor": "armor",
    "air": "air",
    "biome_id": "biome_id",
    "sea_level": "sea_level",
    "light_level": "light_level",
}
_FLAGS: Final = {
    "is_sleeping": "is_sleeping",
    "is_raining": "is_raining",
    "can_see_sky": "can_see_sky",
    "nearby_table": "nearby_crafting_table",
    "nearby_furnace": "nearby_furnace",
}
"""Attributes of an observation -> the engine's names."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is after an action.

    Attributes:
        observation: everything but the picture.
        engine: what the engine calls itself; empty for Minecraft, which does not say.
        ticks: that the episode has taken, as the package counts them.
        masks: what may be done, by `MASKS`; empty after a tick of commands.
        reward: of the task, for the latest action.
        done: whether the episode is over.
        success: whether the task is done.
        notes: what was not done, and why.
        prompt: the task in words; empty after the first look.
        mission: what the engine was asked to begin with; None after the first look.
        sent: what the engine was told, tick by tick, for this look.
    """

    observation: Observation
    engine: str
    ticks: int
    masks: Mapping[str, frozenset[int]]
    reward: float = 0.0
    done: bool = False
    success: bool = False
    notes: Sequence[str] = field(default=())
    prompt: str = ""
    mission: Mission | None = None
    sent: Sequence[Commands] = field(default=())


def read_seen(answer: Mapping[str, Any]) -> Seen:
    """What the side answered. Raises `PlayerDied` where it cannot be."""
    info, masks = _of(answer, "info", dict), _of(answer, "masks", dict)
    return Seen(
        observation=read_observation(info, _of(answer, "counts", dict)),
        engine=plain(info.get("engine", ""), LONGEST_NAME),
        ticks=_whole(answer, "ticks"),
        masks={name: frozenset(_of(masks, name, list)) for name in MASKS if name in masks},
        reward=_number(answer, "reward") if "reward" in answer else 0.0,
        done=bool(answer.get("done")),
        success=bool(answer.get("success")),
        notes=tuple(plain(note) for note in list(answer.get("notes") or ())[:MOST_NOTES]),
        prompt=plain(answer.get("prompt", "")),
        mission=read_mission(answer["mission"].encode()) if "mission" in answer else None,
        sent=tuple(map(read_commands, answer.get("sent", ()))),
    )


def read_observation(info: Mapping[str, Any], counts: Mapping[str, Any]) -> Observation:
    """The engine's own JSON as an observation.

    Args:
        info: as the engine sent it, without its statistics.
        counts: statistics that are not zero, by their paths with dots.

    Raises:
        PlayerDied: something is missing or of another kind.
    """
    stats = {tuple(path.split(".")): _whole(counts, path) for path in counts}
    fields: dict[str, Any] = {name: _number(info, key) for name, key in _NUMBERS.items()}
    fields.update({name: _whole(info, key) for name, key in _COUNTS.items()})
    fields.update({name: _of(info, key, bool) for name, key in _FLAGS.items()})
    return Observation(
        **fields,
        biome_name=plain(info.get("biome_name", ""), LONGEST_NAME),
        inventory=[_stack(slot) for slot in _slots(info)],
        voxels=_flat(info, "voxels", VOXEL_FIELDS),
        rays=_flat(info, "rays", RAY_FIELDS),
        stats=stats,
        damage=_damage(info),
    )


def _slots(info: Mapping[str, Any]) -> list[Any]:
    """The player's own slots; a chest that is looked at comes after them."""
    own = [
        slot
        for slot in _of(info, "inventory", list)
        if isinstance(slot, dict) and slot.get("inventory") == "inventory"
    ]
    if len(own) != N_SLOTS:
        raise PlayerDied(f"the engine shows an inventory of {len(own)} slots, expected {N_SLOTS}")
    return own


def _stack(slot: Mapping[str, Any]) -> Stack:
    return Stack(
        plain(_of(slot, "name", str), LONGEST_NAME),
        *(_whole(slot, name) for name in ("quantity", "variant", "max_durability", "cur_durability")),
    )


def _flat(info: Mapping[str, Any], name: str, fields: int) -> Sequence[Any]:
    values = info.get(name, ())
    if not isinstance(values, list | tuple) or len(values) % fields:
        raise PlayerDied(
            f"the engine shows {name} that cannot be: {brief(values)}, expected {fields} values each"
        )
    return values


def _damage(info: Mapping[str, Any]) -> Damage | None:
    if "damage_amount" not in info:
        return None
    optional = {"distance": "damage_distance", "pitch": "damage_pitch", "yaw": "damage_yaw"}
    return Damage(
        amount=_number(info, "damage_amount"),
        **{name: _number(info, key) for name, key in optional.items() if key in info},
        explosion=bool(info.get("is_explosion")),
        fire=bool(info.get("is_fire_damage")),
        magic=bool(info.get("is_magic_damage")),
        projectile=bool(info.get("is_projectile")),
        unblockable=bool(info.get("is_unblockable")),
    )


def _of(values: Mapping[str, Any], name: str, kind: type[_T]) -> _T:
    found = values.get(name)
    if not isinstance(found, kind):
        raise PlayerDied(
            f"the engine shows {name} that cannot be: {brief(found)}, expected a {kind.__name__}"
        )
    return found


def _number(values: Mapping[str, Any], name: str) -> float:
    found = values.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise PlayerDied(f"the engine shows {name} that cannot be: {brief(found)}, expected a number")
    return float(found)


def _whole(values: Mapping[str, Any], name: str) -> int:
    found = _number(values, name)
    if found != int(found) or abs(found) > _LARGEST:
        raise PlayerDied(f"the engine shows {name} that cannot be: {brief(found)}, expected a whole number")
    return int(found)
