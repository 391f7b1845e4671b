"""The race of trainings, its figures, and what is trained: plain Crafter and one designed skill."""

from collections.abc import Iterator

import numpy as np
import pytest

from agent.bench import training
from agent.bench.designed_skill import designed_skill, saved_starts
from agent.bench.plain_crafter import MATERIALS, SYMBOLS, PlainCrafter, SymbolicCrafter
from agent.bench.race import Contender, Lap, Notes, Outcome, Pacer, race, slower_ones
from envs.registry import make_game


class FakePipe:
    """The other end's orders, and what was sent to it."""

    def __init__(self, orders: list[float | None]) -> None:
        self.orders: Iterator[float | None] = iter(orders)
        self.sent: list[tuple[str, Lap | None]] = []

    def send(self, message: tuple[str, Lap | None]) -> None:
        self.sent.append(message)

    def recv(self) -> float | None:
        return next(self.orders)


class TestRace:
    def test_a_turn_ends_with_the_iteration_that_outlasts_it(self) -> None:
        pipe = FakePipe([10.0, 5.0, None])
        # One reading before and one after each wait, one where there is no wait.
        times = iter([0.0, 100.0, 104.0, 112.0, 200.0, 206.0])
        pacer = Pacer(pipe, lambda: next(times))
        assert pacer.between(64)  # warm at 0; the turn of 10 s begins at 100
        assert pacer.between(128)  # 104: goes on
        assert pacer.between(192, aside=3.0)  # 112: over, 128 steps in 12 s; the turn of 5 s begins at 200
        assert not pacer.between(256, aside=4.0)  # 206: over, 64 steps in 6 s; no more turns
        assert pipe.sent == [("ready", None), ("lap", Lap(128, 12.0, 3.0)), ("lap", Lap(64, 6.0, 1.0))]

    def test_speeds(self) -> None:
        lap = Lap(steps=100, seconds=10.0, aside=5.0)
        assert (lap.speed, lap.speed_without) == (10.0, 20.0)

    def test_the_fastest_of_a_group_goes_on(self) -> None:
        contenders = [Contender(n, count, g) for n, g in (("a", ""), ("b", "g"), ("c", "g"), ("d", ""))]
        assert slower_ones(contenders, {"a": 1.0, "b": 2.0, "c": 3.0, "d": 0.5}) == {"b"}
        assert slower_ones(contenders, {"a": 1.0, "b": 2.0, "c": 2.0, "d": 0.5}) == {"c"}

    @pytest.mark.slow
    def test_all_take_turns(self) -> None:
        said: list[str] = []
        contenders = [Contender("tens", count), Contender("slow", crawl, "g"), Contender("fast", count, "g")]
        outcomes = race(contenders, 2, 0.0, said.append)
        assert said == [
            "warming up: tens",
            "warming up: slow",
            "warming up: fast",
            "round 1 of 2: tens",
            "round 1 of 2: slow",
            "round 1 of 2: fast",
            "round 2 of 2: tens",
            "round 2 of 2: fast",
        ]
        assert [len(outcome.laps) for outcome in outcomes.values()] == [2, 1, 2]
        assert [lap.steps for lap in outcomes["tens"].laps] == [10, 10]
        assert outcomes["fast"].notes == {"iterations": 3}

    @pytest.mark.slow
    def test_a_training_that_fails(self) -> None:
        with pytest.raises(RuntimeError, match=r"training 'bad' failed:\n(.*\n)+ZeroDivisionError"):
            race([Contender("good", count), Contender("bad", fail)], 1, 0.0, lambda what: None)


def count(pacer: Pacer) -> Notes:
    iterations = 1
    while pacer.between(10 * iterations):
        iterations += 1
    return {"iterations": iterations}


def crawl(pacer: Pacer) -> Notes:
    import time

    iterations = 1
    while pacer.between(iterations):
        time.sleep(0.2)
        iterations += 1
    return {"iterations": iterations}


def fail(pacer: Pacer) -> Notes:
    raise ZeroDivisionError("by hand")


