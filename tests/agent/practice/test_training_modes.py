"""Ways of training side by side, on the toy game."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.errors import BadConfig
from agent.play.job_pool import JobPool
from agent.practice import training_modes
from agent.practice.baton import Baton
from agent.practice.comparison import CompareConfig, CompareReport
from agent.practice.slots import Apart, open_slots
from agent.practice.training_modes import compare
from envs.errors import MissingDependency

pytestmark = pytest.mark.slow

SKILLS = ("collect_wood", "collect_stone")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> CompareConfig:
    return CompareConfig(
        game="toy",
        skills=SKILLS,
        folder=tmp_path_factory.mktemp("compare"),
        budget_steps=4096,
        scout_steps=6144,
        episodes=6,
        episode_steps=100,
        workers=0,
        across_switches=True,
    )


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def report(config: CompareConfig, told: list[str], worker: JobPool) -> CompareReport:
    return compare(config, told.append)


def test_every_way_gets_the_same_steps_and_the_same_trials(
    report: CompareReport, config: CompareConfig
) -> None:
    names = [arm.name for arm in report.arms]
    assert names == [
        "untrained",
        "one network per skill, alone",
        "one network for all, alone",
        "one network per skill, together",
        "one network for all, together",
        "one network for all, together, values across switches",
    ]
    untrained, *trained = report.arms
    assert untrained.steps == 0
    for arm in trained:
        assert config.budget_steps <= arm.steps < config.budget_steps + 2 * 1024
        assert sum(arm.skill_steps.values()) == arm.steps
    for arm in report.arms:
        assert all(0 < n <= config.episodes for n in arm.attempts.values())
    for train, trial in report.starts.values():
        assert train and trial


def test_training_is_better_than_none(report: CompareReport) -> None:
    untrained, *trained = (sum(arm.successes.values()) for arm in report.arms)
    assert max(trained) > untrained


def test_the_record_has_intervals(report: CompareReport) -> None:
    record = json.loads(json.dumps(report.to_record()))
    for arm in record["arms"]:
        for entry in (*arm["skills"].values(), arm["all"]):
            low, high = entry["ci95"]
            assert low <= entry["mean"] <= high and entry["n"] > 0


@pytest.mark.slow
def test_a_comparison_goes_on_from_its_folder(
    report: CompareReport, config: CompareConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skills.training.train.VectorGame", None)  # training again would fail
    monkeypatch.setattr("skills.training.joint.train.VectorGame", None)
    again = compare(config)
    assert [(arm.steps, dict(arm.successes)) for arm in again.arms] == [
        (arm.steps, dict(arm.successes)) for arm in report.arms
    ]


@pytest.mark.parametrize("where", ["processes", pytest.param("cluster", marks=pytest.mark.long)])
def test_in_a_slot_it_comes_to_the_same(
    report: CompareReport, config: CompareConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """What `--cluster` does; without Ray, in processes of this machine, as slots of practice are."""
    opened: list[Apart] = []

    def open_here(count: int, workers: int, cluster: str) -> tuple[list[Apart], Baton]:
        slots, baton = open_slots(count, workers, "" if where == "processes" else cluster)
        opened.extend(slots)
        return slots, baton

    if where == "processes":
        monkeypatch.setattr(training_modes, "require_ray", lambda cluster: None)
    else:
        pytest.importorskip("ray", reason="needs the extra 'ray'")
    monkeypatch.setattr(training_modes, "open_slots", open_here)
    apart = compare(replace(config, folder=tmp_path, cluster="local", workers=1))
    assert [slot.number for slot in opened] == [1]
    assert [(arm.steps, dict(arm.successes)) for arm in apart.arms] == [
        (arm.steps, dict(arm.successes)) for arm in report.arms
    ]


def test_what_is_told(report: CompareReport, told: list[str]) -> None:
    assert any(text.startswith("scout: ") and "collect_stone" in text for text in told)
    assert any(text.startswith("collect_wood: ") and "held out" in text for text in told)
    assert "training: one network for all, together" in told


@pytest.mark.parametrize(
    ("skills", "message"),
    [
        (
            ("collect_wood", "collect_ston"),
            "'collect_ston' cannot be trained: no learned skill has that name; did you mean",
        ),
        (("collect_wood", "make_pick"), "'make_pick' cannot be trained: no learned skill has that name"),
        (("collect_wood",), "expected two or more"),
        (("collect_wood", "collect_wood"), "each once"),
    ],
)
def test_skills_that_cannot_be_compared(tmp_path: Path, skills: tuple[str, ...], message: str) -> None:
    with pytest.raises(BadConfig, match=message):
        compare(CompareConfig(game="toy", skills=skills, folder=tmp_path))


def test_numbers_that_make_no_sense(tmp_path: Path) -> None:
    for name in ("budget_steps", "scout_steps", "episodes", "episode_steps"):
        option = "--" + name.replace("_", "-")
        with pytest.raises(BadConfig, match=f"{option} is 0; expected at least 1"):
            CompareConfig(game="toy", skills=SKILLS, folder=tmp_path, **{name: 0})
    with pytest.raises(BadConfig, match="--workers is -1; expected at least 0"):
        CompareConfig(game="toy", skills=SKILLS, folder=tmp_path, workers=-1)


def test_a_cluster_without_ray_is_refused_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    config = CompareConfig(game="toy", skills=SKILLS, folder=tmp_path / "compare", cluster="local")
    with pytest.raises(MissingDependency, match=r"^--cluster needs Ray, which is not installed"):
        compare(config)
    assert not config.folder.exists()


def test_too_short_a_scout_is_said_to_be_the_reason(tmp_path: Path) -> None:
    far = ("collect_wood", "go_to_bench")  # benches are placed by a scripted skill, which is not trained
    short = CompareConfig(
        game="toy", skills=far, folder=tmp_path, scout_steps=320, episode_steps=20, workers=0
    )
    for _ in range(2):  # the second time it is not told from what was kept of the first
        told: list[str] = []
        with pytest.raises(BadConfig, match=r"no state was found .* within 320 steps.*--scout-steps 640"):
            compare(short, told.append)
        assert told[0].startswith("scout: ")
    assert not (tmp_path / "scout").exists()


def test_skills_that_all_need_something_are_told_what_can_come_first(tmp_path: Path) -> None:
    late = ("collect_gem", "go_to_bench")
    config = CompareConfig(
        game="toy", skills=late, folder=tmp_path, scout_steps=320, episode_steps=20, workers=0
    )
    with pytest.raises(BadConfig) as refused:
        compare(config)
    assert str(refused.value) == (
        "none of collect_gem, go_to_bench could start where episodes began; name one more that always can: "
        "collect_stone, collect_wood"
    )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "scout_steps",
            15_999,
            "--scout-steps is 15999; expected at least 16,000, which is an episode in every",
        ),
        (
            "budget_steps",
            2_047,
            "--budget-steps is 2047; expected at least 2,048, which is an update for every",
        ),
        ("workers", 10**6, "--workers is 1000000; expected at most 1,024"),
        ("seed", -1, "--seed is -1; expected at least 0"),
        ("episodes", 10**9, "--episodes is 1000000000; expected at most 1,000,000"),
    ],
)
def test_the_least_and_the_most_are_checked_before_anything_is_played(
    tmp_path: Path, name: str, value: int, message: str
) -> None:
    settings: dict[str, Any] = {name: value}
    with pytest.raises(BadConfig, match=message):
        CompareConfig(game="toy", skills=SKILLS, folder=tmp_path, **settings)
