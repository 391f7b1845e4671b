"""The study of growing libraries, with stand-ins for practice and play: what is branched and compared."""

from types import SimpleNamespace

import pytest

from agent.errors import BadConfig
from agent.studies import bootstrapping, unattended
from agent.studies.bootstrapping import BootstrappingStudy, differences
from agent.studies.commands import Ended
from agent.studies.growth import growth
from agent.studies.ledger import read_results
from agent.studies.tables import tables
from agent.studies.unattended import UnattendedStudy

EVENTS = [
    {"at": "2026-01-01T00:00:00+00:00", "kind": "began"},
    {"at": "2026-01-01T00:01:00+00:00", "kind": "proposed", "tasks": ["chop", "dig"]},
    {"at": "2026-01-01T00:02:00+00:00", "kind": "admitted", "skill": "chop"},
    {"at": "2026-01-01T05:00:00+00:00", "kind": "resumed"},
    {"at": "2026-01-01T05:01:00+00:00", "kind": "trained", "skill": "row", "steps": 64},
    {"at": "2026-01-01T05:02:00+00:00", "kind": "admitted", "skill": "row"},
    {"at": "2026-01-01T05:03:00+00:00", "kind": "admitted", "skill": "chop"},
    {"at": "2026-01-01T05:03:00+00:00", "kind": "abandoned", "skill": "dig", "reason": "0 of 40"},
]
RUN = SimpleNamespace(events=lambda: iter(EVENTS), result=lambda: {"steps": 640, "stopped": "enough"})


def test_growth_leaves_pauses_out_and_counts_skills_once():
    grown = growth(RUN)
    assert grown["curve"] == [(2.0, 1), (4.0, 2)]
    assert (grown["admitted"], grown["new"], grown["pauses"]) == (["chop", "row"], ["row"], 1)
    assert (grown["abandoned"], grown["train_steps"]) == ({"dig": "0 of 40"}, {"row": 64})


@pytest.fixture
def practised(monkeypatch):
    """Stand-ins: practice writes its settings down, and libraries that were bootstrapped do better."""
    calls = []

    def practise(library, runs_dir, settings, *, seconds=None):
        library.mkdir(parents=True, exist_ok=True)
        (library / f"{settings.get('chaining', 'base')}-{settings['seed']}").touch()
        calls.append((library, settings, seconds))
        return Ended(1.0, seconds is not None)

    def evaluate(suite, libraries, runs_dir, *, mode, episodes):
        better = float("bootstrapped" in str(libraries[0]))
        return [
            {"task": task, "seed": seed, "figures": {"success": better}}
            for task in ("a", "b") for seed in range(episodes)
        ]  # fmt: skip

    for module in (bootstrapping, unattended):
        monkeypatch.setattr(module, "practise", practise)
        monkeypatch.setattr(module, "latest_run", lambda runs_dir: RUN)
    monkeypatch.setattr(bootstrapping, "evaluate", evaluate)
    return calls


def silent(text):
    pass


def test_every_base_is_branched_into_every_arm_with_the_same_added_steps(tmp_path, practised):
    study = BootstrappingStudy(bases=2, few=1, added_steps=77, suites=("mine:plan",), episodes=2)
    study.run(tmp_path, silent)
    arms = [settings for _, settings, _ in practised if "chaining" in settings]
    assert [(s["chaining"], s["retirement"], s["seed"], s["budget_steps"]) for s in arms] == [
        ("bootstrap", "true", 1_000, 77),
        ("random", "true", 1_000, 77),
        ("none", "true", 1_000, 77),
        ("bootstrap", "false", 1_000, 77),
        ("bootstrap", "true", 1_001, 77),
        ("random", "true", 1_001, 77),
        ("none", "true", 1_001, 77),
    ]
    grown = tmp_path / "arms" / "random-1" / "library"
    assert {path.name for path in grown.iterdir()} == {"base-1", "random-1001"}
    assert {path.name for path in (tmp_path / "bases" / "1" / "library").iterdir()} == {"base-1"}


def test_only_the_first_bases_are_played_by_name(tmp_path, practised):
    BootstrappingStudy(bases=2, few=1, suites=("mine:plan",), episodes=1).run(tmp_path, silent)
    played = [name for name in read_results(tmp_path) if name.startswith("played/mine:name")]
    assert played == [f"played/mine:name/{arm}/0" for arm in ("bootstrapped", "random", "primitives", "kept")]


@pytest.mark.long
def test_differences_are_paired_and_have_intervals(tmp_path, practised):
    BootstrappingStudy(bases=3, few=0, suites=("mine:plan",), episodes=2).run(tmp_path, silent)
    ahead = differences(tmp_path, "mine:plan", "bootstrapped", "random")
    assert ahead is not None
    assert (ahead.mean, ahead.interval.low, ahead.n) == (100, 100, 12)
    level = differences(tmp_path, "mine:plan", "random", "primitives")
    assert level is not None and level.mean == 0
    assert differences(tmp_path, "mine:plan", "bootstrapped", "kept") is None
    assert [title for title, _ in tables(tmp_path)] == [
        "Suites, over libraries, tasks and episodes",
        "Differences, over libraries, tasks and episodes",
        "How the libraries grew",
    ]


def test_more_bases_may_be_added_and_other_steps_may_not(tmp_path, practised):
    BootstrappingStudy(bases=1, few=0).run(tmp_path, silent)
    n = len(practised)
    BootstrappingStudy(bases=2, few=0).run(tmp_path, silent)
    assert len(practised) == 2 * n
    with pytest.raises(BadConfig, match="added_steps"):
        BootstrappingStudy(bases=1, few=0, added_steps=5).run(tmp_path, silent)


def test_a_session_is_cut_into_stages_and_the_last_one_ends_by_itself(tmp_path, practised):
    UnattendedStudy(minutes=8, stages=4).run(tmp_path, silent)
    assert [seconds for _, _, seconds in practised] == [120, 120, 120, None]
    assert {settings["minutes"] for _, settings, _ in practised} == {8}
    assert [title for title, _ in tables(tmp_path)] == ["One session"]


@pytest.mark.parametrize("wrong", [{"suites": ("mine",)}, {"bases": 0}])
def test_senseless_settings_are_refused(wrong):
    with pytest.raises(BadConfig, match="expected"):
        BootstrappingStudy(**wrong)
