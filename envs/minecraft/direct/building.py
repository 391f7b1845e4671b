"""Putting down what is carried to build with."""

from __future__ import annotations

from envs.minecraft.direct.body import NOTHING, Body
from envs.minecraft.direct.kinds import IS_LAVA
from envs.minecraft.direct.tools import BUILDS

Cell = tuple[int, int, int]

AROUND = ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))
"""Steps to the six places next to one."""


def building_slot(body: Body) -> int:
    """The slot of something to build with; -1 for none."""
    slots, counts = body.world.record[0]["slot_item"], body.world.record[0]["slot_count"]
    return next((slot for slot in range(36) if counts[slot] and BUILDS[slots[slot]]), -1)


def put_at(body: Body, cell: Cell, *held: int) -> bool:
    """Put a block at a place, if there is one to build with and a face in view; whether it is closed then.

    Args:
        body: whose.
        cell: the place.
        held: numbers of keys that are held meanwhile.
    """
    body.aimed[2:5] = cell
    if building_slot(body) < 0 or body.aim(4) >= NOTHING:
        return False
    yaw, pitch = body.turn_to(float(body.aimed[0]), float(body.aimed[1]))
    if abs(yaw) + abs(pitch) > 0.5:
        body.tick(*held, yaw=yaw, pitch=pitch)
    body.tick(*held, place=building_slot(body))
    body.notice(*cell)
    return body.blocks_way(*cell)


def stop_lava(body: Body, cell: Cell) -> bool:
    """Close a place again that was just dug, if lava is next to it; whether it is."""
    x, y, z = cell
    beside = [(x + dx, y + dy, z + dz) for dx, dy, dz in AROUND]
    lava = [place for place in beside if IS_LAVA[body.state_at(*place)]]
    for place in lava:
        body.notice(*place)
    if lava:
        put_at(body, cell)
        body.look()
    return bool(lava)
