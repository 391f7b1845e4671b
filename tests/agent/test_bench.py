import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from agent.bench import __main__ as command
from agent.bench import training
from agent.bench.designed_skill import designed_skill, saved_starts
from agent.bench.figure import Figure, pairwise_ratios, scaled, seconds_of
from agent.bench.graphs import crafter_graph, minecraft_graph, synthetic_graph
from agent.bench.isolate import Measured, MeasurementFailed, measure
from agent.bench.memory import peak_mib
from agent.bench.plain_crafter import MATERIALS, SYMBOLS, PlainCrafter, SymbolicCrafter
from agent.bench.planning import planning_large, slowest_plan
from agent.bench.race import Contender, Lap, Notes, Outcome, Pacer, race, slower_ones
from agent.bench.report import notes, number, show, spread, target, to_json
from agent.bench.settings import QUICK, Settings
from agent.bench.startup import startup
from envs.game import make_game
from planners.graph import SkillGraph
from planners.plan import Goal
from planners.search import decompose


def steady(settings: Settings) -> list[Figure]:
    samples = (3.0, 1.0, 2.0)[: settings.rounds]
    return [Figure(name="steady", samples=samples, unit="s", target=2.5, how="counted by hand")]


def broken(settings: Settings) -> list[Figure]:
    raise OSError("no room")


def silent(settings: Settings) -> list[Figure]:
    sys.exit(7)


class TestFigure:
    def test_it_is_the_median_of_its_samples(self) -> None:
        assert Figure(name="f", samples=(9.0, 1.0, 2.0), unit="s").value == 2.0
        assert Figure(name="f", samples=(1.0, 2.0), unit="s").value == 1.5

    @pytest.mark.parametrize(
        ("bound", "at_least", "met"),
        [(2.0, False, True), (1.9, False, False), (2.0, True, True), (2.1, True, False), (None, True, None)],
    )
    def test_the_target_is_a_bound_from_one_side(
        self, bound: float | None, at_least: bool, met: bool | None
    ) -> None:
        assert Figure(name="f", samples=(2.0,), unit="x", target=bound, at_least=at_least).met is met

    def test_no_samples_is_no_figure(self) -> None:
        with pytest.raises(ValueError, match="'empty' has no samples; a figure rests on at least one run"):
            Figure(name="empty", samples=(), unit="s")

    def test_every_repeat_is_timed(self) -> None:
        calls: list[int] = []
        times = seconds_of(lambda: calls.append(1), 3)
        assert len(calls) == len(times) == 3
        assert min(times) >= 0

    def test_ratios_are_taken_within_a_round(self) -> None:
        # The machine halves its speed in the second round: both ratios stay 10.
        assert pairwise_ratios((1000.0, 500.0), (100.0, 50.0)) == (10.0, 10.0)
        assert scaled((0.5, 2.0), 1000) == (500.0, 2000.0)
        with pytest.raises(ValueError):
            pairwise_ratios((1.0,), (1.0, 2.0))


