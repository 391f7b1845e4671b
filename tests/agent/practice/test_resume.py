"""Sessions that are stopped, by Ctrl-C, by kill -9 or by a budget that is spent, and that go on."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.errors import RunDamaged, UnknownRun
from agent.practice.loop import run_practice
from agent.practice.progress import NullProgress
from agent.practice.report import PracticeReport
from agent.practice.session_state import SessionState
from agent.records.runs import RunStatus, find_run
from agent.testing.abilities import pack_of
from agent.testing.toy import WALKS, walk
from planners.graph.graph import SkillGraph
from skills.skill import SkillStats
from skills.store.store import SkillLibrary
from tests.agent.toy_session import admitted, contents, kinds, run_of

pytestmark = pytest.mark.usefixtures("borrowed_worker")


class Interrupting(NullProgress):
    """Presses Ctrl-C at the n-th call of one kind of call."""

    def __init__(self, call: str, at: int = 1) -> None:
        self._call, self._at = call, at

    def _heard(self, call: str) -> None:
        if call == self._call:
            self._at -= 1
            if self._at == 0:
                raise KeyboardInterrupt

    def started(self, **given: Any) -> None:
        self._heard("started")

    def skill_started(self, name: str, **given: Any) -> None:
        self._heard("skill_started")

    def training(self, name: str, **given: Any) -> None:
        self._heard("training")

    def skill_finished(self, name: str, **given: Any) -> None:
        self._heard("skill_finished")

    def note(self, text: str) -> None:
        self._heard("note")


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_learned(configure: Callable[..., PracticeConfig]) -> None:
    config = configure()
    report = run_practice(config, progress=Interrupting("skill_finished", at=2))
    assert report.interrupted and report.stopped == "interrupted"
    run = run_of(config, report)
    assert run.status is RunStatus.INTERRUPTED
    state = SessionState.load(run.path)
    assert state.steps == report.steps > 0
    first = [e["skill"] for e in kinds(run, "admitted")]
    assert len(first) == 2 and SkillLibrary(config.library, "toy").verify() == []

    again = run_practice(replace(config, resume=run.name))
    assert not again.interrupted and again.run == run.name
    assert len(admitted(again)) == 3
    assert [e["skill"] for e in kinds(run, "admitted")][:2] == first
    assert len(kinds(run, "admitted")) == 3  # nothing was admitted twice
    assert SkillLibrary(config.library, "toy").versions(first[0]) == [1]
    assert again.steps > report.steps
    assert SessionState.load(run.path).jobs > state.jobs
    assert run_of(config, again).status is RunStatus.DONE


@pytest.mark.slow
@pytest.mark.parametrize("call", ["started", "note", "skill_started"])
def test_ctrl_c_at_any_moment_destroys_nothing(configure: Callable[..., PracticeConfig], call: str) -> None:
    config = configure(pack_of(*WALKS[:2]))
    run_practice(config)
    graph = SkillGraph.load(config.library / "toy" / "graph.json")
    more = configure(pack_of(*WALKS))
    report = run_practice(more, progress=Interrupting(call))
    assert report.interrupted
    after = SkillGraph.load(config.library / "toy" / "graph.json")
    for name in graph.skills():
        assert after.evidence(name) == graph.evidence(name)
        assert after.stats(name) == graph.stats(name)
    report = run_practice(replace(more, resume=report.run))
    assert sorted(admitted(report)) == ["walk_down", "walk_left", "walk_up"]


def test_the_budget_is_not_spent_twice(
    walked: tuple[PracticeConfig, PracticeReport], configure: Callable[..., PracticeConfig]
) -> None:
    """The steps of a session that was interrupted and resumed are those of one that was not.

    Beyond them there is only the random play that designs are checked on: 4 x 150 steps in each process.
    """
    _, whole = walked
    config = configure()
    report = run_practice(config, progress=Interrupting("skill_started", at=2))
    report = run_practice(replace(config, resume=report.run))
    assert admitted(report) == admitted(whole)
    assert abs(report.steps - whole.steps - 600) <= 150  # other draws, so a few steps more or less


CHILD = "from agent.cli import main; raise SystemExit(main())"


@pytest.mark.slow
def test_kill_9_loses_at_most_what_was_under_way(configure: Callable[..., PracticeConfig]) -> None:
    many = [replace(walk(way), name=f"walk_{way}_{i}") for i in range(5) for way in ("up", "left", "down")]
    config = configure(pack_of(*many))
    arguments = [
        "practice", "--game", "toy", "--llm", config.llm, "--library", str(config.library),
        "--runs-dir", str(config.runs_dir), "--budget-steps", "20000", "--minutes", "60", "--workers", "1",
    ]  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        path = wait_for(lambda: next(iter(config.runs_dir.glob("2*/events.jsonl")), None), child)
        wait_for(lambda: '"kind":"admitted"' in path.read_text(), child)
    finally:
        child.kill()
        child.wait()
    run = find_run(config.runs_dir, path.parent.name)
    assert run.status is RunStatus.CRASHED
    wait_for(lambda: no_process_of(child.pid), None)  # the workers end by themselves
    library = SkillLibrary(config.library, "toy")
    assert library.verify() == []
    before = SessionState.load(run.path)
    done = [e["skill"] for e in kinds(run, "admitted")]
    assert 1 <= len(done) < 15
    for name in done:  # on the books before it was told
        assert before.skills[name].status == "admitted"
        assert library.versions(name) == [1]
    trials = sum(library.load(name).stats.steps for name in done)
    assert before.steps >= 600 + trials > 600

    report = run_practice(replace(config, resume=run.name))
    assert sorted(admitted(report)) == sorted(ability.name for ability in many)
    assert report.run == run.name and report.steps > before.steps
    told = [e["skill"] for e in kinds(run, "admitted")]
    assert told[: len(done)] == done and len(told) == len(set(told))
    assert all(library.versions(name) == [1] for name in library.names())
    assert library.verify() == []
    graph = SkillGraph.load(library.graph_path)
    assert all(graph.stats(name).attempts >= 12 for name in library.names())
    assert run_of(config, report).status is RunStatus.DONE


def wait_for(condition: Callable[[], Any], child: "subprocess.Popen[bytes] | None") -> Any:
    deadline = time.monotonic() + 600
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited too long"
        assert child is None or child.poll() is None, "the session ended before it could be killed"
        time.sleep(0.005)
    return found


def no_process_of(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_skill_stored_just_before_a_crash_is_taken_over(
    own_copy: tuple[PracticeConfig, PracticeReport],
) -> None:
    """The library has it, state and graph do not know yet: it is not learned again, its rate is known."""
    config, report = own_copy
    run = run_of(config, report)
    state = SessionState.load(run.path)
    del state.skills["walk_up"]
    state.save(run.path)
    path = config.library / "toy" / "graph.json"
    graph = SkillGraph.load(path)
    graph.set_stats("walk_up", SkillStats())
    graph.set_available("walk_up", False)
    graph.save(path)
    again = run_practice(replace(config, resume=run.name))
    assert set(admitted(again)) == set(admitted(report))
    assert SkillLibrary(config.library, "toy").versions("walk_up") == [1]
    stats = SkillGraph.load(path).stats("walk_up")
    assert stats == SkillLibrary(config.library, "toy").load("walk_up").stats


def test_a_skill_that_was_taken_out_of_the_library_is_learned_again(
    own_copy: tuple[PracticeConfig, PracticeReport],
) -> None:
    config, report = own_copy
    shutil.rmtree(config.library / "toy" / "walk_up")
    again = run_practice(replace(config, resume=report.run))
    assert set(admitted(again)) == {"walk_up", "walk_left", "walk_down"}
    assert SkillLibrary(config.library, "toy").versions("walk_up") == [1]


def test_a_run_is_resumed_for_its_own_game_only(own_copy: tuple[PracticeConfig, PracticeReport]) -> None:
    config, report = own_copy
    run = run_of(config, report)
    before = contents(run.path)
    with pytest.raises(UnknownRun, match=f"^run '{run.name}' practises 'toy', not 'crafter'$"):
        run_practice(replace(config, game="crafter", resume=run.name))
    with pytest.raises(UnknownRun, match="no run 'nothing' in"):
        run_practice(replace(config, resume="nothing"))
    assert contents(run.path) == before


def test_a_damaged_state_stops_before_anything_is_played(
    own_copy: tuple[PracticeConfig, PracticeReport],
) -> None:
    config, report = own_copy
    run = run_of(config, report)
    (run.path / "state.json").write_text("{")
    before = contents(config.library)
    with pytest.raises(RunDamaged, match=r"state\.json cannot be read"):
        run_practice(replace(config, resume=run.name))
    assert contents(config.library) == before


@pytest.mark.slow
def test_steps_stop_a_session(configure: Callable[..., PracticeConfig]) -> None:
    """The budget is looked at between turns, so one turn may pass it.

    A turn of a scripted skill of the toy: at most 5 x 60 pieces of play to get to starts (none here, the
    starts are the beginnings of episodes), 12 trials of `step_cap` 30, and 4 more per claimed need: here
    600 steps of random play and 12 x 30 at most.
    """
    config = configure(budget_steps=601)
    report = run_practice(config)
    assert report.stopped == "the budget of 601 steps is spent"
    assert len(admitted(report)) == 1  # one turn, and no second one
    assert 601 <= report.steps <= 601 + 12 * 30
    run = run_of(config, report)
    assert run.result()["stopped"] == report.stopped and not report.interrupted
    # With more budget the same run goes on.
    more = run_practice(replace(config, resume=run.name, budget_steps=20_000))
    assert len(admitted(more)) == 3


def test_a_budget_that_random_play_uses_up(configure: Callable[..., PracticeConfig]) -> None:
    report = run_practice(configure(budget_steps=100))
    assert (report.steps, report.admitted) == (600, ())  # four episodes of 150 steps, before the first turn
    assert report.stopped == "the budget of 100 steps is spent"


def test_minutes_stop_a_session(configure: Callable[..., PracticeConfig]) -> None:
    config = configure(minutes=1e-4)
    report = run_practice(config)
    assert report.stopped == "the 0.0001 minutes are over"
    assert report.admitted == ()
    assert SkillLibrary(config.library, "toy").verify() == []
