import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from agent.cli.run_tables import runs_table
from agent.cli.terminal import fitted
from agent.records.runs import Run, list_runs_and_damage, read_run
from agent.records.summary import RunSummary, summary_of
from tests.agent.records.test_runs import forget_process

CONFIGS: dict[str, dict[str, Any]] = {
    "solve": {"task": "collect a diamond"},
    "eval": {"suite": "crafter-score", "task": None, "baseline": "random", "mode": ""},
    "practice": {"budget_steps": 600_000, "minutes": 18.0},
}
RESULTS: dict[str, dict[str, Any]] = {
    "solve": {"n": 20, "successes": 3, "success_rate": 0.15, "ci95": [0.052, 0.36], "unclear": 1},
    "eval": {"n": 100, "metrics": {"score": {"mean": 65.51, "ci95": [60.2, 70.14]}, "reward": {"mean": 1}}},
    "practice": {"admitted": [{}, {}], "abandoned": [{}], "retired": [], "steps": 1234},
}


def summary(
    folder: Path, command: str, *, result: dict[str, Any] | None = None, **changes: Any
) -> RunSummary:
    with Run.create(
        folder, command=command, game="crafter", seed=0, config={**CONFIGS[command], **changes}
    ) as run:
        if result is not None:
            run.finish(**result)
    return summary_of(read_run(run.path))


@pytest.mark.parametrize(
    ("command", "goal", "said"),
    [
        ("solve", "collect a diamond", "3 of 20 reached (15%, 5% to 36%), 1 unclear"),
        ("eval", "crafter-score, random actions", "score 65.5 (60.2 to 70.1), n = 100"),
        (
            "practice",
            "learn skills: at most 600,000 steps, 18 min",
            "2 skills admitted, 1 given up, 1,234 steps",
        ),
    ],
)
def test_every_command_is_told_in_words(tmp_path: Path, command: str, goal: str, said: str) -> None:
    told = summary(tmp_path, command, result=RESULTS[command])
    assert (told.goal, told.result, told.status) == (goal, said, "done")
    assert told.duration_s is not None
    assert told.duration_s >= 0


def test_tasks_are_told_by_their_mean(tmp_path: Path) -> None:
    metrics = {"a/success": {"mean": 1}, "overall/success": {"mean": 40.0, "ci95": [20.0, 60.0]}}
    told = summary(
        tmp_path, "eval", result={"n": 6, "metrics": metrics, "tasks": [{}, {}]}, suite="/x/mine.toml"
    )
    assert told.goal == "mine.toml, random actions"
    assert told.result == "success 40.0 (20.0 to 60.0), 2 tasks, n = 6"


@pytest.mark.parametrize("command", ["solve", "eval", "practice"])
def test_records_of_other_versions_leave_empty_what_they_do_not_say(tmp_path: Path, command: str) -> None:
    told = summary(tmp_path, command, result={"metrics": 3})
    assert told.result == ""
    empty = summary_of(read_run(Run.create(tmp_path, command=command, game="x", seed=0, config={}).path))
    assert empty.goal == ""


def test_a_run_that_was_broken_off_says_what_was_there_and_why(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError),
        Run.create(tmp_path, command="eval", game="toy", seed=0, config=CONFIGS["eval"]) as run,
    ):
        run.event("episode", seed=1)
        raise RuntimeError("the \x1b[31mworker\x1b[0m fell over")
    forget_process(run.path)
    with (run.path / "events.jsonl").open("a") as journal:
        journal.write('{"at": "2026-')  # a torn last line
    told = summary_of(read_run(run.path))
    assert told.status == "crashed"
    assert told.result.startswith("1 episode so far; the ")
    assert "\x1b" not in told.result


def test_a_run_that_goes_on_has_lasted_until_now(tmp_path: Path) -> None:
    with Run.create(tmp_path, command="solve", game="toy", seed=0, config={"task": "x"}) as run:
        info = read_run(run.path)
        later = datetime.fromisoformat(info.created) + timedelta(minutes=5)
        told = summary_of(info, later.astimezone(UTC))
    assert (told.status, told.duration_s, told.result) == ("running", 300.0, "")


def test_one_damaged_run_hides_no_other(tmp_path: Path) -> None:
    summary(tmp_path, "solve", result=RESULTS["solve"])
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "run.json").write_text(json.dumps({"schema": 99}))
    runs, damaged = list_runs_and_damage(tmp_path)
    assert [run.command for run in runs] == ["solve"]
    assert list(damaged) == ["bad"]
    assert "schema 99" in damaged["bad"]


def test_a_practice_that_is_paused_says_so(tmp_path: Path) -> None:
    said = []
    with Run.create(tmp_path, command="practice", game="toy", seed=0, config={}) as run:
        run.event("admitted", skill="gather", version=1)
        for kind, more in (
            ("command", {"command": "pause"}),
            ("command", {"command": "queue", "skill": "gather"}),
            ("command", {"command": "resume"}),
            ("pause_ended", {"seconds": 3.0}),
        ):
            run.event(kind, **more)
            said.append(summary_of(read_run(run.path)).result)
        run.event("command", command="pause")
    waits, goes_on = "paused; 1 admission so far", "1 admission so far"
    assert said == [waits, waits, waits, goes_on]
    assert "paused" not in summary_of(read_run(run.path)).result, "its process ended without a word"


def test_a_damaged_run_does_not_widen_the_list(tmp_path: Path) -> None:
    name = "20261127T042231Z-practice-toy-s0-14aea7"
    (tmp_path / name).mkdir()
    (tmp_path / name / "run.json").write_text("{", encoding="utf-8")
    told = summary(tmp_path, "practice")
    _, damaged = list_runs_and_damage(tmp_path)
    table = runs_table([told], damaged, 80)
    assert isinstance(fitted(table, Console(width=80)), Table), "row by row"
