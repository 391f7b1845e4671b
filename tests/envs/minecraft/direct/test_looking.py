"""What a look takes in and what is nearest, held against slow and plain workings of the same."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from envs.game import Focus
from envs.minecraft.direct.kinds import HIDES_VIEW, IS_WATER, KIND_OF_STATE, LOG, N_BLOCK_KINDS, NO_KIND, TREE
from envs.minecraft.game import MinecraftGame
from envs.minecraft.spec import SPEC

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def game() -> Iterator[MinecraftGame]:
    yield MinecraftGame()


def play(game: MinecraftGame, actions: tuple[str, ...], steps: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    encoding = np.zeros(SPEC.encoding_size, np.float32)
    for _ in range(steps):
        game.encode(Focus(seek=("tree",), explore="forest"), encoding)
        game.step(SPEC.action_index[actions[rng.integers(len(actions))]])


def cells_along(game: MinecraftGame, pitch: float, yaw: float) -> Iterator[tuple[int, int, int]]:
    """The places that a ray of a look passes, up to what hides the view."""
    world, far = game.world, 48.0 if pitch > -8.0 else 20.0
    turn, tilt = math.radians(yaw), math.radians(pitch)
    way = (-math.sin(turn) * math.cos(tilt), -math.sin(tilt), math.cos(turn) * math.cos(tilt))
    eyes = (world.position[0], world.position[1] + 1.62, world.position[2])
    cell = [math.floor(value) for value in eyes]
    ahead = [1 if part > 0 else -1 for part in way]
    each = [abs(1.0 / part) for part in way]
    due = [
        ((c + 1 - e) if part > 0 else (e - c)) * step
        for c, e, part, step in zip(cell, eyes, way, each, strict=True)
    ]
    distance = 0.0
    while distance <= far:
        yield (cell[0], cell[1], cell[2])
        state = game._body.state_at(*cell)
        if HIDES_VIEW[state]:
            return
        far -= 4.0 if IS_WATER[state] else 0.0
        axis = due.index(min(due))
        distance = due[axis]
        cell[axis] += ahead[axis]
        due[axis] += each[axis]


def expected_view(game: MinecraftGame, looks: int) -> set[tuple[int, int, int]]:
    """The places that a look shows, of 15 rows of 25 rays, and what touches the body."""
    across, down = (looks * 0.6180339887498949) % 1.0, (looks * 0.7548776662466927) % 1.0
    seen: set[tuple[int, int, int]] = set()
    for row in range(15):
        pitch = game.world.pitch + ((row + down) / 15 - 0.5) * 75.0
        for column in range(25):
            yaw = game.world.yaw + ((column + across) / 25 - 0.5) * 104.0
            seen.update(cells_along(game, pitch, yaw))
    x, y, z = (math.floor(value) for value in game.world.position)
    for i, k in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
        heights = range(y - 1, y + 3) if (i, k) == (0, 0) else range(y, y + 2)
        seen.update((x + i, height, z + k) for height in heights)
        if not HIDES_VIEW[game._body.state_at(x + i, y, z + k)]:
            seen.add((x + i, y - 1, z + k))
    return seen


@pytest.mark.parametrize("seed", [3, 12])
def test_a_look_shows_what_its_rays_meet(game: MinecraftGame, seed: int) -> None:
    game.reset(seed)
    play(game, ("forward", "turn_left"), 12, seed)
    body = game._body
    body.forget()
    body.look()
    blocks = body.memory["blocks"]
    seen = {place for place in expected_view(game, 1) if 0 <= place[1] < 128}
    assert {(x & 255, z & 255, y) for x, y, z in seen} == set(zip(*np.nonzero(blocks), strict=True))
    assert all(blocks[x & 255, z & 255, y] == 1 + body.state_at(x, y, z) for x, y, z in seen)


def expected_nearest(game: MinecraftGame) -> dict[int, float]:
    """Kind of block -> blocks to the nearest one remembered, by looking at all of them."""
    memory = game._body.memory
    columns_x, columns_z, layers = np.nonzero(memory["blocks"])
    kinds = KIND_OF_STATE[memory["blocks"][columns_x, columns_z, layers].astype(int) - 1]
    x = memory["chunk_x"][columns_x // 16, columns_z // 16] * 16 + columns_x % 16
    z = memory["chunk_z"][columns_x // 16, columns_z // 16] * 16 + columns_z % 16
    at, up, aside = game.world.position
    distances = np.sqrt((x + 0.5 - at) ** 2 + (layers + 0.5 - up - 1.62) ** 2 + (z + 0.5 - aside) ** 2)
    return {int(kind): float(distances[kinds == kind].min()) for kind in np.unique(kinds[kinds != NO_KIND])}


@pytest.mark.parametrize("seed", [3, 7])
def test_the_nearest_is_the_nearest_of_all_that_is_remembered(game: MinecraftGame, seed: int) -> None:
    game.reset(seed)
    memory = game._body.memory
    for part in range(6):
        play(game, ("forward", "turn_left", "attack", "mine", "walk_to"), 8, seed + part)
        game._body.survey()
        expected = expected_nearest(game)
        if memory["n_given_up"] or game.status.name != "RUNNING":
            break
        if LOG in expected and expected[LOG] <= expected.get(TREE, 1e9) + 5.0:
            expected[TREE] = expected[LOG]
        found = {kind: float(memory["nearest"][kind, 0]) for kind in (*range(N_BLOCK_KINDS), LOG)}
        assert {kind: far for kind, far in found.items() if far < 1e8} == pytest.approx(expected)
    assert part >= 2


def test_the_light_that_is_told_is_the_brighter_of_sky_and_torches(game: MinecraftGame) -> None:
    told = set()
    for seed, time in ((3, 6_000), (12, 14_000), (12, 18_000), (20, 13_000)):
        game.reset(seed)
        game.world.command(f"/time set {time}")
        play(game, ("forward", "turn_left"), 10, seed)
        x, y, z = (math.floor(value) for value in game.world.position)
        for block, height in (("stone", 3), ("torch", 0)):
            game.world.command(f"/setblock {x} {y + height} {z + 2} {block}")
            play(game, ("noop",), 1, 0)
            assert game.facts()["light"] == game.world.light()[0]
            told.add(game.facts()["light"])
    assert len(told) >= 3
