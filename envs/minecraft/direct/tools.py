"""The best tool carried for each block: how long it takes, whether the block drops anything. Compiled."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.place_costs import NEVER
from envs.minecraft.world.compiled.digging import harvests, speed_on
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import HARDNESS, STATES
from envs.minecraft.world.tables.items import ITEM, PLACED_AS, TOOL_KIND, TOOL_TIER

_CARRIED = 36
_N_STATES = len(STATES)
BUILDS = np.zeros(len(PLACED_AS), np.bool_)
"""bool[items], by item: whether it is put down to climb on."""

for _name in ("dirt", "cobblestone", "netherrack", "sandstone", "planks"):
    BUILDS[ITEM[_name]] = True
_SLOWER = 1.7
"""How many times as long digging may take for a more precious tool to be spared."""

_RIGHT, _WRONG = 30.0, 100.0


@inner
def ticks_with(world: World, state: int, item: int) -> float:
    """Ticks that it takes to dig a state with an item, on firm ground; `NEVER` for what cannot be dug."""
    hardness = float(HARDNESS[state])
    if hardness < 0.0:
        return NEVER
    most = _RIGHT if harvests(state, item) else _WRONG
    return math.ceil(hardness * most / (speed_on(state, item) * world.break_speed))


@inner
def best_tool(world: World, state: int) -> tuple[int, float, bool]:
    """The slot of the best tool for a state, the ticks, and whether it drops anything then.

    Tools that make it drop come first, then the least precious one of those that are not much slower than
    others, then the hand.
    """
    found, ticks = integer(0), ticks_with(world, state, integer(world.slot_item[0]))
    drops, price = harvests(state, integer(world.slot_item[0])), TOOL_TIER[world.slot_item[0]]
    for slot in range(1, _CARRIED):
        item = integer(world.slot_item[slot])
        if world.slot_count[slot] == 0 or (TOOL_KIND[item] == 0 and TOOL_KIND[world.slot_item[found]] == 0):
            continue
        its_ticks, its_drops, its_price = (
            ticks_with(world, state, item),
            harvests(state, item),
            TOOL_TIER[item],
        )
        if its_drops != drops:
            better = its_drops
        elif its_price < price:
            better = its_ticks <= ticks * _SLOWER
        else:
            better = its_ticks * _SLOWER < ticks or (its_price == price and its_ticks < ticks)
        if better:
            found, ticks, drops, price = integer(slot), its_ticks, its_drops, its_price
    return found, ticks, drops


@inner
def survey_tools(world: World, dig: NDArray[np.float64], drops: NDArray[np.bool_]) -> None:
    """Write how long each state takes with the best tool, and whether it drops anything.

    Args:
        world: for what is carried.
        dig: float64[257], out: ticks by state; the last is how many blocks there are to build with.
        drops: bool[256], out.
    """
    dig[:] = NEVER
    dig[256] = 0.0
    for state in range(_N_STATES):
        if HARDNESS[state] >= 0.0:
            _, ticks, gets = best_tool(world, integer(state))
            dig[state], drops[state] = ticks, gets
    for slot in range(_CARRIED):
        if BUILDS[world.slot_item[slot]] and world.slot_count[slot] > 0:
            dig[256] += world.slot_count[slot]
