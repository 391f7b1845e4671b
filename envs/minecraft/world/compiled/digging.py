"""Digging: how long it takes, what comes of it."""

from __future__ import annotations

import numpy as np

from envs.grid.compiling import inner, integer
from envs.minecraft.world.compiled.bag import HAND, wear_out
from envs.minecraft.world.compiled.bodies import drop_item
from envs.minecraft.world.compiled.chance import between, uniform
from envs.minecraft.world.compiled.land import AIR, WATER, block_at, flow_around, put_block
from envs.minecraft.world.compiled.settling import settle
from envs.minecraft.world.compiled.wounds import exhaust
from envs.minecraft.world.state import COUNTERS, World
from envs.minecraft.world.tables.blocks import FIRST_STATE, HARDNESS, STATES
from envs.minecraft.world.tables.drops import DROPS, MOST
from envs.minecraft.world.tables.gear import SHEARS_ON_LEAVES
from envs.minecraft.world.tables.items import TOOL_KIND, TOOL_SPEED, TOOL_TIER
from envs.minecraft.world.tables.parameters import place_of

_TOOL = np.array([block.tool for block in STATES])
_TIER = np.array([block.tier for block in STATES])
_SOFT = np.array([block.material.name == "leaves" for block in STATES])
_NEEDS = np.array([not block.material.tool_not_required for block in STATES])
_WEB, _WOOL = integer(FIRST_STATE["web"]), integer(FIRST_STATE["wool"])
_ICE = integer(FIRST_STATE["ice"])
_XP = {"coal_ore": 1, "diamond_ore": 5, "emerald_ore": 5, "redstone_ore": 3, "lapis_ore": 3, "quartz_ore": 3}
_ORES = np.array([_XP.get(block.name, 0) for block in STATES])
"""Points of experience, about the middle of what 1.11.2 draws."""
_SWORD, _SHEARS = 5, 6
_USED = COUNTERS.index("used")
_RIGHT, _WRONG, _PAUSE, _SLOW = (place_of(f"dig.{name}") for name in ("right", "wrong", "pause", "slow"))
_COST = place_of("exhaustion.dig")


@inner
def harvests(state: int, item: int) -> bool:
    """Whether a block drops anything when it is dug with an item in hand."""
    if not _NEEDS[state]:
        return True
    if state == _WEB:
        return bool(TOOL_KIND[item] == _SWORD or TOOL_KIND[item] == _SHEARS)
    return bool(TOOL_KIND[item] == _TOOL[state] and TOOL_TIER[item] >= _TIER[state])


@inner
def speed_on(state: int, item: int) -> float:
    """How many times faster than by hand an item digs a block."""
    kind = TOOL_KIND[item]
    if kind == _SHEARS:
        if _SOFT[state] or state == _WEB:
            return SHEARS_ON_LEAVES
        return 5.0 if state == _WOOL else 1.0
    if kind == _SWORD:
        return SHEARS_ON_LEAVES if state == _WEB else 1.5 if _SOFT[state] else 1.0
    if kind != 0 and kind == _TOOL[state]:
        return float(TOOL_SPEED[item])
    return 1.0


@inner
def share_a_tick(world: World, state: int, item: int) -> float:
    """What part of a block is dug in a tick; 0 for what cannot be dug.

    Source: `ForgeHooks.blockStrength` and `EntityPlayer.getDigSpeed` of 1.11.2, as generally known.
    """
    hardness = float(HARDNESS[state])
    if hardness < 0.0:
        return 0.0
    if hardness == 0.0:
        return 1.0
    speed = speed_on(state, item) * world.break_speed
    if world.eyes_in_water:
        speed /= world.rules[_SLOW]
    if not world.grounded:
        speed /= world.rules[_SLOW]
    ticks = world.rules[_RIGHT] if harvests(state, item) else world.rules[_WRONG]
    return float(speed / hardness / ticks)


@inner
def dig(world: World, x: int, y: int, z: int) -> None:
    """Dig at a block for one tick with what is in the hand."""
    if world.dig_pause > 0:
        world.dig_pause -= 1
        return
    if not (world.dig_x == x and world.dig_y == y and world.dig_z == z):
        world.dig_x, world.dig_y, world.dig_z, world.digging = x, y, z, 0.0
    state = block_at(world, x, y, z)
    item = integer(world.slot_item[HAND])
    share = share_a_tick(world, state, item)
    world.digging += share
    if world.digging < 1.0 - 1e-6:
        return
    world.digging, world.dig_y = 0.0, integer(-1)
    if share < 1.0:
        world.dig_pause = int(world.rules[_PAUSE])
    world.mined[state] += 1
    exhaust(world, world.rules[_COST])
    break_block(world, x, y, z, item)
    if HARDNESS[state] > 0.0:
        if TOOL_KIND[item] != 0:
            world.counts[_USED, item] += 1
        wear_out(world, HAND, integer(2) if TOOL_KIND[item] == _SWORD else integer(1))


@inner
def break_block(world: World, x: int, y: int, z: int, item: int) -> None:
    """Take a block away, leave what it drops to an item, and let what stood on it follow."""
    state = block_at(world, x, y, z)
    put_block(world, x, y, z, WATER if state == _ICE and block_at(world, x, y - 1, z) != AIR else AIR)
    if harvests(state, item):
        leave_drops(world, state, item, x, y, z)
        world.xp += _ORES[state]
    settle(world, x, y, z)
    flow_around(world, x, y, z)


@inner
def leave_drops(world: World, state: int, item: int, x: int, y: int, z: int) -> None:
    """Have what a block drops lie about where it was."""
    for column in range(MOST):
        row = DROPS[state, column]
        if row.thing == 0:
            return
        if row.tool != 0 and row.tool != TOOL_KIND[item]:
            continue
        if row.chance >= 0 and uniform(world) >= world.rules[row.chance]:
            continue
        count = between(world, row.low, row.high)
        if count > 0:
            drop_item(world, row.thing, count, integer(0), x + 0.5, y + 0.3, z + 0.5)
        if row.instead:
            return
