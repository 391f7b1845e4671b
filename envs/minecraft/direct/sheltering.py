"""Closing oneself in, and waiting there."""

from __future__ import annotations

import math
from typing import Final

from envs.minecraft.direct.body import Body
from envs.minecraft.direct.building import Cell, building_slot, put_at
from envs.minecraft.direct.kinds import IS_LAVA, IS_WATER
from envs.minecraft.direct.walking import SIDES, dig_out, get_free, stand_firm
from envs.minecraft.world.compiled.player import FORWARD, SNEAK

REST_TICKS: Final = 200
HIDE_TICKS: Final = 400
"""Bounds of the two actions."""

DEEP: Final = 3
"""Blocks that are dug down at most, so that the ground closes one in."""

_OFF, _MIDDLE_TICKS = 0.19, 12
"""Blocks from the middle of a place within which one does not reach into the next; ticks to get there."""

_SOON, _LAND_TICKS = 5.0, 15
"""Blocks within which a monster is shut out first; ticks within which one comes down from a jump."""

_CLOSE: Final = 5.0
"""Blocks within which a monster in view ends a rest."""


def hide(body: Body) -> None:
    """Close all openings around the player, towards a monster first; dig in where that cannot be done."""
    begun = body.ticks
    get_free(body)
    _land(body)
    if body.threat() <= _SOON:
        shut_out(body)
    stand_firm(body)
    _stand_in_the_middle(body)
    for _ in range(DEEP + 1):
        if _close(body) or body.is_dead or body.ticks > begun + HIDE_TICKS or not _dig_in(body):
            break
    body.look()
    if body.ticks == begun:
        body.tick()


def shut_out(body: Body) -> bool:
    """Put blocks between oneself and the nearest monster, at the feet and the head; whether any was put."""
    put = [put_at(body, cell) for cell in openings(body)[:2]]
    return any(put)


def _land(body: Body) -> None:
    """Wait until something bears the feet, as after a jump or a blow."""
    for _ in range(_LAND_TICKS):
        if body.on_ground or body.in_water or body.is_dead:
            return
        body.tick()


def _stand_in_the_middle(body: Body) -> None:
    """Step to the middle of the place one stands in, out of the way of what is put beside it."""
    x, y, z = body.cell
    if not body.on_ground or not body.blocks_way(x, y - 1, z):
        return
    for _ in range(_MIDDLE_TICKS):
        if max(abs(body.place[0] - x - 0.5), abs(body.place[2] - z - 0.5)) <= _OFF:
            return
        yaw, _ = body.angles_to(x + 0.5, y + 1.62, z + 0.5)
        body.tick(FORWARD, SNEAK, yaw=yaw)


def rest(body: Body) -> None:
    """Wait until life is full, something hurts, a monster in view is close, or time is up."""
    begun, life = body.ticks, body.life
    while body.ticks < begun + REST_TICKS and not body.is_dead:
        body.tick(ticks=10)
        body.look()
        if body.life < life or body.life >= 20.0 or body.threat() <= _CLOSE:
            break
        life = body.life


def openings(body: Body) -> list[Cell]:
    """The places around the player by which something can come, those towards a monster in view first."""
    x, y, z = body.cell
    around = [(x + dx, y + up, z + dz) for up in (0, 1) for dx, dz in SIDES]
    places = [cell for cell in (*around, (x, y + 2, z), (x, y - 1, z)) if not body.blocks_way(*cell)]
    foes = body.foes_in_view()
    if not foes:
        return places
    fx, _, fz = min(foes, key=lambda at: math.dist(at, body.place))
    return sorted(places, key=lambda cell: math.hypot(cell[0] + 0.5 - fx, cell[2] + 0.5 - fz))


def _close(body: Body) -> bool:
    """Put blocks into all openings, as far as there are faces to put them against; whether all are closed."""
    life = body.life
    while places := openings(body):
        if body.is_dead or body.life < life - 6 or building_slot(body) < 0:
            return False
        if not any(put_at(body, cell) for cell in places):
            return False
    return True


def _dig_in(body: Body) -> bool:
    """Dig the block below and come down into its place, unless there is a hole or something burns below."""
    x, y, z = body.cell
    below, deeper = body.state_at(x, y - 1, z), body.state_at(x, y - 2, z)
    beside = [body.state_at(x + dx, y - 1, z + dz) for dx, dz in SIDES]
    if IS_WATER[below] or any(IS_LAVA[state] for state in (below, deeper, *beside)):
        return False
    if y < 3 or not body.blocks_way(x, y - 2, z) or body.in_water:
        return False
    if not dig_out(body, (x, y - 1, z), 120):
        return False
    for _ in range(12):
        if body.on_ground and body.cell[1] < y:
            break
        body.tick()
    return body.cell[1] < y
