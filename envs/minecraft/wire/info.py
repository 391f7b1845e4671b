"""An observation as the JSON that an engine sends with every picture.

Source: `JSONWorldDataHelper`, `ObservationFromFullInventoryImplementation` and `MineRLTypeHelper` of the
Malmo in `minedojo` 0.1, and the handlers in its ``sim/handlers/agent/observations``, which read it.
"""

from __future__ import annotations

import json
import math
from typing import Any

from envs.minecraft.wire.engine import N_SLOTS, Damage, Observation, Stack
from envs.minecraft.wire.stats import StatsText


class InfoWriter:
    """Writes observations of one engine.

    Args:
        engine: what the engine is called, which stands in the text: nothing may pass for what it is not.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._stats = StatsText()

    def text(self, seen: Observation) -> bytes:
        """The JSON. Raises `ValueError` where a number is none."""
        fields = {"engine": self._engine, **_life(seen), **_place(seen), **_surroundings(seen)}
        if seen.damage is not None:
            fields["damage_source"] = _damage(seen.damage)
            fields.update(fields["damage_source"])
        body = json.dumps(fields, separators=(",", ":"), allow_nan=False)
        return f"{body[:-1]},{self._stats.of(seen.stats)}}}".encode()


def _life(seen: Observation) -> dict[str, Any]:
    return {
        "life": seen.life,
        "armor": seen.armor,
        "food": seen.food,
        "saturation": seen.saturation,
        "xp": seen.xp,
        "is_alive": seen.life > 0,
        "air": seen.air,
        "is_sleeping": seen.is_sleeping,
    }


def _place(seen: Observation) -> dict[str, Any]:
    return {
        "xpos": seen.x,
        "ypos": seen.y,
        "zpos": seen.z,
        "pitch": seen.pitch,
        "yaw": half_turn(seen.yaw),
        "biome_name": seen.biome_name,
        "biome_id": seen.biome_id,
        "biome_temperature": seen.temperature,
        "biome_rainfall": seen.rainfall,
        "sea_level": seen.sea_level,
        "light_level": seen.light_level,
        "is_raining": seen.is_raining,
        "can_see_sky": seen.can_see_sky,
        "sun_brightness": seen.sun_brightness,
        "sky_light_level": seen.sky_light_level,
    }


def _surroundings(seen: Observation) -> dict[str, Any]:
    if len(seen.inventory) != N_SLOTS:
        raise ValueError(f"an inventory has {len(seen.inventory)} slots, expected {N_SLOTS}")
    fields: dict[str, Any] = {
        "inventory": [_slot(index, stack) for index, stack in enumerate(seen.inventory)],
        "inventories_available": [{"name": "inventory", "size": N_SLOTS}],
        "current_item_index": 0,
        "nearby_crafting_table": seen.nearby_table,
        "nearby_furnace": seen.nearby_furnace,
    }
    if seen.voxels:
        fields["voxels"] = list(seen.voxels)
    if seen.rays:
        fields["rays"] = list(seen.rays)
    return fields


def _slot(index: int, stack: Stack) -> dict[str, Any]:
    return {
        "name": stack.name,
        "variant": stack.variant,
        "quantity": stack.quantity,
        "max_durability": stack.max_durability,
        "cur_durability": stack.cur_durability,
        "index": index,
        "inventory": "inventory",
    }


def _damage(damage: Damage) -> dict[str, Any]:
    return {
        "damage_amount": damage.amount,
        "damage_distance": damage.distance,
        "damage_pitch": damage.pitch,
        "damage_yaw": damage.yaw,
        "hunger_damage": damage.hunger,
        "is_explosion": damage.explosion,
        "is_fire_damage": damage.fire,
        "is_magic_damage": damage.magic,
        "is_projectile": damage.projectile,
        "is_unblockable": damage.unblockable,
    }


def half_turn(degrees: float) -> float:
    """An angle within -180..180.

    >>> half_turn(270.0), half_turn(-180.0), half_turn(180.0)
    (-90.0, -180.0, 180.0)
    """
    return degrees if -180.0 <= degrees <= 180.0 else math.remainder(degrees, 360.0)
