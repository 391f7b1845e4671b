"""A session that nobody watches: a worker that dies, a disk without room, a clock that is set."""

import errno
import json
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent.cli import main
from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.loop import run_practice
from agent.practice.session_state import Budget, SessionState
from agent.records.course import course_of
from agent.records.runs import list_runs
from agent.testing.faults import failing, os_error
from skills.errors import LibraryNotWritable
from skills.store.store import SkillLibrary
from tests.agent.conftest import recorded_config
from tests.agent.toy_library import build_toy_library
from tests.agent.toy_session import admitted, kinds


class Fatal(JobPool):
    """A pool whose worker is killed in the middle of the work, once."""

    killed = False

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        for number, outcome in enumerate(super().run(kit, jobs)):
            yield outcome
            if not self.killed and number == 1 and len(jobs) > 3:
                type(self).killed = True
                for pid in filter(None, self._pool.pids):
                    os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_worker_that_dies_is_on_record_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.practice.session.JobPool", Fatal)
    monkeypatch.setattr(Fatal, "killed", False)
    report = run_practice(recorded_config(tmp_path, None))
    assert len(admitted(report)) == 3
    (run,) = list_runs(tmp_path / "runs")
    restarts = kinds(run, "worker_restarted")
    assert restarts and "exit code -9" in restarts[0]["reason"]
    assert course_of(run.events())["worker_restarts"] == len(restarts)


@pytest.mark.usefixtures("borrowed_worker")
def test_a_disk_that_gets_room_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = recorded_config(tmp_path, None)
    with failing("graph:write", os_error(errno.ENOSPC), 3), pytest.raises(LibraryNotWritable) as caught:
        run_practice(config)
    (run,) = list_runs(config.runs_dir)
    assert f"go on with: journeyman practice --resume {run.name}" in str(caught.value)
    report = run_practice(replace(config, resume=run.name))
    assert len(admitted(report)) == 3
    assert SkillLibrary(config.library, "toy").verify() == []
    show = ["runs", "show", run.name, "--runs-dir", str(config.runs_dir)]
    assert main([*show, "--json"]) == 0
    course = json.loads(capsys.readouterr().out)["course"]
    assert (course["resumes"], course["breaks"]) == (1, 1)
    assert any("No space left on device" in told["reason"] for told in course["told"])
    assert main(show) == 0


def test_the_budget_counts_time_that_passes_and_not_what_a_clock_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed = [0.0]
    monkeypatch.setattr("agent.practice.session_state.time.monotonic", lambda: passed[0])
    state = SessionState(seconds=30.0)
    budget = Budget(state, 1_000, minutes=1.0)
    passed[0] = 29.0
    assert budget.reason == "" and budget.seconds == 59.0
    passed[0] = 31.0
    assert budget.reason == "the minute is over"


def test_retired_skills_are_listed_and_restored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_toy_library(tmp_path)
    where = ["--game", "toy", "--library", str(tmp_path)]
    assert main(["skills", "list", "--retired", *where]) == 0
    assert "no skill is retired" in capsys.readouterr().out
    SkillLibrary(tmp_path, "toy").retire("gather", "it adds nothing", by="practice", instead="build_bench")
    assert main(["skills", "list", "--retired", "--json", *where]) == 0
    said = capsys.readouterr().out
    assert '"instead": "build_bench"' in said and '"by": "practice"' in said and "it adds nothing" in said
    assert main(["skills", "restore", "gather", *where]) == 0
    assert SkillLibrary(tmp_path, "toy").names() == ["build_bench", "gather"]
