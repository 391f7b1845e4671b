"""The statistics that Minecraft keeps, as far as the block world counts them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from envs.minecraft.world.slots import counts_of
from envs.minecraft.world.state import TOTALS, TRAVELS
from envs.minecraft.world.tables.blocks import STATES
from envs.minecraft.world.tables.mobs import MOB_BY_NUMBER

_OF_ITEMS: Final = {
    "crafted": "craftItem",
    "smelted": "craftItem",
    "used": "useItem",
    "picked_up": "pickup",
    "dropped": "drop",
    "broken": "breakItem",
}
_OF_TRAVELS: Final = {
    "walked": "walkOneCm",
    "crouched": "crouchOneCm",
    "sprinted": "sprintOneCm",
    "swum": "swimOneCm",
    "fallen": "fallOneCm",
    "climbed": "climbOneCm",
    "dived": "diveOneCm",
}
_OF_TOTALS: Final = {
    "jumps": ("jump", 1),
    "damage_dealt": ("damageDealt", 10),
    "damage_taken": ("damageTaken", 10),
    "mob_kills": ("mobKills", 1),
    "sleeps": ("sleepInBed", 1),
    "drops": ("drop", 1),
    "sneak_ticks": ("sneakTime", 1),
}


def stats_of(world: Any) -> dict[str, int]:
    """Statistics by id; what is zero is left out."""
    found: dict[str, int] = {}
    for name, value in _pairs(world):
        found[name] = found.get(name, 0) + value
    return {name: value for name, value in found.items() if value}


def _pairs(world: Any) -> Iterator[tuple[str, int]]:
    ticks = int(world["ticks"])
    yield "stat.playOneMinute", ticks
    yield "stat.timeSinceDeath", ticks - int(world["died_at"])
    yield "stat.deaths", int(world["killed_by"].sum())
    for name, value in zip(TRAVELS, world["travelled"].tolist(), strict=True):
        yield f"stat.{_OF_TRAVELS[name]}", round(value * 100)
    for name, value in zip(TOTALS, world["totals"].tolist(), strict=True):
        stat, factor = _OF_TOTALS[name]
        yield f"stat.{stat}", round(value * factor)
    for counter, stat in _OF_ITEMS.items():
        for item, count in counts_of(world, counter).items():
            yield f"stat.{stat}.minecraft.{item}", count
    for state in world["mined"].nonzero()[0].tolist():
        yield f"stat.mineBlock.minecraft.{STATES[state].name}", int(world["mined"][state])
    for stat, row in (("killEntity", world["killed"]), ("entityKilledBy", world["killed_by"])):
        for kind in row.nonzero()[0].tolist():
            if kind in MOB_BY_NUMBER:
                yield f"stat.{stat}.{MOB_BY_NUMBER[kind].malmo}", int(row[kind])
