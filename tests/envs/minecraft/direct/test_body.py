"""Many ticks in one call are what as many calls of one tick are."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest

from envs.minecraft.direct.body import Body
from envs.minecraft.world import BlockWorld, Start
from envs.minecraft.world.compiled.player import ATTACK, FORWARD, JUMP
from envs.minecraft.world.state import KEPT_BYTES
from envs.minecraft.world.tables.blocks import FIRST_STATE

pytestmark = pytest.mark.slow

Cell = tuple[int, int, int]


@pytest.fixture(scope="module")
def bodies() -> tuple[Body, Body]:
    return Body(BlockWorld(5)), Body(BlockWorld(5))


def begin(body: Body, **start: object) -> Cell:
    body.world.reset(Start(flat=True, position=(8.5, 64.0, 8.5, 0.0, 0.0), **start), seed=5)  # type: ignore[arg-type]
    for _ in range(3):
        body.tick()
    return body.cell


def state_of(body: Body) -> bytes:
    return body.record.view(np.uint8)[:KEPT_BYTES].tobytes()


def strike_by_ticks(body: Body, cell: Cell, state: int, most: int) -> bool:
    life = body.life
    for _ in range(most):
        body.tick(ATTACK)
        if body.state_at(*cell) != state:
            return True
        if body.life < life or body.is_dead or body.faced() != cell:
            return False
    return False


def approach_by_ticks(body: Body, cell: Cell, most: int, least_life: float) -> bool:
    for _ in range(most):
        x, y, z = body.place
        dx, dz = cell[0] + 0.5 - x, cell[2] + 0.5 - z
        near, at = max(abs(dx), abs(dz)), math.floor(y + 0.01)
        if near < 0.45 and abs(y - cell[1]) < 0.7 and (body.on_ground or body.in_water):
            return True
        yaw, _ = body.turn_to(math.degrees(math.atan2(-dx, dz)), 0.0) if near > 0.05 else (0.0, 0.0)
        _, pitch = body.turn_to(0.0, 12.0)
        keys = [FORWARD] if near > (0.15 if cell[1] < at else 0.3) else []
        climbs = cell[1] > at and near < 1.3
        if body.is_drowning or climbs or (body.in_water and cell[1] >= math.floor(y)):
            keys.append(JUMP)
        body.tick(*keys, yaw=yaw, pitch=pitch)
        if body.life < least_life:
            return False
    return False


@pytest.mark.parametrize("most", [400, 20])
def test_a_block_is_dug_as_by_single_ticks(bodies: tuple[Body, Body], most: int) -> None:
    dug: list[bool] = []
    strikes: tuple[Callable[..., bool], ...] = (Body.strike, strike_by_ticks)
    for body, strike in zip(bodies, strikes, strict=True):
        x, y, z = begin(body, allow_mob_spawn=False)
        cell = x, y + 1, z + 2
        body.world.command(f"/setblock {cell[0]} {cell[1]} {cell[2]} log")
        body.look_at(*cell)
        dug.append(strike(body, cell, FIRST_STATE["log"], most))
    assert dug == [most == 400] * 2
    assert state_of(bodies[0]) == state_of(bodies[1])


def test_a_blow_ends_the_digging(bodies: tuple[Body, Body]) -> None:
    """A zombie that comes closer hurts, long before the obsidian is dug."""
    strikes: tuple[Callable[..., bool], ...] = (Body.strike, strike_by_ticks)
    for body, strike in zip(bodies, strikes, strict=True):
        x, y, z = begin(body, time=18_000, mobs=("zombie",), mob_range=(3, 5), allow_mob_spawn=False)
        cell = x, y + 1, z + 2
        body.world.command(f"/setblock {cell[0]} {cell[1]} {cell[2]} obsidian")
        body.look_at(*cell)
        assert not strike(body, cell, FIRST_STATE["obsidian"], 2_000)
        assert body.ticks < 1_500
    assert state_of(bodies[0]) == state_of(bodies[1])


@pytest.mark.parametrize("step", [(1, 0, 0), (0, 0, -1), (0, 1, 1), (-1, -1, 0), (1, 0, 1)])
def test_a_step_is_taken_as_by_single_ticks(bodies: tuple[Body, Body], step: Cell) -> None:
    arrived: list[bool] = []
    ways: tuple[Callable[..., bool], ...] = (Body.approach, approach_by_ticks)
    for body, approach in zip(bodies, ways, strict=True):
        x, y, z = begin(body, allow_mob_spawn=False)
        to = x + step[0], y + step[1], z + step[2]
        for i, j, k in itertools.product(range(x - 1, x + 2), range(y, y + 3), range(z - 1, z + 2)):
            body.world.command(f"/setblock {i} {j} {k} air")
        body.world.command(f"/setblock {to[0]} {to[1]} {to[2]} air")
        if step[1] > 0:
            body.world.command(f"/setblock {to[0]} {to[1] - 1} {to[2]} stone")
        there = False
        while not there and body.ticks < 60:
            there = approach(body, to, 5, body.life)
        arrived.append(there)
        assert there and body.cell == to
    assert arrived == [True, True]
    assert state_of(bodies[0]) == state_of(bodies[1])
