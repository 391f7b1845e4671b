import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.cli.plan import again_lines
from planners.plan import Goal, Plan
from tests.agent.web.views.runs_to_report import evaluation, unlocking


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    folder = tmp_path / "runs"
    one = evaluation(folder, [unlocking(seed, "collect_wood") for seed in range(4)])
    two = evaluation(folder, [unlocking(seed, "wake_up", "eat_cow") for seed in range(4)])
    return [one.name, two.name]


def test_a_report_in_the_terminal_and_as_a_page(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["runs", "report", runs[0]]) == 0
    out = capsys.readouterr().out
    assert "Crafter score" in out
    assert "Human experts" in out
    assert "collect_wood" in out
    assert all(len(line) <= 80 for line in out.splitlines() if not line.startswith("journeyman"))
    assert main(["runs", "report", runs[0], "--html", "report.html", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["run"]["name"] == runs[0]
    page = (tmp_path / "report.html").read_text()
    assert runs[0] in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_two_runs_in_the_terminal_and_as_a_page(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["runs", "compare", *runs]) == 0
    out = capsys.readouterr().out
    assert "4 pairs" in out
    assert "-100.0" in out  # wood, which the second never collected
    assert main(["runs", "compare", *runs, "--html", "both.html"]) == 0
    assert runs[1] in (tmp_path / "both.html").read_text()


def test_a_refusal_is_a_document(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "compare", runs[0], runs[0], "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "NotComparable"
    assert "compared with itself" in error["message"]
    assert main(["runs", "report", "nothing", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "UnknownRun"


def test_runs_fit_into_eighty_columns(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["runs", "list"], ["runs", "show", runs[0]]):
        assert main(arguments) == 0
        out = capsys.readouterr().out
        assert runs[0][-6:] in out
        assert "\x1b" not in out
        assert max(map(len, out.splitlines())) <= 80


def test_a_skill_that_comes_again_for_its_place_is_explained() -> None:
    steps = ("wood", "table", "pick", "wood", "table", "wood")
    plan = Plan(goal=Goal(facts={"sword": 1}), steps=steps)
    assert list(again_lines(plan, lambda skill: skill == "table")) == [
        "table comes 2 times: a place is left behind as the player moves on"
    ]
