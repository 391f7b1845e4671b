"""Many ticks in one call are what as many calls of one tick are, as the package is played."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from envs.minecraft.direct.body import Body
from envs.minecraft.package.mirrored_body import MirroredBody
from envs.minecraft.world import BlockWorld, Start
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


def by_ticks(method: Any) -> Callable[..., bool]:
    """What the package's body does tick by tick, done by a body that is none of the package's."""
    done: Callable[..., bool] = method
    return done


def state_of(body: Body) -> bytes:
    return body.record.view(np.uint8)[:KEPT_BYTES].tobytes()


@pytest.mark.parametrize("most", [400, 20])
def test_a_block_is_dug_as_by_single_ticks(bodies: tuple[Body, Body], most: int) -> None:
    dug: list[bool] = []
    strikes: tuple[Callable[..., bool], ...] = (Body.strike, by_ticks(MirroredBody.strike))
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
    strikes: tuple[Callable[..., bool], ...] = (Body.strike, by_ticks(MirroredBody.strike))
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
    ways: tuple[Callable[..., bool], ...] = (Body.approach, by_ticks(MirroredBody.approach))
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
