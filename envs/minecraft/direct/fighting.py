"""Striking mobs, and running from those that blow up."""

from __future__ import annotations

import math
from typing import Final

from envs.minecraft.direct.body import NOTHING, Body
from envs.minecraft.direct.building import Cell
from envs.minecraft.direct.kinds import HOSTILE_KIND, IS_LAVA, N_BLOCK_KINDS
from envs.minecraft.direct.picking_up import pick_up
from envs.minecraft.direct.sheltering import shut_out
from envs.minecraft.direct.walking import get_free
from envs.minecraft.world.compiled.player import ATTACK, BACK, FORWARD, JUMP, SPRINT
from envs.minecraft.world.tables.gear import TOOLS
from envs.minecraft.world.tables.items import ITEMS
from envs.minecraft.world.tables.mobs import MOB

FIGHT_TICKS: Final = 120
"""Ticks that a fight takes at most."""

BLAST_REACH: Final = 7.0
"""Blocks beyond which a creeper gives up blowing up."""

_BLOW_REACH, _KEEP_OFF, _BARE_RATE = 2.8, 3.0, 4.0
"""Blocks within which a blow lands, and that are kept to a monster between two; bare blows a second."""

_RUN: Final = 9
"""Blocks that are looked along for room to run."""

_TIME_TO_BUILD: Final = 3.5
"""Blocks to a creeper from which on there is time to build a wall between."""

_WAYS, _LEAST_RUN, _LEAVES_BY = 16, 2.0, 0.3
"""Directions to run in; blocks by which a run must lead farther away at its end, and in its first block."""


def fight(body: Body) -> None:
    """Hit what is sought, or a monster close by, until it is dead or out of reach; pick up what it leaves.

    From creepers that are not sought the player runs away.
    """
    begun, life, kills = body.ticks, body.life, int(body.record[0]["killed"].sum())
    get_free(body)
    wanted = body.wanted
    foes = wanted.copy()
    foes[:N_BLOCK_KINDS] = False
    flees = not foes.any()
    if flees:
        foes |= HOSTILE_KIND
    body.wanted = foes
    try:
        _take_weapon(body)
        while body.ticks < begun + FIGHT_TICKS and not body.is_dead and body.life > life - 5:
            if (
                int(body.record[0]["killed"].sum()) > kills
                or body.aim(0, 16.0 if flees else 10.0) >= NOTHING
                or not body.aimed[6]
            ):
                break
            yaw, pitch = body.turn_to(float(body.aimed[0]), float(body.aimed[1]))
            if flees and _is_creeper(body):
                if body.aimed[5] > BLAST_REACH:
                    break
                if (body.aimed[5] >= _TIME_TO_BUILD and shut_out(body)) or _run_from(body):
                    continue
            body.tick(*_keys(body, hostile=flees), yaw=yaw, pitch=pitch)
    finally:
        body.wanted = wanted
    body.look()
    if int(body.record[0]["killed"].sum()) > kills:
        pick_up(body)
    if body.ticks == begun:
        body.tick()


def _keys(body: Body, *, hostile: bool) -> list[int]:
    """The keys of a tick of a fight: strike when the blow is full, keep away until then."""
    far, held = float(body.aimed[5]), []
    ready = _is_ready(body)
    if hostile and not ready and far < _KEEP_OFF and not _at_edge(body, -1.0):
        held.append(BACK)
    elif far >= _BLOW_REACH - 0.8 and (ready or not hostile or far > _KEEP_OFF) and not _at_edge(body, 1.0):
        held.append(FORWARD)
    if body.record[0]["bumped"] or body.in_water:
        held.append(JUMP)
    if body.faces_mob():
        held.append(ATTACK)
    return held


def _is_ready(body: Body) -> bool:
    """Whether the next blow is a full one."""
    store = body.record[0]
    tool = TOOLS.get(ITEMS[int(store["slot_item"][0])]) if store["slot_count"][0] else None
    rate = tool.rate if tool is not None else _BARE_RATE
    return float(store["swing"]) + 2.0 >= 20.0 / rate


def _at_edge(body: Body, ahead: float) -> bool:
    """Whether a step towards what was aimed at, or away from it, leads over an edge that hurts, or burns."""
    x, y, z = body.place
    dx, dz = float(body.aimed[2]) - x, float(body.aimed[4]) - z
    far = max(1e-6, math.hypot(dx, dz)) * ahead
    i, k = math.floor(x + dx / far), math.floor(z + dz / far)
    below = [(i, math.floor(y + 0.01) - depth, k) for depth in range(5)]
    ground = next((cell for cell in below if body.blocks_way(*cell)), None)
    return ground is None or any(IS_LAVA[body.state_at(*cell)] for cell in below if cell[1] > ground[1])


def _is_creeper(body: Body) -> bool:
    """Whether what was aimed at is a creeper."""
    x, z = float(body.aimed[2]), float(body.aimed[4])
    bodies = body.record[0]["bodies"][: int(body.record[0]["n_bodies"])]
    there = (abs(bodies["x"] - x) < 0.1) & (abs(bodies["z"] - z) < 0.1)
    return bool((bodies["kind"][there] == MOB["creeper"].number).any())


def _take_weapon(body: Body) -> None:
    """Take what strikes hardest a second into the hand."""
    store = body.record[0]
    best, strength = 0, -1.0
    for slot in range(36):
        tool = TOOLS.get(ITEMS[int(store["slot_item"][slot])]) if store["slot_count"][slot] else None
        value = tool.damage * tool.rate if tool is not None and tool.kind in ("sword", "axe") else 0.0
        if value > strength:
            best, strength = slot, value
    if strength > 0:
        body.take(best)


def _run_from(body: Body) -> bool:
    """Run a tick away from what was aimed at, where that leads farthest from it; whether there is room."""
    fx, fz = float(body.aimed[2]), float(body.aimed[4])
    x, _, z = body.place
    near = math.hypot(x - fx, z - fz)
    best, heading = near + _LEAST_RUN, math.nan
    for part in range(_WAYS):
        turn = math.tau * part / _WAYS
        dx, dz = -math.sin(turn), math.cos(turn)
        if math.hypot(x + dx - fx, z + dz - fz) < near + _LEAVES_BY:
            continue
        room = _room(body, dx, dz)
        away = math.hypot(x + dx * room - fx, z + dz * room - fz)
        if away > best:
            best, heading = away, math.degrees(turn)
    if math.isnan(heading):
        return False
    yaw, pitch = body.turn_to(heading, 0.0)
    body.tick(FORWARD, SPRINT, *([JUMP] if body.record[0]["bumped"] else []), yaw=yaw, pitch=pitch)
    return True


def _room(body: Body, dx: float, dz: float) -> int:
    """How many blocks can be run in a direction, a step up or three down at a time."""
    x, y, z = body.place
    height = math.floor(y + 0.01)
    for far in range(1, _RUN + 1):
        cell: Cell = math.floor(x + dx * far), height, math.floor(z + dz * far)
        level = _level(body, cell)
        if level is None or any(IS_LAVA[body.state_at(cell[0], level - low, cell[2])] for low in (0, 1)):
            return far - 1
        height = level
    return _RUN


def _level(body: Body, cell: Cell) -> int | None:
    """The layer that one stands in who runs to a place; None where one cannot."""
    i, j, k = cell
    if body.blocks_way(i, j, k):
        j += 1
    if body.blocks_way(i, j, k) or body.blocks_way(i, j + 1, k):
        return None
    below = next((n for n in range(1, 5) if body.blocks_way(i, j - n, k)), 0)
    return j - below + 1 if below else None
