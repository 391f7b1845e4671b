"""What the study of kills draws and checks; a short one that really kills is opted in to."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.errors import BadConfig
from agent.practice.session_state import SessionState, SkillProgress
from agent.records.journal import Journal
from agent.studies.__main__ import main
from agent.studies.kills import KillsStudy, _wrong_steps, _wrong_versions, descendants
from agent.studies.ledger import RESULTS_FILE, read_results
from envs.disk import Written


def test_as_many_are_killed_as_was_asked_for_the_command_last_in_every_life() -> None:
    study = KillsStudy(kills=50)
    lives: list[list[str]] = []
    while sum(map(len, lives)) < 50:
        lives.append(study._victims(len(lives), 50 - sum(map(len, lives))))
    assert sum(map(len, lives)) == 50
    assert all(life[-1] == "command" and "command" not in life[:-1] for life in lives)
    assert {victim for life in lives for victim in life} == {"worker", "command"}
    nodes = KillsStudy(kills=50, nodes=2)
    assert "node" in {victim for life in range(20) for victim in nodes._victims(life, 50)}


def test_lives_go_on_until_as_many_were_really_killed(tmp_path: Path) -> None:
    study = KillsStudy(kills=3)
    names = []
    with Journal(tmp_path / RESULTS_FILE, Written.OUTPUT) as journal:
        for name, _ in study.parts(tmp_path, None):
            names.append(name)
            ended_early = len(names) == 1  # the practice ended before anything was killed
            journal.append({"part": name, "killed": {} if ended_early else {"command": 1}})
    assert names == ["life/1", "life/2", "life/3", "life/4", "end"]


@pytest.mark.parametrize("given", [{"kills": 0}, {"slots": 0}, {"nodes": 1}])
def test_what_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(BadConfig, match="expected 1 or more"):
        KillsStudy(**given)


def trained(skill: str, training: str, steps: int) -> dict[str, Any]:
    return {"kind": "trained", "skill": skill, "training": training, "steps": steps}


def test_steps_that_are_counted_twice_or_not_at_all_are_found() -> None:
    state = SessionState(steps=100, skills={"walk": SkillProgress(train_steps=3_072)})
    once = [trained("walk", "a", 2_048), trained("walk", "a", 2_048), trained("walk", "b", 1_024)]
    assert list(_wrong_steps(state, once)) == ["100 steps are counted, and trainings alone took 3072"]
    state.steps = 4_000
    assert list(_wrong_steps(state, once)) == []
    state.skills["walk"].train_steps = 5_120
    (wrong,) = _wrong_steps(SessionState(steps=9_000, skills=state.skills), once)
    assert wrong == "walk was trained for 3072 steps, and 5120 are counted"


def test_skills_that_are_there_twice_or_lost_are_found() -> None:
    class Library:
        def names(self, retired: bool = False) -> tuple[str, ...]:
            return ("walk",)

    events = [{"kind": "admitted", "skill": name, "version": 1} for name in ("walk", "walk", "swim")]
    assert list(_wrong_versions(Library(), events)) == [  # type: ignore[arg-type]
        "walk v1 was admitted 2 times", "swim was admitted and is not in the library",
    ]  # fmt: skip


def test_children_of_children_are_found() -> None:
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen(['cat'], stdin=sys.stdin)\n"
        "print(child.pid, flush=True)\n"
        "child.wait()"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None and child.stdin is not None
    grandchild = int(child.stdout.readline())
    assert {child.pid, grandchild} <= descendants(os.getpid())
    child.stdin.close()
    child.wait()
    child.stdout.close()


@pytest.mark.long
def test_a_practice_that_is_killed_again_and_again_loses_and_repeats_nothing(tmp_path: Path) -> None:
    assert main(["kills", "--kills", "5", "--folder", str(tmp_path)]) == 0
    results = read_results(tmp_path)
    assert [result["wrong"] for result in results.values()] == [[]] * len(results)
    assert results["end"]["exit_code"] == 0
    assert sum(sum(result.get("killed", {}).values()) for result in results.values()) >= len(results) - 1
