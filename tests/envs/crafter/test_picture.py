"""A compiled game's picture, compared with what the reference engine draws of the same state."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from envs.crafter.compiled.games import CompiledGames
from envs.crafter.compiled.rules import ACTIONS, ARROW, COW, PLANT, SKELETON, ZOMBIE
from envs.crafter.picture import draw

SIZES = ((72, 72), (100, 90), (288, 288))


def played(seed: int, steps: int, change=None) -> CompiledGames:
    games = CompiledGames(1)
    games.reset(0, seed)
    rng = np.random.default_rng(seed)
    for action in rng.integers(1, 6, steps).tolist():
        if games.status[0]:
            break
        games.step(np.array([action]))
    if change is not None:
        change(games.records[0])
    return games


def put_beside(game, kind, place, **fields):
    """Turn the first other object into one that stands `place` cells to the right of the player."""
    row, player = game["objects"][1], game["objects"][0]
    game["rows_at"][row["x"], row["y"]] = 0
    row["kind"], row["x"], row["y"] = kind, player["x"] + place, player["y"]
    game["rows_at"][row["x"], row["y"]] = 2
    for name, value in fields.items():
        row[name] = value


def night(game):
    game["daylight"] = 0.1


def asleep(game):
    game["sleeping"] = 1


def rich(game):
    game["inventory"][:] = np.arange(len(game["inventory"])) % 10


def corner(game):
    game["rows_at"][game["objects"][0]["x"], game["objects"][0]["y"]] = 0
    game["objects"][0]["x"], game["objects"][0]["y"] = 1, 62
    game["rows_at"][1, 62] = 1


CHANGES = {
    "as it begins": None,
    "night": night,
    "asleep": asleep,
    "full hands": rich,
    "edge of the map": corner,
    "cow": lambda game: put_beside(game, COW, 1),
    "zombie": lambda game: put_beside(game, ZOMBIE, 2),
    "skeleton": lambda game: put_beside(game, SKELETON, -3),
    "arrow": lambda game: put_beside(game, ARROW, -1, dx=0, dy=-1, health=0),
    "plant": lambda game: put_beside(game, PLANT, 1, counter=300, health=1),
    "ripe plant": lambda game: put_beside(game, PLANT, 1, counter=301, health=1),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_is_what_the_engine_draws(what):
    games = played(11, 30, CHANGES[what])
    engine = games.engine(0)
    for size in SIZES:
        assert np.array_equal(games.frame(0, size), engine.draw(size)), size


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_the_engine_draws_all_day(seed):
    games, rng = played(seed, 0), np.random.default_rng(seed)
    for step in range(240):
        if games.status[0]:
            break
        games.step(rng.integers(len(ACTIONS), size=1))
        if step % 20 == 0:
            assert np.array_equal(games.frame(0, (72, 72)), games.engine(0).draw((72, 72))), step


def test_drawing_leaves_the_game_as_it_is():
    games = played(4, 10, night)
    before = games.snapshot(0)
    assert not np.array_equal(games.frame(0), np.zeros(()))
    assert games.snapshot(0) == before


def test_threads_draw_their_own_games():
    games = [played(seed, 20) for seed in range(6)]
    alone = [draw(each.records[0], (72, 72)) for each in games]
    with ThreadPoolExecutor(3) as threads:
        together = list(threads.map(lambda each: draw(each.records[0], (72, 72)), games * 5))
    assert all(np.array_equal(a, b) for a, b in zip(alone * 5, together, strict=True))
