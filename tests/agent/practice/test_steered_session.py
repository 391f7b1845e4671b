"""A whole session that is steered, and what it leaves for those who look on."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import PracticeConfig
from agent.play.job_pool import JobPool
from agent.practice.loop import run_practice
from agent.practice.report import PracticeReport
from agent.records.commands import Command, CommandBox, CommandKind
from agent.records.runs import RunStatus, list_runs
from tests.agent.toy_session import Borrowed, Listener, kinds, run_of


class Commander(Listener):
    """Leaves commands when a skill is begun."""

    def __init__(self, runs: Path, *commands: tuple[CommandKind, str]) -> None:
        super().__init__()
        self._runs, self._commands = runs, list(commands)

    def skill_started(self, name: str, *, description: str, budget: int) -> None:
        (run,) = list_runs(self._runs)
        while self._commands:
            kind, skill = self._commands.pop(0)
            CommandBox(run.path).put(Command(kind=kind, skill=skill, by="page"))


@pytest.fixture(autouse=True)
def borrowed(worker: JobPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.practice.session.JobPool", lambda workers, cluster="": Borrowed(worker))
    monkeypatch.setattr("agent.practice.steering.LOOK_EVERY_S", 0.0)


@pytest.mark.slow
def test_a_stop_ends_it_in_order_and_it_goes_on_with_the_wish(
    configure: Callable[..., PracticeConfig],
) -> None:
    config = configure()
    commander = Commander(config.runs_dir, ("queue", "walk_left"), ("stop", ""))
    report = run_practice(config, progress=commander)
    run = run_of(config, report)
    assert report.interrupted and report.stopped == "ended by a command to stop, from the page"
    assert run.status is RunStatus.INTERRUPTED
    assert run.reason() == "ended by a command to stop, from the page"
    assert list((run.path / "commands").iterdir()) == []
    again = run_practice(replace(config, resume=report.run))
    assert not again.interrupted
    taken = kinds(run_of(config, again), "wish_taken", "chosen")
    assert taken[-1]["kind"] == "chosen"
    assert [event["skill"] for event in taken if event["kind"] == "wish_taken"] == ["walk_left"]


@pytest.mark.slow
def test_a_finished_session_leaves_why_it_chose_and_how_it_stood(
    walked: tuple[PracticeConfig, PracticeReport],
) -> None:
    config, report = walked
    run = run_of(config, report)
    chosen = kinds(run, "chosen")
    assert {event["skill"] for event in chosen} == {"walk_up", "walk_left", "walk_down"}
    assert all(event["reason"] for event in chosen)
    state = json.loads((run.path / "live" / "state.json").read_text())
    assert (state["doing"], state["steps"]) == ("ended", report.steps)
    assert (run.path / "live" / "picture.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_without_the_setting_nothing_is_kept_for_those_who_look_on(
    configure: Callable[..., PracticeConfig],
) -> None:
    config = configure(live=False)
    report = run_practice(config)
    assert not (run_of(config, report).path / "live").exists()