class TestReport:
    results = (
        Measured(
            name="one",
            load_average=0.25,
            seconds=1.5,
            figures=(
                Figure(
                    name="speed", samples=(30.0, 10.0, 20.0), unit="x", target=15, at_least=True, how="so"
                ),
                Figure(name="wait", samples=(0.75,), unit="s", target=0.5, how="so"),
            ),
        ),
        Measured(
            name="two",
            load_average=float("nan"),
            seconds=2,
            figures=(Figure(name="size", samples=(12345.6,), unit="MiB", how="weighed"),),
        ),
    )

    def test_json_holds_every_sample(self) -> None:
        document = json.loads(json.dumps(to_json(self.results, Settings(rounds=3)), allow_nan=False))
        assert document["schema_version"] == 1
        assert document["settings"]["rounds"] == 3
        assert document["machine"]["cores"] >= 1
        first, second = document["measurements"]
        assert (first["name"], first["load_average"], second["load_average"]) == ("one", 0.25, None)
        assert first["figures"][0] == {
            "name": "speed",
            "value": 20.0,
            "unit": "x",
            "samples": [30.0, 10.0, 20.0],
            "target": 15,
            "at_least": True,
            "met": True,
            "how": "so",
        }
        assert first["figures"][1]["met"] is False
        assert second["figures"][0]["met"] is None

    def test_cells(self) -> None:
        speed, wait = self.results[0].figures
        size = self.results[1].figures[0]
        assert (target(speed), target(wait), target(size)) == (">= 15 yes", "<= 0.5 NO", "")
        assert (spread(speed), spread(wait)) == ("10 .. 30", "")
        assert [number(v) for v in (12345.6, 99.96, 0.5, 0.0)] == ["12,346", "100", "0.5", "0"]

    def test_the_table_refers_to_each_note_once(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert notes(self.results) == ["so", "weighed"]
        show(self.results)
        lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
        assert "speed 20 x 10 .. 30 >= 15 yes 1" in lines
        assert "wait 0.75 s <= 0.5 NO 1" in lines
        assert "size 12,346 MiB 2" in lines
        assert {"1 so", "2 weighed"} <= set(lines)
        assert "load average over the minute before: one 0.25, two nan" in lines


class TestCommand:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(command, "MEASUREMENTS", (steady, broken))

    def test_json_and_choice(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["steady", "--json", "--rounds", "2"]) == 0
        printed = capsys.readouterr()
        assert json.loads(printed.out)["failed"] == []
        (measured,) = json.loads(printed.out)["measurements"]
        assert [(f["name"], f["value"]) for f in measured["figures"]] == [("steady", 2.0)]
        assert measured["seconds"] > 0
        assert printed.err.startswith("measuring steady (load average ")

    def test_a_failure_takes_no_other_figures_with_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["--json"]) == 1
        printed = capsys.readouterr()
        document = json.loads(printed.out)
        assert [m["name"] for m in document["measurements"]] == ["steady"]
        assert document["failed"] == ["broken"]
        assert "OSError: no room" in printed.err
        assert printed.err.endswith("no figures, see above: broken\n")

    def test_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["steady"]) == 0
        assert "steady 2 s 1 .. 3 <= 2.5 yes 1" in " ".join(capsys.readouterr().out.split())

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["stedy"], "no measurement stedy; there are: steady, broken"),
            (["--rounds", "0"], "bench settings out of range: rounds=0; counts are at least 1"),
            (["--quick", "--seconds", "-1"], "bench settings out of range: seconds=-1.0"),
        ],
    )
    def test_bad_arguments(
        self, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as exit_info:
            command.main(arguments)
        assert exit_info.value.code == 2
        assert message in capsys.readouterr().err


def test_what_make_bench_runs() -> None:
    names = {measurement.__name__ for measurement in command.MEASUREMENTS}
    assert names >= {"startup", "planning_games", "planning_large", "library_load", "training"}


class TestIsolation:
    def test_a_measurement_runs_elsewhere(self) -> None:
        measured = measure(steady, QUICK)
        assert (measured.name, measured.figures[0].samples) == ("steady", (3.0,))

    def test_a_broken_measurement_is_no_figure(self) -> None:
        with pytest.raises(MeasurementFailed, match=r"measurement broken failed:\n(.*\n)+OSError: no room"):
            measure(broken, QUICK)

    def test_a_measurement_that_vanishes(self) -> None:
        with pytest.raises(
            MeasurementFailed, match=r"silent failed:\n.* without an answer, with exit code 7"
        ):
            measure(silent, QUICK)

    def test_memory_grows(self) -> None:
        before = peak_mib()
        block = np.ones(50 * 2**20 // 8)  # 50 MiB
        after = peak_mib()
        assert before is not None and after is not None
        assert after >= before
        assert 5 < after < 10_000
        assert after > block.nbytes / 2**20


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
        training.OURS: Outcome((Lap(4000, 1.0), Lap(2000, 1.0)), notes),
        f"{pixels}, here": Outcome((Lap(150, 1.0),), {}),
        f"{pixels}, apart": Outcome((Lap(200, 1.0), Lap(200, 2.0, 1.0)), {}),
        f"{symbols}, here": Outcome((Lap(1000, 1.0, 0.5), Lap(1000, 1.0, 0.5)), {}),
    }
    contenders = [Contender(name, count, name.rpartition(", ")[0]) for name in outcomes]
    found = {figure.name: figure for figure in training.figures(contenders, outcomes)}
    assert found["whole loop"].samples == (4000.0, 2000.0)
    assert found["whole loop"].how.endswith("; episodes of 12 steps at the end")
    assert found[pixels].samples == (200.0, 100.0)
    assert "8 games, apart (the fastest way in the first round)" in found[pixels].how
    # 4000 / 200 and 2000 / 100: 20 in both rounds, at least 15.
    assert found[f"whole loop / {pixels}"].samples == (20.0, 20.0)
    assert found[f"whole loop / {pixels}"].met is True
    # 4000 / 1000 and 2000 / 1000: the median is 3, which is just enough.
    assert found[f"whole loop / {symbols}"].value == 3.0
    assert found[f"whole loop / {symbols}"].met is True
    # Without its worlds it makes 2000 steps/s: 4000 / 2000 and 2000 / 2000.
    without = found[f"whole loop / {symbols} less its making worlds"]
    assert (without.samples, without.target) == ((2.0, 1.0), None)
    assert without.how.startswith("making worlds took 50% of that training")
    assert found["training, main process: peak memory"].value == 400.0
    assert found["training, largest worker: peak memory"].how == "after 6,000 steps"


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


class TestGraphs:
    def test_the_synthetic_tree_can_be_planned(self) -> None:
        # item40 needs 20 and 13; 20 needs 10 and 6; 10 needs 5 and 3; 13 needs 6 and 4: nine executions.
        plan = decompose(synthetic_graph(50), Goal(facts={"item40": 1}), {}, only_available=False)
        assert plan.missing == {}
        assert sorted(plan.steps) == sorted(
            ["make40", "make20", "make13", "make10", "make6", "make5", "make3", "make6", "make4"]
        )

    def test_everything_in_minecraft_can_be_had(self) -> None:
        graph = minecraft_graph()
        for name in graph.skills():
            assert decompose(graph, Goal(facts=dict(graph.belief(name).obtains)), {}).missing == {}, name
        # A table takes 4 planks, which is one log, from one tree.
        plan = decompose(graph, Goal(facts={"table": 1}), {})
        assert plan.steps == ("find_tree", "get_log", "get_planks", "get_table")

    def test_crafter_has_a_graph_with_or_without_a_library(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        monkeypatch.setattr("agent.bench.graphs.shipped_library", lambda: tmp_path)
        claimed, origin = crafter_graph()
        assert origin == "recorded claims (no library shipped)"
        assert "make_stone_pickaxe" in claimed
        (tmp_path / "crafter").mkdir()
        claimed.save(tmp_path / "crafter" / "graph.json")
        shipped, origin = crafter_graph()
        assert origin == "shipped library"
        assert shipped.skills() == claimed.skills()

    def test_the_slowest_plan_is_named(self) -> None:
        figure = slowest_plan("tree", synthetic_graph(20), decompose, 2)
        assert figure.name == "slowest plan, tree, decompose"
        assert (len(figure.samples), figure.unit, figure.target) == (2, "ms", 50.0)
        assert figure.how.endswith("; of 20 goals, each from nothing on a fresh graph")
        with pytest.raises(ValueError, match="the graph 'none' has no skills; there is nothing to plan"):
            slowest_plan("none", SkillGraph("none", {}), decompose, 1)

    def test_planning_large_counts_executions(self) -> None:
        figures = planning_large(Settings(skills_in_graph=41, repeats=2))
        assert [f.name for f in figures] == [
            "first plan over 41 skills, cheapest",
            "next plan over 41 skills, cheapest",
            "first plan over 41 skills, decompose",
            "next plan over 41 skills, decompose",
            "planner on 41 skills: peak memory",
        ]
        assert [f.how.split()[0] for f in figures[:4]] == ["9", "9", "9", "9"]


class TestCrafter:
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

    def test_symbols_at_the_edge_of_the_map(self) -> None:
        env = SymbolicCrafter(seed=3)
        env.reset()
        env.game._world.move(env.game._player, np.array((0, 0)))
        env.game._player.pos = np.array((0, 0))
        cells = env.observe(None)[: 9 * 7 * (MATERIALS + 5)].reshape(9, 7, MATERIALS + 5)
        # Four columns to the left and three rows above are outside: 63 - 5 * 4 = 43 cells.
        assert cells[..., 0].sum() == 43
        assert cells[4:, 3:, 0].sum() == 0

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

    def test_the_skill_is_what_the_model_designed(self) -> None:
        skill = designed_skill()
        assert skill.effects.obtains == {"wood": 5}
        assert skill.focus.seek == ("tree",)
        assert "distance.tree" in skill.reward
        assert "def termination" in skill.option.termination

    def test_starts_are_states_of_different_worlds(self) -> None:
        game = make_game("crafter")
        starts = saved_starts(game, worlds=2, per_world=2, apart=3)
        assert len({start.origin for start in starts}) == 2
        steps = []
        for start in starts:
            game.restore(start.snapshot)
            steps.append(game.steps)
        assert steps == [3, 6, 3, 6]


def test_startup_is_measured_in_processes() -> None:
    figures = startup(QUICK)
    assert [f.name for f in figures] == [
        "journeyman --help",
        "python -c 'import agent.cli'",
        "python -c pass",
    ]
    assert figures[0].target == 0.5
    assert min(f.value for f in figures) > 0
