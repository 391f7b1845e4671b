"""Following a way step by step: turning, jumping, swimming, digging what is in the way, building up."""

from __future__ import annotations

import math
from typing import Final

from envs.minecraft.direct.body import Body
from envs.minecraft.direct.building import Cell, building_slot, put_at, stop_lava
from envs.minecraft.direct.kinds import IS_LAVA, IS_WATER
from envs.minecraft.direct.place_costs import NEVER
from envs.minecraft.direct.way import FALL, HEALTHY, MORE
from envs.minecraft.world.compiled.player import BACK, FORWARD, JUMP, SNEAK
from envs.minecraft.world.tables.blocks import STATES

ALARM: Final = (8.0, 4.0)
"""Blocks within which a monster that comes into view or closer ends an action."""

SIDES: Final = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""Steps to the four places beside one."""

_LEAN_TICKS, _LEAN = 30, 0.68
"""Ticks within which one leans over an edge; blocks from the middle at which the block's side is seen."""

_LOOK_EVERY: Final = 5
_SWIM_TICKS: Final = 80
_STEP_TICKS: Final = 30
"""Ticks within which a step is done, digging aside, or something is wrong."""

_LAVA_TICKS, _CLOSE_BY = 60, range(-3, 4)
"""Ticks within which one gets out of lava, or not at all; blocks to each side that are looked over for it."""

_KEPT: Final = ("crafting_table", "furnace", "chest", "bed")
"""Blocks that are not dug to get through."""


def read_way(body: Body, length: int) -> list[Cell]:
    """The first steps of the way that was found last."""
    return [(int(x), int(y), int(z)) for x, y, z in body.memory["way"][:length].tolist()]


def dig_out(body: Body, cell: Cell, most: int = 400, *, at_any_cost: bool = False) -> bool:
    """Dig a block, and what hides it, until the place can be walked through; whether it can.

    Wounds end it, unless it is done at any cost.
    """
    end = body.ticks + most
    least = 0.0 if at_any_cost else body.life - 2
    while body.blocks_way(*cell):
        body.look_at(*cell)
        faced = body.faced()
        if faced is None or body.life < least or body.ticks >= end or body.is_dead:
            return False
        if not dig_faced(body, faced, end - body.ticks, 0.0 if at_any_cost else None):
            return False
    return True


def dig_faced(body: Body, cell: Cell, most: int, least_life: float | None = None) -> bool:
    """Dig the block that is looked at until it is another; whether it is, with no lava behind it.

    Args:
        body: whose.
        cell: the block.
        most: ticks at most.
        least_life: as `Body.strike` takes it.
    """
    state = body.state_at(*cell)
    if STATES[state].name in _KEPT and most < 10_000:
        return False
    ticks = body.take_tool(state)
    if ticks >= NEVER or ticks > most:
        return False
    return body.strike(cell, state, int(3 * ticks) + 40, least_life) and not stop_lava(body, cell)


def _in_the_way(here: Cell, to: Cell) -> list[Cell]:
    """The places that must be clear for a step, from above to below."""
    (x, y, z), (i, j, k) = here, to
    if (x, z) == (i, k):
        return [(x, y + 2, z)] if j > y else [(x, below, z) for below in range(y - 1, j - 1, -1)]
    if j > y:
        return [(x, y + 2, z), (i, j + 1, k), (i, j, k)]
    return [(i, above, k) for above in range(y + 1, j - 1, -1)]


def _is_safe(body: Body, here: Cell, to: Cell) -> bool:
    """Whether nothing burns there, and whether something bears or the whole fall is short."""
    i, j, k = to
    around = [body.state_at(i, j + up, k) for up in (1, 0, -1)]
    if any(IS_LAVA[state] for state in around):
        return False
    most = FALL + min(MORE, max(0, math.floor(body.life) - HEALTHY))
    for below in range(j - 1, min(j, here[1]) - most - 2, -1):
        state = body.state_at(i, below, k)
        if IS_LAVA[state]:
            return False
        if IS_WATER[state]:
            return True
        if body.blocks_way(i, below, k):
            return here[1] - below - 1 <= most
    return bool(IS_WATER[body.state_at(i, j, k)])


def _is_gap(body: Body, here: Cell, to: Cell) -> bool:
    """Whether a step leads straight ahead over a gap that is deeper than a block, and dry."""
    (x, y, z), (i, j, k) = here, to
    if j != y or abs(i - x) + abs(k - z) != 1 or body.in_water:
        return False
    below = [(i, j - 1, k), (i, j - 2, k)]
    return not any(body.blocks_way(*cell) or IS_WATER[body.state_at(*cell)] for cell in below)


def _bridge(body: Body, here: Cell, to: Cell) -> bool:
    """Put a block down beside the one below, leaning over its edge; whether one can step onto it then."""
    x, y, z = here
    dx, dz = to[0] - x, to[2] - z
    if building_slot(body) < 0 or not body.blocks_way(x, y - 1, z):
        return False
    yaw, pitch = body.turn_to(math.degrees(math.atan2(-dx, dz)), 60.0)
    for _ in range(_LEAN_TICKS):
        if (body.place[0] - x - 0.5) * dx + (body.place[2] - z - 0.5) * dz > _LEAN:
            break
        body.tick(FORWARD, SNEAK, yaw=yaw, pitch=pitch)
        yaw = pitch = 0.0
    if put_at(body, (to[0], y - 1, to[2]), SNEAK):
        return True
    for _ in range(_LOOK_EVERY):
        body.tick(BACK, SNEAK)
    return False


