from pathlib import Path

import pytest

from agent.errors import NoReport, RunDamaged
from agent.records.runs import Run, read_run
from agent.web.offline.reports import report_page
from agent.web.views.report import report
from tests.agent.web.views.runs_to_report import evaluation, solving, unlocking


def test_ours_stand_beside_published_rows_and_name_their_run(tmp_path: Path) -> None:
    run = evaluation(tmp_path, [unlocking(1, "collect_wood"), unlocking(2, "collect_wood", "collect_drink")])
    told = report(run)
    assert told["run"]["name"] == run.name
    assert told["run"]["path"] == str(run.path)
    assert told["command"] == "journeyman eval crafter-score --episodes 50 --seed 0"
    score = told["figures"][0]
    assert score["title"] == "Crafter score"
    ours, *others = score["rows"]
    # exp((ln(1 + 100) + ln(1 + 50)) / 22) - 1 = exp(8.546946 / 22) - 1 = 0.4748.
    assert ours["mean"] == pytest.approx(0.4748, abs=1e-4)
    assert ours["low"] <= ours["mean"] <= ours["high"]
    assert (ours["n"], ours["tone"]) == (2, "ours")
    assert {row["tone"] for row in others} == {"published"}
    human = next(row for row in others if row["label"] == "Human experts")
    assert (human["mean"], human["spread"]) == (50.5, 6.8)
    rates = {row["label"]: row for row in told["achievements"]["rows"]}
    assert (rates["collect_wood"]["mean"], rates["collect_drink"]["mean"]) == (100.0, 50.0)
    assert rates["collect_diamond"]["low"] == 0
    assert rates["collect_diamond"]["high"] > 50  # nothing in two episodes is no proof of never
    assert len(rates) == 22
    assert [it["unlocked"] for it in told["episodes"]] == [1, 2]
    assert [it["episode"] for it in told["episodes"]] == [None, None]  # nothing was kept to be played again


def test_a_run_that_was_broken_off_is_told_with_what_it_has(tmp_path: Path) -> None:
    run = evaluation(tmp_path, [unlocking(1), unlocking(1, "wake_up")], finish=False)
    with (run.path / "events.jsonl").open("a") as journal:
        journal.write('{"kind": "episode", "se')
    told = report(read_run(run.path))
    assert (told["n"], told["planned"], told["run"]["status"]) == (1, 50, "crashed")


def test_tasks_have_a_figure_per_measure(tmp_path: Path) -> None:
    episodes = [
        {"seed": 1, "task": "composite-sword-coal", "figures": {"success": 1.0}, "used": 40, "end": "done"}
    ]
    suite = "crafter-composites"
    from agent.evaluation.suites.suite import load_suite

    task = load_suite(suite).tasks[0]
    episodes[0] |= {"task": task.name, "figures": dict.fromkeys(task.criteria, 1.0)}
    run = evaluation(tmp_path, episodes, suite=suite, mode="plan")
    told = report(run)
    titles = [figure["title"] for figure in told["figures"]]
    assert any(title.startswith("By task: ") for title in titles)
    assert told["achievements"] == {}
    assert told["episodes"][0]["task"] == task.name
    assert "--mode plan" in told["command"]


def test_a_goal_has_a_report_too(tmp_path: Path) -> None:
    told = report(solving(tmp_path, {1: True, 2: False}))
    assert told["figures"][0]["rows"][0]["mean"] == 50.0
    assert told["episodes"][0]["end"] == "died: <b>arrow</b>, step 9"
    page = report_page(told)
    assert "<b>arrow</b>" not in page
    assert "default-src &#x27;none&#x27;" in page


def test_what_has_no_report_says_why(tmp_path: Path) -> None:
    with pytest.raises(NoReport, match=r"no episode of run .* is over yet; wait for one"):
        report(evaluation(tmp_path, []))
    with pytest.raises(NoReport, match="cannot be read: no suite 'gone'"):
        report(evaluation(tmp_path, [unlocking(1)], suite="gone"))
    with Run.create(tmp_path, command="practice", game="toy", seed=0, config={}) as run:
        pass
    with pytest.raises(NoReport, match="practice run; journeyman serve shows it"):
        report(read_run(run.path))
    broken = evaluation(tmp_path, [])
    with (broken.path / "events.jsonl").open("a") as journal:
        journal.write('{"kind": "episode"}\n')
    with pytest.raises(RunDamaged, match="an episode that no run wrote"):
        report(broken)
