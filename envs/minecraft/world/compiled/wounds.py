"""What hurts the player, and what hunger and air do."""

from __future__ import annotations

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bag import wear_out
from envs.minecraft.world.state import CAUSES, TOTALS, World
from envs.minecraft.world.tables.gear import ARMOUR
from envs.minecraft.world.tables.items import ITEMS
from envs.minecraft.world.tables.parameters import place_of

MOB, ARROW, EXPLOSION, FALL, DROWN, LAVA, FIRE, WALL, STARVE, CACTUS, VOID, COMMAND = (
    integer(i) for i in range(1, len(CAUSES))
)
NOBODY = integer(0)
_TAKEN = TOTALS.index("damage_taken")
_PAUSE, _WOUND = place_of("player.hurt_pause"), place_of("exhaustion.wound")
_POINTS = np.array([ARMOUR.get(name, 0) for name in ITEMS])
_FEET, _HEAD = integer(36), integer(39)


@inner
def armour_of(world: World) -> int:
    """Points of the armour that is worn."""
    points = 0
    for slot in range(_FEET, _HEAD + 1):
        if world.slot_count[slot] > 0:
            points += _POINTS[world.slot_item[slot]]
    return points


@inner
def exhaust(world: World, by: float) -> None:
    """Make hungry; forty points at most are owed at a time."""
    world.exhaustion = min(40.0, world.exhaustion + by)


@inner
def hurt_player(world: World, damage: float, cause: int, kind: int) -> bool:
    """Hurt the player, unless a wound as bad is too fresh; returns whether it counted.

    Source: `EntityLivingBase.attackEntityFrom` and `CombatRules` of 1.11.2, as generally known.
    """
    if world.dead or damage <= 0.0:
        return False
    counts = damage
    if world.hurt > 0:
        if damage <= world.last_wound:
            return False
        counts = damage - world.last_wound
    else:
        world.hurt = int(world.rules[_PAUSE])
    world.last_wound = damage
    if cause in (MOB, ARROW, EXPLOSION, LAVA, CACTUS, FIRE):
        points = armour_of(world)
        shield = max(points / 5.0, points - counts / 2.0)
        worn = max(1, int(counts / 4.0))
        counts *= 1.0 - min(20.0, shield) / 25.0
        for slot in range(_FEET, _HEAD + 1):
            wear_out(world, slot, worn)
    world.life = max(0.0, world.life - counts)
    world.totals[_TAKEN] += counts
    world.cause, world.hurt_by, world.hurt_at = cause, kind, world.ticks
    world.asleep = 0
    exhaust(world, world.rules[_WOUND])
    if world.life <= 0.0:
        world.dead = 1
        world.died_at = world.ticks
        world.killed_by[kind] += 1
    return True