def _build_up(body: Body) -> bool:
    """Jump and put a block below; whether one stands higher then."""
    slot = building_slot(body)
    if slot < 0:
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


def free_head(body: Body) -> None:
    """Dig away what the player's head is stuck in, such as sand that fell; that hurts until it is done."""
    x, y, z = body.cell
    for cell in ((x, y + 1, z), (x, y, z)):
        if body.blocks_way(*cell):
            dig_out(body, cell, at_any_cost=True)


def get_free(body: Body) -> None:
    """Get out of what kills whoever stays: lava, or sand that fell on one's head."""
    leave_lava(body)
    free_head(body)


def leave_lava(body: Body) -> None:
    """Get out of lava, to the nearest place close by that bears and does not burn."""
    end = body.ticks + _LAVA_TICKS
    while body.in_lava and body.ticks < end and not body.is_dead:
        x, y, z = body.cell
        around = [(x + dx, y + dy, z + dz) for dx in _CLOSE_BY for dy in (-1, 0, 1, 2) for dz in _CLOSE_BY]
        to = min(
            (cell for cell in around if _is_firm(body, cell)),
            key=lambda cell: math.dist(body.place, (cell[0] + 0.5, cell[1], cell[2] + 0.5)),
            default=None,
        )
        yaw, pitch = (0.0, 0.0) if to is None else body.angles_to(to[0] + 0.5, to[1] + 1.62, to[2] + 0.5)
        body.tick(*(() if to is None else (FORWARD,)), JUMP, yaw=yaw, pitch=pitch)


def _is_firm(body: Body, cell: Cell) -> bool:
    """Whether one can stand at a place, and nothing burns there."""
    x, y, z = cell
    free = not any(body.blocks_way(x, y + up, z) or IS_LAVA[body.state_at(x, y + up, z)] for up in (0, 1))
    return free and body.blocks_way(x, y - 1, z)


def stand_firm(body: Body) -> bool:
    """Step off an edge onto a block that bears the player; whether there was a step to take."""
    x, y, z = body.cell
    if body.blocks_way(x, y - 1, z) or body.in_water or not body.on_ground:
        return False
    free = [(x + dx, y, z + dz) for dx, dz in SIDES if body.blocks_way(x + dx, y - 1, z + dz)]
    free = [cell for cell in free if not body.blocks_way(*cell)]
    if not free:
        return False
    at = body.place
    nearest = min(free, key=lambda cell: math.hypot(cell[0] + 0.5 - at[0], cell[2] + 0.5 - at[2]))
    body.approach(nearest, 10, body.life)
    return body.cell != (x, y, z)


def drop_below(body: Body) -> int:
    """How many blocks one falls if the block below is dug, 20 for more; 20 as well into lava."""
    x, y, z = body.cell
    for fall in range(1, 20):
        state = body.state_at(x, y - 1 - fall, z)
        if IS_LAVA[state]:
            return 20
        if IS_WATER[state] or body.blocks_way(x, y - 1 - fall, z):
            return fall
    return 20


def take_step(body: Body, to: Cell) -> bool:
    """Go to the next place of a way; whether one is there."""
    come_up(body)
    leave_lava(body)
    here = body.cell
    straight_down = (here[0], here[2]) == (to[0], to[2]) and to[1] < here[1]
    if straight_down and not body.in_water and drop_below(body) > FALL:
        body.notice(*to)
        return False
    for cell in _in_the_way(here, to):
        if not body.blocks_way(*cell):
            continue
        if cell[1] < here[1] and stand_firm(body):
            return False
        if not dig_out(body, cell):
            return False
    bridged = _is_gap(body, here, to) and _bridge(body, here, to)
    if not bridged and not _is_safe(body, here, to):
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
    """Follow a way; whether it was followed to its end.

    Ends early when hurt, hindered or out of ticks, and when a monster comes close.
    """
    end, life, threat = body.ticks + most_ticks, body.life, body.threat()
    for to in way:
        if body.is_dead or body.ticks >= end or body.life < life or not take_step(body, to):
            return False
        body.look()
        if comes_close(threat, body.threat()):
            return False
    return True


def comes_close(before: float, now: float) -> bool:
    """Whether a monster in view is within eight or four blocks now, and none was before."""
    return any(now <= near < before for near in ALARM)


def look_around(body: Body) -> None:
    """Look to all sides."""
    _, level = body.turn_to(0.0, 10.0)
    for _ in range(4):
        body.tick(yaw=90.0, pitch=level)
        level = 0.0
        body.look()


def look_for_foe(body: Body, life: float) -> None:
    """Look to all sides for what took life since then, until a monster is in view."""
    if body.life >= life - 0.5 or body.is_dead:
        return
    _, level = body.turn_to(0.0, 10.0)
    for _ in range(4):
        if body.foes_in_view():
            return
        body.tick(yaw=90.0, pitch=level)
        level = 0.0
        body.look()
