"""The policy's input: what the player sees, remembers and heads for, as one vector. Compiled.

Everything that has a direction is told as seen from the look: ahead, and to the right. Layout
(`ENCODING_SIZE` floats, about -1..1):

- 16: what is headed for: whether it is known; nearness; within reach; ahead, right, up, each as a share of
  its distance; whether it is a mob; whether the way leads all the way; length of the way / 32; its first
  step: ahead, right, up or down, through what has to be dug, through water; whether what is sought is faced;
  whether there is a way.
- 12: what is looked at within reach: anything; a mob; of what is sought; needs a pickaxe; the best tool
  carried gets it to drop; how far it is dug; liquid; a tree; ore; a table or furnace; ground; other.
- 5 x 4: ahead, right, behind, left, here: blocked at the feet; at the head; a drop below; water; lava near.
- 10: life, food, air, armour, falling, in water, on the ground, pitch, hurt lately, sleeping.
- 6: the sun's height, light, sky, night, nearness of a monster, raining.
- 24: carried: square roots of counts of main materials / 8, tiers of tools / 4.
- 3: hints: go on, there is nothing sought within reach; a block sought is within reach, so is a mob.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from envs.grid.compiling import inner, integer
from envs.minecraft.direct.kinds import (
    IS_LAVA,
    IS_WATER,
    KIND_OF_BODY,
    KIND_OF_STATE,
    LOG,
    N_BLOCK_KINDS,
    NO_KIND,
    TREE,
)
from envs.minecraft.direct.layout import (
    BODY,
    CARRIED,
    DIG,
    ENCODING_SIZE,
    FACED,
    GO,
    HIT,
    MATERIALS,
    MOMENT,
    SIDES,
    TOOL_ORDER,
)
from envs.minecraft.direct.memory import Memory
from envs.minecraft.direct.place_costs import NEVER, opening
from envs.minecraft.direct.remembering import remembered
from envs.minecraft.direct.telling import AT, threat
from envs.minecraft.world.compiled.acting import aim
from envs.minecraft.world.compiled.land import block_at
from envs.minecraft.world.compiled.sight import eyes_of
from envs.minecraft.world.state import World
from envs.minecraft.world.tables.blocks import COLLIDES, STATES

_COUNTS = np.array([AT[name] for name in MATERIALS])
_TIERS = np.array([AT[f"{kind}.tier"] for kind in TOOL_ORDER])
_LIGHT, _SKY, _RAIN, _ARMOR = (AT[name] for name in ("light", "sky", "raining", "armor"))

_ROCK = np.array([block.tool == 1 for block in STATES] + [False] * (256 - len(STATES)))
_ORE = np.array([block.name.endswith("_ore") for block in STATES] + [False] * (256 - len(STATES)))
_MACHINE = np.array(
    [block.name in ("crafting_table", "furnace") for block in STATES] + [False] * (256 - len(STATES))
)
_GROUND = np.array([block.material.name == "ground" for block in STATES] + [False] * (256 - len(STATES)))


@inner
def _turned(world: World, dx: float, dz: float) -> tuple[float, float]:
    """A direction as seen from the look: ahead, and to the right."""
    turn = math.radians(world.yaw)
    sine, cosine = math.sin(turn), math.cos(turn)
    return -sine * dx + cosine * dz, -cosine * dx - sine * dz


@inner
def _write_way(
    world: World, memory: Memory, dig: NDArray[np.float64], goal: NDArray[np.float64], kind: int, length: int,
    complete: bool, out: NDArray[np.float32],
) -> None:  # fmt: skip
    dx, dy, dz = goal[0] - world.x, goal[1] - eyes_of(world), goal[2] - world.z
    if goal[4] == 1.0:
        dy = 0.0
    elif goal[4] == 2.0:
        dx, dz = 0.0, 0.0
    far = math.sqrt(dx * dx + dy * dy + dz * dz)
    ahead, right = _turned(world, dx, dz)
    scale = 1.0 / max(far, 1.0)
    out[0] = 1.0 if kind >= 0 else 0.0
    out[1] = 1.0 / (1.0 + far / 8.0)
    out[2] = 1.0 if kind >= 0 and far <= goal[3] + 0.7 else 0.0
    out[3], out[4], out[5] = ahead * scale, right * scale, dy * scale
    out[6] = 1.0 if kind >= N_BLOCK_KINDS else 0.0
    out[7] = 1.0 if complete else 0.0
    out[8] = min(1.0, length / 32.0)
    if length > 0:
        step = memory.way[0]
        x, y, z = math.floor(world.x), math.floor(world.y + 0.01), math.floor(world.z)
        ahead, right = _turned(world, float(step[0] - x), float(step[2] - z))
        out[9], out[10], out[11] = ahead, right, max(-1.0, min(1.0, float(step[1] - y)))
        under = goal[5] != 0.0
        cost = opening(memory, dig, under, step[0], step[1], step[2])
        cost += opening(memory, dig, under, step[0], step[1] + 1, step[2])
        stored = remembered(memory, step[0], step[1], step[2])
        wet = stored > 0 and IS_WATER[stored - 1]
        out[12] = 1.0 if cost > 4.5 and not wet and cost < NEVER else 0.0
        out[13] = 1.0 if wet else 0.0
        out[15] = 1.0


@inner
def _write_faced(
    world: World, wanted: NDArray[np.bool_], dig: NDArray[np.float64], drops: NDArray[np.bool_],
    out: NDArray[np.float32],
) -> None:  # fmt: skip
    body, x, y, z, face = aim(world)
    if body >= 0:
        kind = integer(KIND_OF_BODY[world.bodies[body].kind])
        out[FACED], out[FACED + 1] = 1.0, 1.0
        sought = kind != NO_KIND and wanted[kind]
        out[FACED + 2] = out[14] = 1.0 if sought else 0.0
        return
    if face < -1:
        return
    state = block_at(world, x, y, z)
    kind = integer(KIND_OF_STATE[state])
    sought = kind != NO_KIND and wanted[TREE if kind == LOG else kind]
    out[FACED] = 1.0
    out[FACED + 2] = out[14] = 1.0 if sought else 0.0
    out[FACED + 3] = 1.0 if _ROCK[state] else 0.0
    out[FACED + 4] = 1.0 if drops[state] else 0.0
    out[FACED + 5] = world.digging
    out[FACED + 7] = 1.0 if kind in (LOG, TREE) else 0.0
    out[FACED + 8] = 1.0 if _ORE[state] else 0.0
    out[FACED + 9] = 1.0 if _MACHINE[state] else 0.0
    out[FACED + 10] = 1.0 if _GROUND[state] else 0.0


@inner
def _write_sides(world: World, out: NDArray[np.float32]) -> None:
    x, y, z = math.floor(world.x), math.floor(world.y + 0.01), math.floor(world.z)
    quarter = math.floor(world.yaw / 90.0 + 0.5) % 4
    for side in range(5):
        turn = (quarter + side) % 4
        dx = 0 if side == 4 else -1 if turn == 1 else 1 if turn == 3 else 0
        dz = 0 if side == 4 else 1 if turn == 0 else -1 if turn == 2 else 0
        at = SIDES + 4 * side
        low, high = block_at(world, x + dx, y, z + dz), block_at(world, x + dx, y + 1, z + dz)
        below, deeper = block_at(world, x + dx, y - 1, z + dz), block_at(world, x + dx, y - 2, z + dz)
        out[at] = 1.0 if COLLIDES[low] else 0.0
        out[at + 1] = 1.0 if COLLIDES[high] else 0.0
        out[at + 2] = 1.0 if not COLLIDES[low] and not COLLIDES[below] and not COLLIDES[deeper] else 0.0
        wet = IS_WATER[low] or IS_WATER[below]
        out[at + 3] = 1.0 if wet else -1.0 if IS_LAVA[low] or IS_LAVA[high] or IS_LAVA[below] else 0.0


@inner
def _write_body(world: World, memory: Memory, facts: NDArray[np.int32], out: NDArray[np.float32]) -> None:
    out[BODY], out[BODY + 1], out[BODY + 2] = world.life / 20.0, world.food / 20.0, max(0, world.air) / 300.0
    out[BODY + 3] = facts[_ARMOR] / 20.0
    out[BODY + 4] = min(1.0, world.fallen / 8.0)
    out[BODY + 5], out[BODY + 6] = world.in_water, world.grounded
    out[BODY + 7] = world.pitch / 90.0
    out[BODY + 8] = 1.0 if world.hurt_at >= 0 and world.ticks - world.hurt_at < 40 else 0.0
    out[BODY + 9] = 1.0 if world.asleep else 0.0
    out[MOMENT] = math.sin(2.0 * math.pi * world.time / 24_000.0)
    out[MOMENT + 1], out[MOMENT + 2] = facts[_LIGHT] / 15.0, facts[_SKY]
    out[MOMENT + 3] = 1.0 if 13_000 <= world.time < 23_000 else 0.0
    out[MOMENT + 4] = 1.0 / (1.0 + threat(world, memory) / 4.0)
    out[MOMENT + 5] = facts[_RAIN]
    for place in range(len(_COUNTS)):
        out[CARRIED + place] = min(1.0, math.sqrt(facts[_COUNTS[place]]) / 8.0)
    for place in range(len(_TIERS)):
        out[CARRIED + len(_COUNTS) + place] = facts[_TIERS[place]] / 4.0


@inner
def encode(
    world: World, memory: Memory, facts: NDArray[np.int32], wanted: NDArray[np.bool_],
    dig: NDArray[np.float64], drops: NDArray[np.bool_], goal: NDArray[np.float64], kind: int, length: int,
    complete: bool, out: NDArray[np.float32],
) -> None:  # fmt: skip
    """Write the vector.

    Args:
        world: the world.
        memory: what is remembered, with the latest way.
        facts: int32[len(FACTS)], as they are now.
        wanted: bool[N_KINDS], what is sought.
        dig: float64[257], see `envs.minecraft.direct.way.find_way`.
        drops: bool[256], which states drop something with the best tool carried.
        goal: float64[7], what is headed for.
        kind: of what is headed for; -1 for unseen land.
        length: steps of the way.
        complete: whether it leads all the way.
        out: float32[ENCODING_SIZE], out.
    """
    out[:] = 0.0
    _write_way(world, memory, dig, goal, kind, length, complete, out)
    _write_faced(world, wanted, dig, drops, out)
    _write_sides(world, out)
    _write_body(world, memory, facts, out)
    hint = GO if out[2] == 0.0 else HIT if kind >= N_BLOCK_KINDS else DIG
    out[hint] = 1.0


__all__ = ["ENCODING_SIZE", "encode"]
