"""Tasks in words on the toy game: by name, by plans, by looking; several libraries; runs resumed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.config import EvalConfig
from agent.errors import BadConfig, LibraryOverlaps
from agent.evaluation.evaluate import EvalReport, judge_calls_each
from agent.evaluation.open_evaluation import open_evaluation
from agent.evaluation.players import OpenLibrary
from planners.execution.judge import JudgeTask
from planners.plan import Outcome, Verdict
from skills.skill import Effects, PolicyRecord, Skill, SkillKind
from skills.store.store import SkillLibrary
from tests.agent.evaluation.toy_suite import CORNER, HEAD, WOOD, write_suite
from tests.agent.toy_library import build_toy_library


@pytest.fixture
def play(tmp_path: Path) -> Any:
    """Evaluates tasks with a library of two skills, gather and build_bench."""
    build_toy_library(tmp_path / "library")

    def evaluate(*tasks: str, library: Any = None, head: str = HEAD, **settings: Any) -> EvalReport:
        suite = write_suite(tmp_path, *tasks, head=head)
        given = {"episodes": 2, "workers": 1, "runs_dir": tmp_path / "runs", **settings}
        return open_evaluation(str(suite), library or tmp_path / "library", given).play()

    return evaluate


class Says:
    """A judge that says the same of every attempt, and keeps what it was shown."""

    name, wants_captions, wants_frames, wants_screens = "says", True, False, False

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.shown = outcome, list[JudgeTask]()

    def judge(self, task: JudgeTask) -> Verdict:
        self.shown.append(task)
        return Verdict(outcome=self.outcome, reason=f"it says {self.outcome}", judge="says", confidence=0.9)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(outcome: Outcome) -> Says:
        judge = Says(outcome)
        monkeypatch.setattr(OpenLibrary, "judge", lambda self, *setting, **more: judge)
        return judge

    return put


def test_by_plans_where_the_words_say_facts(play: Any) -> None:
    report = play(WOOD, CORNER, mode="plan")
    wood, _, corner, _ = report.episodes
    assert wood.figures == {"success": 1.0} and set(wood.skills) == {"gather"} and wood.attempted
    assert (wood.text, wood.status) == ("collect 2 wood", "SUCCESS")
    assert corner.skills == () and not corner.attempted and corner.env_steps == 0
    assert corner.end == "not attempted: the words say no facts that could be planned for"
    reached = sum(episode.figures["success"] for episode in report.episodes)
    assert report.metrics["wood/success"].mean == 50 * reached > 0
    assert report.metrics["overall/success"].mean == 25 * reached
    assert report.metrics["corner/attempted"].mean == 0
    record = report.to_record()
    assert record["mode"] == "plan" and record["sha256"] == report.suite.sha256
    assert [task["not_attempted"] for task in record["tasks"]] == [0, 2]


def test_by_name_the_nearest_skill_is_executed_once(play: Any) -> None:
    report = play(WOOD, CORNER, mode="name")
    assert [episode.skills for episode in report.episodes] == [("gather",)] * 4
    assert report.metrics["wood/success"].mean == 0  # two pieces take two executions


def test_by_looking_the_judge_stops_it_and_the_referee_scores(play: Any, says: Any) -> None:
    judge = says("done")
    report = play(CORNER, mode="look")
    assert [episode.skills for episode in report.episodes] == [("gather",)] * 2
    verdict = {"outcome": "done", "judge": "says", "confidence": 0.9}
    assert [(episode.verdict, episode.figures) for episode in report.episodes] == [
        (verdict, {"success": 0.0})
    ] * 2
    (task, _) = judge.shown
    assert (task.claim, dict(task.obtains)) == ("gather wood in the corner of the map", {})
    assert len(task.captions) >= 2 and task.frame_steps[0] == 0
    assert task.after["wood"] == task.before["wood"] + 1


def test_calls_of_a_model_are_counted_and_shared_out_among_the_workers(play: Any, says: Any) -> None:
    judge = says("done")
    judge.calls = 0
    asked = judge.judge

    def counted(task: JudgeTask) -> Verdict:
        judge.calls += 2
        return asked(task)

    judge.judge = counted
    report = play(CORNER, mode="look")
    assert [episode.verdict["calls"] for episode in report.episodes] == [2, 2]
    config = EvalConfig(suite="x", max_judge_calls=15, workers=3)
    assert judge_calls_each(config, report.episodes, 6) == 3  # 11 are left for three workers
    assert judge_calls_each(config, report.episodes, 1) == 11
    assert judge_calls_each(replace(config, max_judge_calls=1), report.episodes, 6) == 0


def test_the_cap_on_calls_reaches_the_judge(play: Any, monkeypatch: pytest.MonkeyPatch, says: Any) -> None:
    judge, caps = says("done"), list[int]()
    monkeypatch.setattr(
        OpenLibrary, "judge", lambda self, *setting, max_calls: caps.append(max_calls) or judge
    )
    play(CORNER, mode="look", max_judge_calls=7)
    assert caps == [7, 7]


def test_unclear_is_counted_apart_and_the_skills_are_tried_again(play: Any, says: Any) -> None:
    judge = says("unclear")
    report = play(CORNER, mode="look", episodes=1)
    assert len(judge.shown) > 1
    assert report.metrics["corner/unclear"].mean == 100 and report.metrics["overall/unclear"].mean == 100
    assert report.to_record()["tasks"][0]["unclear"] == 1


def test_by_looking_facts_are_planned_for_and_nobody_looks(play: Any, says: Any) -> None:
    judge = says("unclear")
    report = play(WOOD, mode="look")
    assert report.metrics["wood/success"].mean > 0 and judge.shown == []


def test_held_out_wordings_are_given_in_turn(play: Any) -> None:
    report = play(WOOD, mode="plan", wordings="held-out")
    assert [episode.text for episode in report.episodes] == ["gather two pieces of wood", "have 2 wood"]


def test_several_libraries_play_the_same_seeds_and_their_spread_counts(play: Any, tmp_path: Path) -> None:
    empty = tmp_path / "other"
    build_toy_library(empty)
    report = play(WOOD, library=[tmp_path / "library", empty], mode="plan", episodes=3)
    seeds = [episode.seed for episode in report.episodes]
    assert seeds[:3] == seeds[3:] and len(set(seeds)) == 3
    assert (report.n, report.metrics["wood/success"].n, report.metrics["overall/success"].n) == (3, 6, 6)
    assert report.to_record()["libraries"] == [str(tmp_path / "library"), str(empty)]


def test_a_run_goes_on_with_its_own_suite_file_only(play: Any, tmp_path: Path) -> None:
    play(WOOD, mode="plan")
    (run,) = (tmp_path / "runs").iterdir()
    suite = str(write_suite(tmp_path, WOOD))
    settings = {"runs_dir": tmp_path / "runs", "resume": run.name, "episodes": 3}
    assert open_evaluation(suite, None, settings).play().n == 3
    write_suite(tmp_path, WOOD, CORNER)
    with pytest.raises(BadConfig, match="the file of suite 'mine' has changed since run"):
        open_evaluation(suite, None, settings)


def test_a_library_made_for_a_zero_shot_suite_is_refused(play: Any, tmp_path: Path) -> None:
    shelf = SkillLibrary(tmp_path / "library", "toy")
    shelf.add(
        Skill(
            name="two_wood", game="toy", kind=SkillKind.ACT, description="for the test",
            effects=Effects(obtains={"wood": 2}), policy=PolicyRecord(kind="scripted", action="take"),
        )
    )  # fmt: skip
    assert play(WOOD, mode="plan").n == 2
    with pytest.raises(
        LibraryOverlaps,
        match=r"suite 'mine' is to show for the first time: two_wood for task 'wood', as it brings the same: "
        r"wood=2\. Retire it with: journeyman skills retire two_wood --game toy",
    ):
        play(WOOD, mode="plan", head=HEAD + "zero_shot = true\n")


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"mode": "fly"}, "mode is 'fly'; expected one of policy, name, plan, look"),
        ({"mode": "plan", "baseline": "random"}, "random actions follow no mode"),
        ({"judge": "ask"}, "an evaluation asks nobody at the terminal"),
        ({"wordings": "new"}, "wordings is 'new'; expected 'own' or 'held-out'"),
    ],
)
def test_bad_settings(play: Any, settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadConfig, match=complaint):
        play(WOOD, **settings)


def test_modes_go_with_tasks_and_several_libraries_with_modes(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="suite 'crafter-score' has no tasks that could be carried out"):
        open_evaluation("crafter-score", None, {"mode": "plan"})
    with pytest.raises(BadConfig, match="several libraries go with tasks in the modes"):
        open_evaluation("crafter-score", [tmp_path / "a", tmp_path / "b"], {"baseline": "random"})
