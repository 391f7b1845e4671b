"""Many compiled games: what can be done with them, and that they do not disturb one another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from envs.crafter.compiled import calls
from envs.crafter.compiled.daylight import daylight_table
from envs.crafter.compiled.games import CompiledGames, read_snapshot
from envs.crafter.reference import ReferenceGame
from envs.facts import EndStatus

RIGHT = np.full(1, 2)


def started(seeds: list[int], max_steps: int | None = None) -> CompiledGames:
    games = CompiledGames(len(seeds))
    games.reset_all(seeds, max_steps)
    return games


def random_actions(steps: int, n: int) -> np.ndarray:
    return np.random.default_rng(7).integers(17, size=(steps, n))


def test_many_games_go_as_each_would_alone() -> None:
    seeds = [3, 3, 2**31, -5, 10**20]
    games, alone = started(seeds), [started([seed]) for seed in seeds]
    actions = random_actions(60, len(seeds))
    for row in actions:
        games.step(row)
        for one, action in zip(alone, row, strict=True):
            one.step(np.array([action]))
    assert [games.snapshot(i) for i in range(5)] == [one.snapshot(0) for one in alone]
    assert games.rewards.tolist() == [one.rewards[0] for one in alone]


def test_a_snapshot_goes_on_in_either_game() -> None:
    reference, games = ReferenceGame(), started([11, 12])
    reference.reset(11, 200)
    games.reset(0, 11, 200)
    actions = random_actions(160, 1)[:, 0].tolist()
    for action in actions[:80]:
        reference.step(action)
        games.step(np.array([action]), 0, 1)
    there, back = ReferenceGame(), started([1])
    there.restore(games.snapshot(0))
    back.restore(0, reference.snapshot())
    for action in actions[80:]:
        for game in (reference, there):
            game.step(action)
        games.step(np.array([action]), 0, 1)
        back.step(np.array([action]))
    assert reference.snapshot() == there.snapshot() == games.snapshot(0) == back.snapshot(0)
    assert back.seeds == [11]


def test_episodes_end_by_death_and_by_the_limit_and_then_take_no_step() -> None:
    games = started([1, 2], 5)
    games.records[0]["inventory"][0] = 0
    games.step(np.zeros(2, np.int64))
    assert games.status.tolist() == [EndStatus.DEATH, EndStatus.RUNNING]
    before = games.snapshot(1)
    with pytest.raises(RuntimeError, match=r"game 0 ended with DEATH after 1 steps; call reset\(i, seed\)"):
        games.step(np.zeros(2, np.int64))
    assert games.snapshot(1) == before, "no game was stepped"
    for _ in range(4):
        games.step(np.zeros(1, np.int64), 1)
    assert games.status.tolist() == [EndStatus.DEATH, EndStatus.TIME_LIMIT]
    games.reset(0, 9)
    assert games.status[0] == EndStatus.RUNNING


def test_what_cannot_be_done_is_refused() -> None:
    games = CompiledGames(2)
    with pytest.raises(RuntimeError, match="game 0 ended with ABORTED"):
        games.step(np.zeros(2, np.int64))
    with pytest.raises(RuntimeError, match="game 1 has no state yet"):
        games.snapshot(1)
    games.reset_all([1, 2])
    with pytest.raises(ValueError, match=r"action 17 of game 1 is out of range; there are 0\.\.16"):
        games.step(np.array([0, 17]))
    with pytest.raises(ValueError, match="action -1 of game 0"):
        games.step(np.array([-1, 0]))
    with pytest.raises(ValueError, match=r"actions are int64\[1\] for 2 games"):
        games.step(np.zeros(1, np.int64))
    with pytest.raises(ValueError, match=r"actions are float64\[2\]"):
        games.step(np.zeros(2))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"no games 1\.\.2; there are 0\.\.1"):
        games.reset_all([1, 2], first=1)
    with pytest.raises(ValueError, match="at least 1"):
        CompiledGames(0)
    assert games.records["step"].tolist() == [0, 0]


def test_a_kept_state_is_gone_back_to() -> None:
    games = started([5, 6])
    for row in random_actions(30, 2):
        games.step(row)
    kept, saved = games.keep(0), games.snapshot(0)
    assert len(kept.record) < 50_000
    for row in random_actions(30, 2):
        games.step(row)
    games.put_back(1, kept)
    assert games.snapshot(1) == saved
    games.put_back(0, read_snapshot(saved))
    assert games.snapshot(0) == saved


def test_a_picture_is_the_reference_s() -> None:
    reference, games = ReferenceGame(), started([4])
    reference.reset(4)
    assert (games.frame(0) == reference.frame()).all()
    assert games.engine(0).player.inventory == reference._engine.player.inventory


def test_the_day_goes_on_after_the_table_of_daylight() -> None:
    games = started([8], 10**6)
    end = len(daylight_table())
    games.records[0]["step"] = end - 2
    for _ in range(4):
        games.step(np.zeros(1, np.int64))
    engine = ReferenceGame()._engine
    engine._step = end + 2
    engine._update_time()
    assert games.records[0]["daylight"] == engine.world.daylight


def test_threads_step_different_games() -> None:
    seeds = list(range(8))
    actions = random_actions(200, 8)
    games, together = started(seeds), started(seeds)

    def play(first: int) -> None:
        for row in actions:
            games.step(row[first : first + 4], first, first + 4)
            alive = games.status[first : first + 4] == EndStatus.RUNNING
            for i in np.flatnonzero(~alive):
                games.reset(first + int(i), 100 + first + int(i))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(play, (0, 4)))
    for row in actions:
        together.step(row)
        for i in np.flatnonzero(together.status != EndStatus.RUNNING):
            together.reset(int(i), 100 + int(i))
    assert [games.snapshot(i) for i in seeds] == [together.snapshot(i) for i in seeds]


def test_everything_is_compiled_once() -> None:
    games = started([1, 2, 3])
    games.step(np.zeros(3, np.int32))
    games.step([0, 0], 1, 3)  # type: ignore[arg-type]
    games.reset_all(np.array([4, 5]))  # type: ignore[arg-type]
    games.restore(0, games.snapshot(1))
    read_only = np.zeros(3, np.int64)
    read_only.flags.writeable = False
    games.step(read_only)
    for call in (calls.make_worlds, calls.step_games, calls.look_anew):
        assert len(call.signatures) == 1