def test_figures_of_a_race() -> None:
    pixels, symbols = training.PIXELS, training.SYMBOLS
    notes = {"main_mib": 400.0, "worker_mib": 300.0, "mean_length": 12.4}
    outcomes = {
        training.OURS: Outcome((Lap(20_000, 1.0), Lap(10_000, 1.0)), notes),
        f"{pixels}, here": Outcome((Lap(150, 1.0),), {}),
        f"{pixels}, apart": Outcome((Lap(200, 1.0), Lap(200, 2.0, 1.0)), {}),
        f"{symbols}, here": Outcome((Lap(1000, 1.0, 0.5), Lap(1000, 1.0, 0.5)), {}),
    }
    contenders = [Contender(name, count, name.rpartition(", ")[0]) for name in outcomes]
    found = {figure.name: figure for figure in training.figures(contenders, outcomes)}
    assert found["whole loop"].samples == (20_000.0, 10_000.0)
    assert found["whole loop"].how.endswith("; episodes of 12 steps at the end")
    assert found[pixels].samples == (200.0, 100.0)
    assert (
        "8 games, apart (the fastest way in the first round: apart 200, here 150); 128 steps"
        in found[pixels].how
    )
    # 20,000 / 200 and 10,000 / 100: 100 in both rounds, at least 60.
    assert found[f"whole loop / {pixels}"].samples == (100.0, 100.0)
    assert found[f"whole loop / {pixels}"].met is True
    # 20,000 / 1000 and 10,000 / 1000: the median is 15, which is just enough.
    assert found[f"whole loop / {symbols}"].value == 15.0
    assert found[f"whole loop / {symbols}"].met is True
    # Without its worlds it makes 2000 steps/s: 20,000 / 2000 and 10,000 / 2000.
    without = found[f"whole loop / {symbols} less its making worlds"]
    assert (without.samples, without.target) == ((10.0, 5.0), None)
    assert without.how.startswith("making worlds took 50% of that training")
    assert found["training, main process: peak memory"].value == 400.0
    assert found["training, largest worker: peak memory"].how == "after 30,000 steps"


def test_after_one_round_the_faster_way_counts() -> None:
    pixels, symbols = training.PIXELS, training.SYMBOLS
    contenders = [
        Contender(training.OURS, count),
        Contender(f"{pixels}, slow", count, pixels),
        Contender(f"{pixels}, fast", count, pixels),
        Contender(f"{symbols}, only", count, symbols),
    ]
    notes = {"main_mib": 1.0, "worker_mib": 1.0, "mean_length": 1.0}
    speeds = (300, 10, 20, 100)
    outcomes = {c.name: Outcome((Lap(s, 1.0),), notes) for c, s in zip(contenders, speeds, strict=True)}
    found = {figure.name: figure for figure in training.figures(contenders, outcomes)}
    assert found[f"whole loop / {pixels}"].samples == (15.0,)


class TestCrafter:
    @pytest.mark.slow
    def test_symbols_show_what_is_in_view(self) -> None:
        env = SymbolicCrafter(seed=3)
        seen, _ = env.reset()
        assert seen.shape == (SYMBOLS,) == env.observation_space.shape
        cells = seen[: 9 * 7 * (MATERIALS + 5)].reshape(9, 7, MATERIALS + 5)
        assert (cells[..., :MATERIALS].sum(axis=-1) == 1).all()
        world, (x, y) = env.game._world, env.game._player.pos
        for i, j in np.ndindex(9, 7):
            material, _ = world[(x + i - 4, y + j - 3)]
            assert world._mat_ids[material] == cells[i, j, :MATERIALS].argmax()
        # Health, food, drink and energy are full: 9 of 9; nothing is carried.
        assert seen[-16:].tolist() == [1.0] * 4 + [0.0] * 12

    @pytest.mark.slow
    def test_symbols_at_the_edge_of_the_map(self) -> None:
        env = SymbolicCrafter(seed=3)
        env.reset()
        env.game._world.move(env.game._player, np.array((0, 0)))
        env.game._player.pos = np.array((0, 0))
        cells = env.observe(None)[: 9 * 7 * (MATERIALS + 5)].reshape(9, 7, MATERIALS + 5)
        # Four columns to the left and three rows above are outside: 63 - 5 * 4 = 43 cells.
        assert cells[..., 0].sum() == 43
        assert cells[4:, 3:, 0].sum() == 0

    @pytest.mark.slow
    def test_the_plain_game_is_the_original(self) -> None:
        env = PlainCrafter(seed=5)
        picture, _ = env.reset()
        assert picture.shape == (64, 64, 3)
        assert picture.dtype == np.uint8
        assert env.making_seconds > 0
        assert env.observation_space.contains(picture)
        _, reward, terminated, truncated, _ = env.step(np.int64(0))
        assert (reward, terminated, truncated) == (0.0, False, False)
        env.game._step = 9_999
        assert env.step(np.int64(0))[2:4] == (False, True)
        env.game._player.health = 0
        assert env.step(np.int64(0))[2:4] == (True, False)

    @pytest.mark.slow
    def test_the_skill_is_what_the_model_designed(self) -> None:
        skill = designed_skill()
        assert skill.effects.obtains == {"wood": 5}
        assert skill.focus.seek == ("tree",)
        assert "distance.tree" in skill.reward
        assert "def termination" in skill.option.termination

    @pytest.mark.long
    def test_starts_are_states_of_different_worlds(self) -> None:
        game = make_game("crafter")
        starts = saved_starts(game, worlds=2, per_world=2, apart=3)
        assert len({start.origin for start in starts}) == 2
        steps = []
        for start in starts:
            game.restore(start.snapshot)
            steps.append(game.steps)
        assert steps == [3, 6, 3, 6]
