"""Whole practice sessions, from an empty library to the gem: what is learned and what is on record."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import PracticeConfig
from agent.llm.answer_log import read_log
from agent.practice.loop import run_practice
from agent.practice.session_state import SessionState
from agent.practice.start_states import is_held_out
from agent.records.journal import read_journal
from agent.records.runs import RunStatus
from envs.errors import BadGameOption
from envs.game import GameOption
from envs.registry import game_spec
from envs.seeding import EVALUATION_BASE
from planners.graph.graph import SkillGraph
from skills.start_bank import StartBank
from skills.store.store import SkillLibrary
from tests.agent.toy_session import Session, admitted, kinds, run_of

pytestmark = pytest.mark.usefixtures("borrowed_worker")


def test_the_tree_is_learned(toy_session: Session) -> None:
    report = toy_session.report
    assert set(admitted(report)) >= {
        "collect_wood", "collect_stone", "place_bench", "make_pick", "collect_gem",
    }  # fmt: skip
    assert report.abandoned == ()
    assert report.stopped == "nothing within reach is left to learn"
    assert not report.interrupted
    assert 0 < report.steps < 60_000
    assert (report.calls, report.tokens, report.usd) == (0, 0, 0.0)
    for entry in report.admitted:
        assert entry["lower_bound"] >= 0.5
        assert entry["attempts"] >= 12


def test_the_wrong_claim_is_corrected_by_play(toy_session: Session) -> None:
    assert "place_bench: claimed 1 wood, play found 2 (1 of 1 success)" in toy_session.notes
    graph = SkillGraph.load(toy_session.config.library / "toy" / "graph.json")
    assert graph.claim("place_bench").consumes == {"wood": 1}
    assert graph.belief("place_bench").consumes == {"wood": 2}
    stored = SkillLibrary(toy_session.config.library, "toy").load("place_bench")
    assert stored.effects.consumes == {"wood": 2}
    corrected = [e for e in toy_session.events if e["kind"] == "corrected" and e["skill"] == "place_bench"]
    assert [e["fact"] for e in corrected] == ["wood", "wood"]
    assert "failures point to 2" in corrected[0]["text"] and "play found 2" in corrected[1]["text"]


def test_trials_of_a_scripted_skill_add_up_until_what_it_needs_changes(toy_session: Session) -> None:
    tried = [e for e in toy_session.events if e["kind"] == "tried" and e["skill"] == "place_bench"]
    attempts = [e["attempts"] for e in tried if e["attempts"] > 4]  # the first look was with the wrong claim
    assert attempts == [12 * (i + 1) for i in range(len(attempts))]
    assert [e["admitted"] for e in tried] == [e["lower_bound"] >= 0.5 for e in tried]
    stored = SkillLibrary(toy_session.config.library, "toy").load("place_bench")
    assert (stored.stats.successes, stored.stats.attempts) == (tried[-1]["successes"], attempts[-1])


def test_the_library_is_in_order(toy_session: Session) -> None:
    library = SkillLibrary(toy_session.config.library, "toy")
    assert library.verify() == []
    assert sorted(library.names()) == sorted(admitted(toy_session.report))
    graph = SkillGraph.load(library.graph_path)
    for name, skill in library.load_all().items():
        assert graph.available(name)
        assert graph.stats(name).attempts >= 12
        assert skill.lineage.run == toy_session.report.run
        assert skill.lineage.source == "recorded"


def test_the_record_is_complete(toy_session: Session) -> None:
    run, events = toy_session.run, toy_session.events
    assert run.status is RunStatus.DONE
    done = run.result()
    assert {key: done[key] for key in toy_session.report.to_record()} == json.loads(
        json.dumps(toy_session.report.to_record())
    )
    assert [e["kind"] for e in events[:2]] == ["started", "proposed"]
    assert events[-1]["kind"] == "finished"
    order = [e["kind"] for e in events if e.get("skill") == "collect_wood" and e["kind"] != "corrected"]
    first = ["claimed", "chosen", "option_untested", "designed", "ground", "trained", "admitted", "tried"]
    assert order[:8] == first
    times = [e["at"] for e in events]
    assert times == sorted(times)
    state = SessionState.load(run.path)
    assert state.steps == toy_session.report.steps
    assert (run.path / "metrics.jsonl").read_text().count("train/success") >= 2


def test_every_decision_cites_an_answer_that_is_there(toy_session: Session) -> None:
    answers = read_log(toy_session.run.path / "answers.jsonl").answers
    cited = {e["answer_id"] for e in toy_session.events if e.get("answer_id")}
    cited |= {a for e in toy_session.events for a in e.get("answers", ())}
    assert cited == set(answers)
    for skill in SkillLibrary(toy_session.config.library, "toy").load_all().values():
        assert len(skill.lineage.answers) >= 2 and set(skill.lineage.answers) <= set(answers)
    kinds_asked = {answer.request.prompt_id for answer in answers.values()}
    assert kinds_asked == {
        "propose_tasks", "skill_effects", "skill_reward", "skill_option", "guards", "shield",
    }  # fmt: skip


def test_practice_never_sees_an_evaluation_seed(toy_session: Session) -> None:
    assert len(toy_session.jobs) > 200
    assert len({job.seed for job in toy_session.jobs}) == len(toy_session.jobs)
    assert all(0 <= job.seed < EVALUATION_BASE for job in toy_session.jobs)
    assert all(job.start.origin < EVALUATION_BASE for job in toy_session.jobs if job.start)
    bank = StartBank.load(toy_session.run.path / "bank.npz")
    origins = {start.origin for start, _ in bank.states({})}
    assert len(origins) > 50
    assert all(0 <= origin < EVALUATION_BASE for origin in origins)


def test_trials_are_on_ground_that_was_not_trained_on(toy_session: Session) -> None:
    trials = [job for job in toy_session.jobs if job.skill == "collect_wood" and job.start]
    assert len(trials) >= 40
    first = trials[:40]  # the trial right after the first training
    assert all(is_held_out(job.start.origin) for job in first if job.start)


@pytest.mark.slow
def test_the_same_session_again_gives_the_same_library(
    configure: Callable[..., PracticeConfig],
) -> None:
    """Walks only, to be quick; with two workers and with one, whichever of them is faster."""
    reports = []
    for workers in (1, 2):
        config = replace(configure(), workers=workers)
        config = replace(config, library=config.library / str(workers))
        reports.append(
            (run_practice(config), SkillGraph.load(config.library / "toy" / "graph.json").to_json())
        )
    (one, graph), (two, other) = reports
    assert (one.steps, one.admitted) == (two.steps, two.admitted)
    assert graph == other


def test_a_second_session_finds_nothing_left_to_do(toy_session: Session, tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(toy_session.config.library, library)
    config = replace(toy_session.config, library=library, runs_dir=tmp_path / "runs", budget_steps=1000)
    report = run_practice(config)
    assert set(admitted(report)) == set(admitted(toy_session.report))
    assert report.stopped == "nothing within reach is left to learn"
    assert report.steps == 600  # random play for the checks of the guard, and nothing else
    assert not kinds(run_of(config, report), "designed", "trained", "tried", "admitted")


@pytest.fixture
def brittle_toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy game with an option that people may give: after so many steps it crashes."""
    spec = replace(game_spec("toy"), options={"crash_after": GameOption("number", "for tests")})
    monkeypatch.setattr("agent.practice.session.game_spec", lambda name: spec)


