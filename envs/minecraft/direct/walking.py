"""Following a way step by step: turning, jumping, swimming, digging what is in the way, building up."""

from __future__ import annotations

import math
from typing import Final

from envs.minecraft.direct.body import Body
from envs.minecraft.direct.kinds import IS_LAVA, IS_WATER
from envs.minecraft.direct.tools import BUILDS
from envs.minecraft.direct.way import FALL, HEALTHY, MORE, NEVER
from envs.minecraft.world.compiled.player import JUMP
from envs.minecraft.world.tables.blocks import STATES

Cell = tuple[int, int, int]

_LOOK_EVERY: Final = 5
_SWIM_TICKS: Final = 80
_STEP_TICKS: Final = 30
"""Ticks within which a step is done, digging aside, or something is wrong."""

_KEPT: Final = ("crafting_table", "furnace", "chest", "bed")
"""Blocks that are not dug to get through."""


def read_way(body: Body, length: int) -> list[Cell]:
    """The first steps of the way that was found last."""
    return [(int(x), int(y), int(z)) for x, y, z in body.memory["way"][:length].tolist()]


def dig_out(body: Body, cell: Cell, most: int = 400) -> bool:
    """Dig a block, and what hides it, until the place can be walked through; whether it can."""
    end = body.ticks + most
    life = body.life
    while body.blocks_way(*cell):
        body.look_at(*cell)
        faced = body.faced()
        if faced is None or body.life < life - 2 or body.ticks >= end or body.is_dead:
            return False
        if not dig_faced(body, faced, end - body.ticks):
            return False
    return True


def dig_faced(body: Body, cell: Cell, most: int) -> bool:
    """Dig the block that is looked at until it is another; whether it came to that."""
    state = body.state_at(*cell)
    if STATES[state].name in _KEPT and most < 10_000:
        return False
    ticks = body.take_tool(state)
    if ticks >= NEVER or ticks > most:
        return False
    return body.strike(cell, state, int(3 * ticks) + 40)


def _in_the_way(here: Cell, to: Cell) -> list[Cell]:
    """The places that must be clear for a step, from above to below."""
    (x, y, z), (i, j, k) = here, to
    if (x, z) == (i, k):
        return [(x, y + 2, z)] if j > y else [(x, j, z)]
    if j > y:
        return [(x, y + 2, z), (i, j + 1, k), (i, j, k)]
    return [(i, above, k) for above in range(y + 1, j - 1, -1)]


def _is_safe(body: Body, to: Cell) -> bool:
    """Whether nothing burns there, and whether something bears or a fall is short."""
    i, j, k = to
    around = [body.state_at(i, j + up, k) for up in (1, 0, -1)]
    if any(IS_LAVA[state] for state in around):
        return False
    most = FALL + min(MORE, max(0, math.floor(body.life) - HEALTHY))
    for fall in range(1, most + 2):
        state = body.state_at(i, j - fall, k)
        if IS_LAVA[state]:
            return False
        if body.blocks_way(i, j - fall, k) or IS_WATER[state]:
            return True
    return bool(IS_WATER[body.state_at(i, j, k)])


def _build_up(body: Body) -> bool:
    """Jump and put a block below; whether one stands higher then."""
    slots, counts = body.world.record[0]["slot_item"], body.world.record[0]["slot_count"]
    slot = next((s for s in range(36) if counts[s] and BUILDS[slots[s]]), None)
    if slot is None:
        return False
    x, y, z = body.cell
    _, pitch = body.turn_to(0.0, 90.0)
    body.tick(pitch=pitch)
    for _ in range(14):
        body.tick(JUMP)
        if body.place[1] > y + 1.02:
            body.tick(JUMP, place=slot)
        if body.blocks_way(x, y, z):
            break
    for _ in range(12):
        if body.on_ground:
            break
        body.tick()
    return body.cell[1] > y


def come_up(body: Body) -> None:
    """Swim up for air, if there is little left, digging away what is above."""
    end = body.ticks + _SWIM_TICKS
    while body.is_drowning and body.ticks < end and not body.is_dead:
        x, y, z = body.cell
        if body.blocks_way(x, y + 2, z) and not dig_out(body, (x, y + 2, z)):
            return
        body.tick(JUMP)


def take_step(body: Body, to: Cell) -> bool:
    """Go to the next place of a way; whether one is there."""
    come_up(body)
    here = body.cell
    for cell in _in_the_way(here, to):
        if body.blocks_way(*cell) and not dig_out(body, cell):
            return False
    if not _is_safe(body, to):
        body.notice(*to)
        return False
    if (here[0], here[2]) == (to[0], to[2]) and to[1] > here[1] and not body.in_water:
        return _build_up(body)
    life, end = body.life, body.ticks + _STEP_TICKS
    while body.ticks < end and not body.is_dead:
        begun = body.ticks
        if body.approach(to, (end - begun) % _LOOK_EVERY or _LOOK_EVERY, life):
            return True
        if (end - body.ticks) % _LOOK_EVERY == 0:
            body.look()
        if body.life < life:
            return False
    body.notice(*to)
    return False


def follow(body: Body, way: list[Cell], most_ticks: int) -> bool:
    """Follow a way; whether it was followed to its end. Ends early when hurt, hindered or out of ticks."""
    end, life = body.ticks + most_ticks, body.life
    for to in way:
        if body.is_dead or body.ticks >= end or body.life < life or not take_step(body, to):
            return False
        body.look()
    return True
