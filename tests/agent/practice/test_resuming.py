"""Going on with a run whose budget is spent, with other settings, with another library, at another time."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.config import PracticeConfig, config_hash
from agent.errors import MissingPrerequisite
from agent.practice.loop import run_practice
from agent.practice.report import NOTHING_LEFT, PracticeReport
from agent.practice.session_state import SessionState
from agent.records.replay import replay
from agent.records.runs import RunStatus, list_runs
from agent.testing.faults import Killed, killed
from skills.store.store import SkillLibrary
from tests.agent.practice.test_resume import Interrupting
from tests.agent.toy_session import Listener, admitted, contents, kinds, run_of

pytestmark = pytest.mark.usefixtures("borrowed_worker")


def arguments(config: PracticeConfig, *more: str) -> list[str]:
    """The command that goes on with the only run there is."""
    (run,) = list_runs(config.runs_dir)
    return ["practice", "--runs-dir", str(config.runs_dir), "--resume", run.name, *more]


def test_a_budget_that_is_spent_is_not_overspent(
    configure: Callable[..., PracticeConfig], capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(budget_steps=601)
    steps = run_practice(config).steps
    before = contents(config.library.parent)
    for _ in range(2):
        assert main(arguments(config)) == 0
        shown = capsys.readouterr()
        assert f"{steps:,} steps" in shown.out
        told = "the budget of 601 steps is spent, so nothing was played; go on with a higher --budget-steps"
        assert told in shown.err
    assert main(arguments(config, "--json")) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == steps
    assert contents(config.library.parent) == before


def test_minutes_that_are_over_are_not_overspent(configure: Callable[..., PracticeConfig]) -> None:
    config = configure(minutes=1e-4)
    run = run_practice(config).run
    before = contents(config.library.parent)
    stopped = run_practice(replace(config, resume=run)).stopped
    assert stopped == "the 0.0001 minutes are over, so nothing was played; go on with a higher --minutes"
    assert contents(config.library.parent) == before


def test_a_run_that_was_cut_off_after_its_budget_was_spent_only_ends(
    configure: Callable[..., PracticeConfig],
) -> None:
    config = configure(budget_steps=601)
    with killed("done:create", "before"), pytest.raises(Killed):
        run_practice(config)
    (run,) = list_runs(config.runs_dir)
    steps, played = SessionState.load(run.path).steps, (run.path / "play.jsonl").read_bytes()
    report = run_practice(replace(config, resume=run.name))
    assert (report.steps, report.stopped) == (steps, "the budget of 601 steps is spent")
    assert (run.path / "play.jsonl").read_bytes() == played
    assert run_of(config, report).status is RunStatus.DONE


@pytest.mark.parametrize(
    ("setting", "value"),
    [("seed", 7), ("training", "joint"), ("networks", "per_skill"), ("reward", "preference")],
)
def test_settings_that_a_run_rests_on_cannot_be_changed(
    own_copy: tuple[PracticeConfig, PracticeReport],
    capsys: pytest.CaptureFixture[str],
    setting: str,
    value: object,
) -> None:
    config, report = own_copy
    before = contents(config.library.parent)
    code = main(arguments(config, f"--{setting}", str(value), "--library", str(config.library)))
    assert code == 2
    own = getattr(config, setting)
    assert capsys.readouterr().err == (
        f"journeyman: run {report.run!r} has {setting} {own!r}, and what it has learned rests on that: it "
        f"cannot go on with {value!r}; leave {setting} out, or begin a new run without --resume\n"
    )
    assert contents(config.library.parent) == before


def test_other_settings_may_be_changed_which_is_said_and_recorded(
    own_copy: tuple[PracticeConfig, PracticeReport],
) -> None:
    config, report = own_copy
    listener = Listener()
    more = replace(config, resume=report.run, budget_steps=30_000, round_steps=16_000)
    run_practice(more, progress=listener)
    run = run_of(config, report)
    (event,) = kinds(run, "resumed")
    assert event["changed"]["budget_steps"] == [20_000, 30_000]
    assert event["changed"]["library"][1] == str(config.library)  # the fixture copied it elsewhere
    assert "round_steps is 16000 instead of 32000" in listener.notes[0]
    assert run.config()["budget_steps"] == 30_000  # what it goes on with from now on
    assert run.record["config_hash"] == config_hash(run.config())
    assert run_practice(more).stopped.startswith(f"{NOTHING_LEFT}, so")  # as nothing is changed any more
    assert len(kinds(run, "resumed")) == 1


@pytest.fixture
def at_home(own_copy: tuple[PracticeConfig, PracticeReport]) -> tuple[PracticeConfig, PracticeReport]:
    """The finished session of the three walks, whose settings name the library where it is."""
    config, report = own_copy
    path = run_of(config, report).path / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "library": str(config.library)}))
    return config, report


@pytest.mark.parametrize(
    ("what", "lacks"),
    [("toy", "the skills that it learned (walk_down, walk_left, walk_up)"), ("toy/graph.json", "graph.json")],
)
def test_a_library_that_vanished_is_not_learned_again_without_a_word(
    at_home: tuple[PracticeConfig, PracticeReport], tmp_path: Path, what: str, lacks: str
) -> None:
    config, report = at_home
    (config.library / what).rename(tmp_path / "elsewhere")
    before = contents(tmp_path)
    with pytest.raises(MissingPrerequisite) as error:
        run_practice(replace(config, resume=report.run))
    assert str(error.value) == (
        f"the library of run {report.run!r} lacks {lacks}: put {str(config.library / 'toy')!r} back, name "
        "the folder that it was moved to with --library, or name an empty one to learn everything again"
    )
    assert contents(tmp_path) == before
    (tmp_path / "elsewhere").rename(config.library / what)
    assert admitted(run_practice(replace(config, resume=report.run))) == admitted(report)


def test_an_empty_library_that_is_named_is_filled_which_is_said(
    at_home: tuple[PracticeConfig, PracticeReport], tmp_path: Path
) -> None:
    config, report = at_home
    listener = Listener()
    elsewhere = replace(config, resume=report.run, library=tmp_path / "other")
    again = run_practice(elsewhere, progress=listener)
    assert sorted(admitted(again)) == sorted(admitted(report))
    assert listener.notes[:2] == [
        f"changed since this run was begun: library is {str(tmp_path / 'other')!r} instead of "
        f"{str(config.library)!r}",
        "the library is not as this run left it: it lacks walk_down, walk_left, walk_up, to be learned "
        "again; graph.json is another one",
    ]
    run = run_of(config, report)
    assert len(kinds(run, "library_changed")) == 1
    assert run.config()["library"] == str(tmp_path / "other")


def test_a_library_that_others_changed_is_said(at_home: tuple[PracticeConfig, PracticeReport]) -> None:
    config, report = at_home
    library = SkillLibrary(config.library, "toy")
    library.add(library.load("walk_up"))
    library.add(library.load("walk_left").model_copy(update={"name": "walk_home"}))
    library.retire("walk_down", "for a test")
    listener = Listener()
    run_practice(replace(config, resume=report.run), progress=listener)
    expected = ["it lacks walk_down, to be learned again", "it also has walk_home",
                "it has walk_up v2 instead of v1"]  # fmt: skip
    assert listener.notes[0] == f"the library is not as this run left it: {'; '.join(expected)}"
    (event,) = kinds(run_of(config, report), "library_changed")
    assert event["changes"] == expected


def test_nothing_is_said_of_a_library_that_is_as_it_was(
    at_home: tuple[PracticeConfig, PracticeReport],
) -> None:
    config, report = at_home
    listener = Listener()
    run_practice(replace(config, resume=report.run), progress=listener)
    assert not [note for note in listener.notes if "library" in note]
    assert kinds(run_of(config, report), "library_changed") == []


@pytest.mark.slow
def test_an_admission_that_is_not_on_record_is_noted_when_the_run_goes_on(
    configure: Callable[..., PracticeConfig],
) -> None:
    config = configure()
    with killed("library:remove", "after", 3), pytest.raises(Killed):  # the record of the first admission
        run_practice(config)
    (run,) = list_runs(config.runs_dir)
    stored = SkillLibrary(config.library, "toy").names()
    assert stored and not kinds(run, "admitted")
    run_practice(replace(config, resume=run.name))
    assert len(kinds(run, "admitted")) == 3


@pytest.mark.slow
@pytest.mark.parametrize("jump_s", [-86_400, 365 * 86_400])
def test_a_clock_that_jumps_changes_nothing(
    configure: Callable[..., PracticeConfig], monkeypatch: pytest.MonkeyPatch, jump_s: int
) -> None:
    """The machine's clock is set while a session is under way, and again before it goes on."""
    real, jumps = time.time, [0]

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.fromtimestamp(real() + jumps[0], tz)

    class SettingTheClock(Interrupting):
        def skill_started(self, name: str, **given: Any) -> None:
            jumps[0] += jump_s
            super().skill_started(name, **given)

    monkeypatch.setattr("agent.records.clock.datetime", Jumping)
    monkeypatch.setattr("agent.records.runs.run.datetime", Jumping)
    monkeypatch.setattr("skills.store.lock.datetime", Jumping)
    monkeypatch.setattr(time, "time", lambda: real() + jumps[0])
    config = configure()
    report = run_practice(config, progress=SettingTheClock("skill_started", at=2))
    run = run_of(config, report)
    times = [event["at"] for event in run.events()]
    assert times == sorted(times)
    report = run_practice(replace(config, resume=run.name), progress=SettingTheClock("nothing"))
    assert len(admitted(report)) == 3 and report.minutes < 30
    assert run_of(config, report).status is RunStatus.DONE
    told = [line.partition("  ")[0] for line in replay(run)]
    assert told[0] == "00:00" and told == sorted(told, key=lambda text: int(text.partition(":")[0]))


def test_nothing_is_played_where_nothing_was_left_to_learn(
    at_home: tuple[PracticeConfig, PracticeReport],
) -> None:
    """Whatever more budget it is given; in another library there may be something again."""
    config, report = at_home
    assert report.stopped == NOTHING_LEFT
    before = contents(config.library.parent)
    for more in ({}, {"budget_steps": config.budget_steps * 2, "workers": 1}):
        again = run_practice(replace(config, resume=report.run, **more))
        assert again.stopped.startswith(f"{NOTHING_LEFT}, so nothing was played; a new run")
        assert (again.steps, again.admitted) == (report.steps, report.admitted)
    assert contents(config.library.parent) == before
    SkillLibrary(config.library, config.game).retire(report.admitted[0]["name"], "to learn it again")
    assert run_practice(replace(config, resume=report.run)).steps > report.steps
