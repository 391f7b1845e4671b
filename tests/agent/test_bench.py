import json

import pytest

from agent import bench
from agent.bench import Measurement, main, measure, median_seconds, synthetic_graph
from planners.plan import Goal
from planners.search import decompose


def steady() -> list[Measurement]:
    return [Measurement(name="steady", value=2.0, unit="s")]


def broken() -> list[Measurement]:
    raise OSError("no room")


def test_a_measurement_reports_its_own_memory() -> None:
    (found,) = measure(steady)
    assert (found.name, found.value, found.unit) == ("steady", 2.0, "s")
    assert 5 < found.peak_mib < 5_000


def test_a_broken_measurement_is_no_figure() -> None:
    with pytest.raises(RuntimeError, match=r"measurement broken failed:\n(.*\n)+OSError: no room"):
        measure(broken)


def test_the_synthetic_tree_can_be_planned() -> None:
    # item40 needs 20 and 13; 20 needs 10 and 6; 10 needs 5 and 3; 13 needs 6 and 4: nine executions.
    plan = decompose(synthetic_graph(50), Goal(facts={"item40": 1}), {}, only_available=False)
    assert plan.missing == {}
    assert sorted(plan.steps) == sorted(
        ["make40", "make20", "make13", "make10", "make6", "make5", "make3", "make6", "make4"]
    )


def test_the_median_of_repeats() -> None:
    calls: list[int] = []
    assert median_seconds(lambda: calls.append(1), repeats=3) >= 0
    assert len(calls) == 3


def test_json_and_choice(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "MEASUREMENTS", [steady, broken])
    assert main(["steady", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in document["measurements"]] == ["steady"]
    with pytest.raises(SystemExit):
        main(["stedy"])
    assert "no measurement stedy; there are: steady, broken" in capsys.readouterr().err
