"""What every measurement goes through: figures, the report, the command, a process of its own."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from agent.bench import __main__ as command
from agent.bench.figure import Figure, pairwise_ratios, scaled, seconds_of
from agent.bench.isolate import Measured, MeasurementFailed, measure
from agent.bench.memory import peak_mib
from agent.bench.report import notes, number, show, spread, target, to_json
from agent.bench.settings import QUICK, Settings
from agent.bench.startup import startup
from tests.agent.bench.measures import broken, lengthy, silent, steady


def measured_here(measurement: Callable[[Settings], list[Figure]], settings: Settings) -> Measured:
    return Measured(
        name=measurement.__name__, load_average=0.0, seconds=0.0, figures=tuple(measurement(settings))
    )


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
        monkeypatch.setattr(command, "ON_REQUEST", (lengthy,))

    @pytest.mark.slow
    def test_json_and_choice(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["steady", "--json", "--rounds", "2"]) == 0
        printed = capsys.readouterr()
        assert json.loads(printed.out)["failed"] == []
        (measured,) = json.loads(printed.out)["measurements"]
        assert [(f["name"], f["value"]) for f in measured["figures"]] == [("steady", 2.0)]
        assert measured["seconds"] > 0
        assert printed.err.startswith("measuring steady (load average ")

    @pytest.mark.slow
    def test_a_failure_takes_no_other_figures_with_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["--json"]) == 1
        printed = capsys.readouterr()
        document = json.loads(printed.out)
        assert [m["name"] for m in document["measurements"]] == ["steady"]
        assert document["failed"] == ["broken"]
        assert "OSError: no room" in printed.err
        assert printed.err.endswith("no figures, see above: broken\n")

    def test_what_takes_long_is_measured_only_when_named(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In this process: that each gets one of its own is what `TestIsolation` is about."""
        monkeypatch.setattr(command, "MEASUREMENTS", (steady,))
        monkeypatch.setattr(command, "measure", measured_here)
        assert command.main(["--steps", "50", "--json"]) == 0
        assert [m["name"] for m in json.loads(capsys.readouterr().out)["measurements"]] == ["steady"]
        assert command.main(["steady", "lengthy", "--steps", "50", "--json"]) == 0
        measured = json.loads(capsys.readouterr().out)["measurements"]
        assert [(m["name"], m["figures"][0]["value"]) for m in measured] == [
            ("steady", 2.0),
            ("lengthy", 50.0),
        ]

    @pytest.mark.slow
    def test_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.main(["steady"]) == 0
        assert "steady 2 s 1 .. 3 <= 2.5 yes 1" in " ".join(capsys.readouterr().out.split())

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["stedy"], "no measurement stedy; there are: steady, broken, lengthy"),
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
    assert names >= {
        "startup",
        "planning_games",
        "planning_large",
        "planning_crowded",
        "library_load",
        "training",
        "nethack_training",
    }


class TestIsolation:
    @pytest.mark.slow
    def test_a_measurement_runs_elsewhere(self) -> None:
        measured = measure(steady, QUICK)
        assert (measured.name, measured.figures[0].samples) == ("steady", (3.0,))

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("measurement", "message"),
        [
            (broken, r"measurement broken failed:\n(.*\n)+OSError: no room"),
            (silent, r"silent failed:\n.* without an answer, with exit code 7"),
        ],
    )
    def test_a_measurement_that_breaks_or_vanishes_is_no_figure(
        self, measurement: Callable[[Settings], list[Figure]], message: str
    ) -> None:
        with pytest.raises(MeasurementFailed, match=message):
            measure(measurement, QUICK)

    @pytest.mark.slow
    def test_memory_grows(self) -> None:
        before = peak_mib()
        block = np.ones(50 * 2**20 // 8)  # 50 MiB
        after = peak_mib()
        assert before is not None and after is not None
        assert after >= before
        assert 5 < after < 10_000
        assert after > block.nbytes / 2**20


@pytest.mark.slow
def test_startup_is_measured_in_processes() -> None:
    figures = startup(QUICK)
    assert [f.name for f in figures] == [
        "journeyman --help",
        "python -c 'import agent.cli'",
        "python -c pass",
    ]
    assert figures[0].target == 0.5
    assert min(f.value for f in figures) > 0
