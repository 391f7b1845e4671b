"""Blows of the player, and what mobs leave when they die."""

from __future__ import annotations

import math
from typing import cast

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.sources import SOURCES
from envs.minecraft.world.compiled.bag import HAND, wear_out
from envs.minecraft.world.compiled.bodies import drop_item
from envs.minecraft.world.compiled.chance import between
from envs.minecraft.world.compiled.wounds import exhaust
from envs.minecraft.world.state import COUNTERS, TOTALS, World
from envs.minecraft.world.tables.items import ITEM, TOOL_DAMAGE, TOOL_KIND, TOOL_RATE
from envs.minecraft.world.tables.mobs import MOB, MOBS
from envs.minecraft.world.tables.parameters import place_of

BY_PLAYER, BY_OTHERS = cast(bool, np.bool_(True)), cast(bool, np.bool_(False))
"""Who hurts a mob, as `hurt_body` takes it."""
_BLOW, _RATE, _PAUSE = place_of("player.blow"), place_of("player.blow_rate"), place_of("player.hurt_pause")
_COST = place_of("exhaustion.blow")
_USED = COUNTERS.index("used")
_DEALT, _KILLS = TOTALS.index("damage_dealt"), TOTALS.index("mob_kills")
_XP = np.array([0, 0, 0, *(mob.xp for mob in MOBS)])
_ARMOUR = np.array([0, 0, 0, *(mob.armour for mob in MOBS)])
_GRAZES = np.array([way in ("graze", "hop") for way in ("", "", "", *(mob.way for mob in MOBS))])
_SHEEP = integer(MOB["sheep"].number)
_SWORD, _AXE, _PICKAXE, _SHOVEL = 5, 2, 1, 3

_LIKE: dict[str, str] = {
    "mooshroom": "cow", "zombie_villager": "zombie", "husk": "zombie", "zombie_pigman": "zombie",
    "stray": "skeleton", "cave_spider": "spider",
}  # fmt: skip
"""Mobs that leave the same as another, as far as `SOURCES` does not say."""
_ALWAYS = frozenset({"wool", "chicken", "beef", "porkchop", "mutton", "totem_of_undying", "rabbit"})


def _drops() -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Kind of mob -> up to three rows of item, fewest, most; fewest is 0 where it may leave none."""
    table = np.zeros((3 + len(MOBS), 3, 3), np.int64)
    for mob in MOBS:
        ways = [way for way in SOURCES if way.kills and way.thing == _LIKE.get(mob.name, mob.name)]
        for row, way in enumerate(ways[:3]):
            low = way.low if way.drop in _ALWAYS else 0
            table[mob.number, row] = ITEM[way.drop], low, way.high
    return table


DROPPED = _drops()
"""What mobs leave, int64[kinds, 3, 3]; the counts are those of `envs.minecraft.sources`, and none is possible
where 1.11.2 leaves none now and then."""


@inner
def strike(world: World, i: int, fresh: bool, held: bool) -> None:
    """Hit a body with what is in the hand; a held attack waits until the blow is full.

    Source: `EntityPlayer.attackTargetEntityWithCurrentItem` of 1.11.2, as generally known.
    """
    item = integer(world.slot_item[HAND])
    armed = TOOL_KIND[item] != 0
    rate = TOOL_RATE[item] if armed else world.rules[_RATE]
    full = min(1.0, (world.swing + 0.5) / (20.0 / rate))
    if not fresh and (not held or full < 1.0):
        return
    damage = TOOL_DAMAGE[item] if armed else world.rules[_BLOW]
    damage *= 0.2 + full * full * 0.8
    if (
        full > 0.9
        and world.fallen > 0.0
        and not world.grounded
        and not world.in_water
        and not world.sprinting
    ):
        damage *= 1.5
    world.swing = 0
    push = 1.0 if world.sprinting and full > 0.9 else 0.4
    if hurt_body(world, i, damage, world.x, world.z, push, BY_PLAYER):
        exhaust(world, world.rules[_COST])
        kind = TOOL_KIND[item]
        if kind == _SWORD or kind in (_AXE, _PICKAXE, _SHOVEL):
            world.counts[_USED, item] += 1
        if kind == _SWORD:
            wear_out(world, HAND, integer(1))
        elif kind in (_AXE, _PICKAXE, _SHOVEL):
            wear_out(world, HAND, integer(2))


@inner
def hurt_body(
    world: World, i: int, damage: float, from_x: float, from_z: float, push: float, by_player: bool
) -> bool:
    """Hurt a mob, unless a wound is too fresh; push it away; returns whether it counted."""
    body = world.bodies[i]
    if body.hurt > 0 or body.life <= 0.0:
        return False
    points = _ARMOUR[body.kind]
    damage *= 1.0 - min(20.0, max(points / 5.0, points - damage / 2.0)) / 25.0
    body.life -= damage
    body.hurt = int(world.rules[_PAUSE])
    if by_player:
        world.totals[_DEALT] += damage
    dx, dz = body.x - from_x, body.z - from_z
    length = math.sqrt(dx * dx + dz * dz)
    if length > 1e-6:
        body.vx = body.vx / 2 + dx / length * push
        body.vz = body.vz / 2 + dz / length * push
        if body.grounded:
            body.vy = min(0.4, body.vy / 2 + push)
    if _GRAZES[body.kind]:
        body.panic = 100
    if by_player:
        body.angry = 400
    if body.life <= 0.0:
        die(world, i, by_player)
    return True


@inner
def die(world: World, i: int, by_player: bool) -> None:
    """Let a mob die and leave what it drops."""
    body = world.bodies[i]
    kind, x, y, z = integer(body.kind), body.x, body.y, body.z
    shorn = kind == _SHEEP and body.sheared != 0
    body.kind = 0
    if by_player:
        world.killed[kind] += 1
        world.totals[_KILLS] += 1
        world.xp += _XP[kind]
    for row in range(3):
        item = integer(DROPPED[kind, row, 0])
        if item == 0:
            return
        count = between(world, DROPPED[kind, row, 1], DROPPED[kind, row, 2])
        if count > 0 and not (shorn and row == 1):
            drop_item(world, item, count, integer(0), x, y + 0.3, z)
