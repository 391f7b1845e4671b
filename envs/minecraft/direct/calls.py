"""The compiled functions that Python plays with; kept on disk with what they are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from envs.grid import compiling
from envs.grid.numba_cache import drop_stale
from envs.minecraft import facts as fact_vocabulary
from envs.minecraft import names, places
from envs.minecraft.direct import (
    aiming,
    encoding,
    frontier,
    goals,
    kinds,
    layout,
    looking,
    nearest,
    place_costs,
    remembering,
    searching,
    telling,
    tools,
    way,
)
from envs.minecraft.direct import memory as memory_record
from envs.minecraft.direct.encoding import encode
from envs.minecraft.direct.looking import look
from envs.minecraft.direct.nearest import give_up, survey
from envs.minecraft.direct.remembering import remember
from envs.minecraft.world.compiled import calls as world_calls
from envs.minecraft.world.compiled.land import block_at

MOST_LOOKED_AT = 1_000
"""Places that a search for a way looks at."""


@njit(cache=True, nogil=True)
def see(worlds: NDArray[Any], memories: NDArray[Any], looks: bool) -> None:
    """Look, if so wanted, and bring what is nearest up to date.

    Args:
        worlds: WORLD_DTYPE[1].
        memories: MEMORY_DTYPE[1].
        looks: whether to look; else only distances are brought up to date.
    """
    if looks:
        look(worlds[0], memories[0])
    else:
        survey(worlds[0], memories[0])


@njit(cache=True, nogil=True)
def head(
    worlds: NDArray[Any],
    memories: NDArray[Any],
    wanted: NDArray[np.bool_],
    region: int,
    dig: NDArray[np.float64],
    drops: NDArray[np.bool_],
    goal: NDArray[np.float64],
    searches: NDArray[Any],
    other_tools: bool,
) -> tuple[int, int, bool]:
    """Choose what to head for, and find the way, which is written into the memory.

    Args:
        worlds: WORLD_DTYPE[1].
        memories: MEMORY_DTYPE[1], surveyed.
        wanted: bool[N_KINDS], what is sought.
        region: where to look while nothing sought is known.
        dig: float64[257], out, see `envs.minecraft.direct.tools.survey_tools`.
        drops: bool[256], out.
        goal: float64[7], out, see `envs.minecraft.direct.way.find_way`.
        searches: SEARCH_DTYPE[1], room to search in, see `envs.minecraft.direct.searching`.
        other_tools: whether anything carried may be other than when `dig` and `drops` were written.

    Returns:
        kind of the goal, -1 while nothing sought is known; steps of the way; whether it leads all the way.
    """
    world, memory = worlds[0], memories[0]
    if other_tools:
        tools.survey_tools(world, dig, drops)
    kind = goals.choose_goal(world, memory, wanted, region, dig, goal)
    length, complete = way.find_way(world, memory, dig, goal, MOST_LOOKED_AT, searches[0])
    return kind, length, complete


@njit(cache=True, nogil=True)
def head_to(
    worlds: NDArray[Any],
    memories: NDArray[Any],
    dig: NDArray[np.float64],
    goal: NDArray[np.float64],
    most: int,
    searches: NDArray[Any],
) -> tuple[int, bool]:
    """Find the way to a given goal; see `head`."""
    return way.find_way(worlds[0], memories[0], dig, goal, most, searches[0])


@njit(cache=True, nogil=True)
def tell_facts(worlds: NDArray[Any], memories: NDArray[Any], facts: NDArray[np.int32]) -> None:
    """Write the facts, int32[len(FACTS)]."""
    telling.tell(worlds[0], memories[0], facts)


@njit(cache=True, nogil=True)
def write_encoding(
    worlds: NDArray[Any],
    memories: NDArray[Any],
    facts: NDArray[np.int32],
    wanted: NDArray[np.bool_],
    dig: NDArray[np.float64],
    drops: NDArray[np.bool_],
    goal: NDArray[np.float64],
    headed: tuple[int, int, bool],
    out: NDArray[np.float32],
) -> None:
    """Write the policy's input, see `envs.minecraft.direct.encoding`; `headed` is what `head` returned."""
    kind, length, complete = headed
    encode(worlds[0], memories[0], facts, wanted, dig, drops, goal, kind, length, complete, out)


@njit(cache=True, nogil=True)
def aim_at(
    worlds: NDArray[Any],
    memories: NDArray[Any],
    wanted: NDArray[np.bool_],
    what: int,
    far: float,
    out: NDArray[np.float64],
) -> None:
    """Choose where to look.

    Args:
        worlds: WORLD_DTYPE[1].
        memories: MEMORY_DTYPE[1].
        wanted: bool[N_KINDS].
        what: 0 something wanted, 1 the same with liquids in the way, 2 a free place to put a block on, 3 the
            block at the place that `out` names, 4 a face by which a block is put there.
        far: blocks within which mobs count.
        out: float64[8], out: yaw, pitch, place, how far (1e9 for none, 100 more where hidden), whether a mob.
    """
    world, memory = worlds[0], memories[0]
    if what == 2:
        aiming.choose_spot(world, out)
    elif what == 3:
        out[0], out[1], out[5] = aiming.point_on(world, int(out[2]), int(out[3]), int(out[4]), far != 0.0)
    elif what == 4:
        aiming.choose_face(world, int(out[2]), int(out[3]), int(out[4]), out)
    else:
        aiming.choose_aim(world, memory, wanted, what == 1, far, out)


@njit(cache=True, nogil=True)
def tool_for(worlds: NDArray[Any], state: int) -> tuple[int, float, bool]:
    """The slot of the best tool carried for a state, the ticks that it takes, whether it drops anything."""
    return tools.best_tool(worlds[0], state)


@njit(cache=True, nogil=True)
def leave_alone(memories: NDArray[Any], x: int, y: int, z: int) -> None:
    """Give a place up."""
    give_up(memories[0], x, y, z)


@njit(cache=True, nogil=True)
def recall(memories: NDArray[Any], places: NDArray[np.int64], cubes: NDArray[np.uint8]) -> None:
    """Remember cubes of 16 blocks again.

    Args:
        memories: MEMORY_DTYPE[1].
        places: int64[n, 3]: chunk's x and z, and which sixteen layers.
        cubes: uint8[n, 16, 16, 16]: 1 + state by x, z, layer, 0 where nothing was seen.
    """
    memory = memories[0]
    for n in range(len(places)):
        x, z, y = places[n, 0] * 16, places[n, 1] * 16, places[n, 2] * 16
        for a in range(16):
            for c in range(16):
                for b in range(16):
                    if cubes[n, a, c, b] > 0:
                        remember(memory, x + a, y + b, z + c, cubes[n, a, c, b] - 1)


@njit(cache=True, nogil=True)
def notice(worlds: NDArray[Any], memories: NDArray[Any], x: int, y: int, z: int) -> None:
    """Remember a place next to the player, and what is above and below it, as who is about to step."""
    for j in range(y - 5, y + 3):
        remember(memories[0], x, j, z, block_at(worlds[0], x, j, z))


_COMPILED = (
    aiming, encoding, frontier, goals, kinds, layout, looking, memory_record, nearest, place_costs,
    remembering, searching, telling, tools, way,
)  # fmt: skip
drop_stale(see, *_COMPILED, *world_calls._FILES, compiling, fact_vocabulary, names, places)
