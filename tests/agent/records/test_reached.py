from pathlib import Path

import pytest

from agent.errors import RunDamaged
from agent.records.reached import (
    Measured,
    MeasuredGoal,
    reached,
    read_measured,
    skills_hash,
    write_measured,
)
from agent.web.views.opened import open_library
from agent.web.views.plan import plan_view
from skills.store.layout import REACHED
from skills.store.store import SkillLibrary
from tests.agent.toy_library import build_toy_library

BENCH = {"near.bench": 1, "did.place_bench": 1}


def measured_library(root: Path) -> Path:
    """A library beside which it says that a bench was reached in 3 of 4 episodes."""
    build_toy_library(root)
    folder = root / "toy"
    goal = MeasuredGoal(facts=BENCH, reached=3, n=4, mean_steps=12.5)
    write_measured(
        folder,
        Measured(
            game="toy", skills=skills_hash(folder), version="1", command="measure", seed=0, episodes=4,
            goals={"place bench": goal},
        ),
    )  # fmt: skip
    return folder


def test_a_rate_is_that_of_the_same_goal(tmp_path: Path) -> None:
    folder = measured_library(tmp_path)
    record = reached(folder, BENCH).to_record()
    assert (record["reached"], record["n"], record["rate"], record["mean_steps"]) == (3, 4, 0.75, 12.5)
    assert record["command"] == 'measure --goal "place bench"'
    assert record["ci95"] == [pytest.approx(0.30, abs=0.01), pytest.approx(0.95, abs=0.01)]  # Wilson
    assert not SkillLibrary(tmp_path, "toy").verify()
    assert reached(folder, {"near.bench": 1}).to_record() == {"why_not": "not measured"}


def test_a_rate_is_left_out_once_the_skills_are_others(tmp_path: Path) -> None:
    folder = measured_library(tmp_path)
    (folder / "README.md").write_text("words change nothing")
    assert reached(folder, BENCH).goal is not None
    SkillLibrary(tmp_path, "toy").retire("gather", "for the test")
    assert reached(folder, BENCH).to_record() == {"why_not": "other skills"}


@pytest.mark.parametrize("content", ["", "[]", '{"schema": 2}', "[" * 100_000, "\xff"])
def test_a_damaged_file_is_said_and_costs_no_plan(tmp_path: Path, content: str) -> None:
    folder = measured_library(tmp_path)
    (folder / REACHED).write_text(content, encoding="latin-1")
    assert reached(folder, BENCH).why_not == "damaged"
    with pytest.raises(RunDamaged, match="measure again"):
        read_measured(folder)


def test_the_page_is_told_unless_something_is_carried(tmp_path: Path) -> None:
    measured_library(tmp_path)
    opened = open_library(tmp_path, "toy")
    assert plan_view(opened, "build_bench", {})["measured"]["rate"] == 0.75
    carrying = plan_view(opened, "build_bench", {"wood": 1}, tmp_path)
    assert (carrying["measured"], carrying["played"]) == (None, None)
