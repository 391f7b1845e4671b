"""What to head for: the nearest thing sought that is known, else where to look for it. Compiled."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.frontier import explore_goal
from envs.minecraft.direct.kinds import N_BLOCK_KINDS
from envs.minecraft.direct.memory import Memory
from envs.minecraft.direct.nearest import NONE
from envs.minecraft.direct.place_costs import HANDLING
from envs.minecraft.direct.remembering import ground_at
from envs.minecraft.direct.way import STEP
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import FIRST_STATE

STONE = integer(FIRST_STATE["stone"])
_REACH_BLOCK, _REACH_MOB, _REACH_LAND, _REACH_LEVEL = 3.4, 2.2, 5.0, 1.5
"""Blocks from the eyes within which one has arrived."""

_WEIGHT = 2.0
"""What blocks that are left count for in a search for a way, against those that were gone: more finds sooner,
and less good ways."""

_DIGS_LIKE = 3.0
"""Blocks that are dug for each block of a way under ground, by which it is judged beforehand."""


@inner
def choose_goal(
    world: World,
    memory: Memory,
    wanted: NDArray[np.bool_],
    region: int,
    dig: NDArray[np.float64],
    goal: NDArray[np.float64],
) -> int:
    """Choose where to go.

    Args:
        world: where.
        memory: what is known.
        wanted: bool[N_KINDS], what is sought.
        region: number of where to look.
        dig: as `envs.minecraft.direct.way.find_way` takes it.
        goal: float64[7], out: as `find_way` takes it.

    Returns:
        the kind of what is headed for; -1 while nothing sought is known.
    """
    found, best = integer(-1), NONE
    for kind in range(len(wanted)):
        if wanted[kind] and memory.nearest[kind, 0] < best:
            found, best = integer(kind), memory.nearest[kind, 0]
    under = False
    if found >= 0:
        place = memory.nearest[found]
        goal[0], goal[1], goal[2] = place[1] + 0.5, place[2] + 0.5, place[3] + 0.5
        goal[3], goal[4] = (_REACH_MOB if found >= N_BLOCK_KINDS else _REACH_BLOCK), 0.0
        x, z = math.floor(world.x), math.floor(world.z)
        under = ground_at(memory, x, z) > world.y + 4 or place[2] < ground_at(memory, x, z) - 6
    else:
        x, y, z, counts, under = explore_goal(world, memory, region)
        goal[0], goal[1], goal[2] = x + 0.5, y + 0.5, z + 0.5
        goal[3], goal[4] = (_REACH_LEVEL if counts == 2 else _REACH_LAND), counts
    goal[5] = 1.0 if under else 0.0
    goal[6] = max(_WEIGHT, 1.0 + _DIGS_LIKE * (dig[STONE] + HANDLING) / STEP) if under else _WEIGHT
    return found