@pytest.mark.slow
@pytest.mark.usefixtures("brittle_toy")
def test_options_of_the_game_reach_random_play_and_trials(tmp_path: Path) -> None:
    config = PracticeConfig(
        game="toy", library=tmp_path / "library", runs_dir=tmp_path / "runs", workers=1,
        budget_steps=2000, game_options={"crash_after": "0"},
    )  # fmt: skip
    with pytest.raises(RuntimeError, match="crash_after=0"):
        run_practice(config)
    report = run_practice(replace(config, game_options={"crash_after": "1000000"}))
    run = run_of(config, report)
    assert run.config()["game_options"] == {"crash_after": 1_000_000}
    with pytest.raises(BadGameOption, match="toy takes no option 'crsh'; did you mean 'crash_after'"):
        run_practice(replace(config, game_options={"crsh": 1}))


def test_what_executors_decided_is_on_record(toy_session: Session) -> None:
    events = list(read_journal(toy_session.run.path / "play.jsonl"))
    kinds = {event["kind"] for event in events}
    assert {"plan_made", "skill_started", "skill_ended", "play_ended"} <= kinds
    seeds = {job.seed for job in toy_session.jobs}
    assert {event["seed"] for event in events} <= seeds
    ended = [event for event in events if event["kind"] == "skill_ended" and event["skill"] == "collect_wood"]
    assert len(ended) >= 40  # every execution of its trial, at least
