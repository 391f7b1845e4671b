"""The ten tasks that no fact states, each done once by hand in a small world, and each left undone once."""

from __future__ import annotations

from pathlib import Path

import pytest

import agent.studies
from agent.evaluation.scoring.judged_game import JudgedGame
from agent.evaluation.scoring.meter import action_steps
from agent.evaluation.scoring.registry import make_criterion, refereed
from agent.evaluation.suites.suite import read_suite
from envs.crafter.spec import ACTIONS
from tests.agent.evaluation.scoring.crafter.test_crafter_referees import Field

SUITE = read_suite(Path(agent.studies.__file__).with_name("crafter-by-looking.toml"))
TASKS = {task.name: task for task in SUITE.tasks}

RIGHT, LEFT, UP, DOWN = "move_right", "move_left", "move_up", "move_down"
STONE, TABLE, NOTHING = "place_stone", "place_table", "noop"


def acted(*actions: str) -> list[str]:
    return [action for part in actions for action in part.split()]


DONE = {
    "stone-corner": ({}, acted(STONE, RIGHT, RIGHT, LEFT, DOWN, STONE)),
    "two-tables": ({}, acted(TABLE, LEFT, LEFT, LEFT, DOWN, RIGHT, TABLE)),
    "between-trees": ({"tree": "1,-1 -1,-1"}, acted(UP)),
    "stone-into-water": ({"water": "1,0"}, acted(RIGHT, STONE)),
    "out-and-back": ({}, acted(*[RIGHT] * 10, *[UP] * 5, *[DOWN] * 5, *[LEFT] * 10)),
    "tree-and-water": ({"tree": "1,-1", "water": "-1,-1"}, acted(UP)),
    "table-in-the-open": ({}, acted(TABLE, UP)),
}


def success(name: str, cells: dict[str, str], actions: list[str]) -> bool:
    settings = TASKS[name].criteria["success"]
    judged = JudgedGame(
        refereed(Field(**cells).game, "crafter"), {"success": make_criterion("crafter", settings)},
        cap=1000, unit=action_steps,
    )  # fmt: skip
    for action in actions:
        if judged.status == 0:
            judged.step(ACTIONS.index(action))
    return bool(judged.counted()["figures"]["success"])


def test_there_are_ten_tasks_kept_for_evaluation() -> None:
    assert len(TASKS) == 10
    assert len({task.text for task in SUITE.tasks}) == 10
    assert SUITE.sha256


@pytest.mark.parametrize("name", TASKS)
def test_none_is_done_at_the_beginning(name: str) -> None:
    assert not success(name, {}, [NOTHING])


@pytest.mark.parametrize("name", DONE)
def test_it_is_done_by_doing_it(name: str) -> None:
    cells, actions = DONE[name]
    assert success(name, cells, actions)
    assert not success(name, cells, actions[:-1] if name != "table-in-the-open" else [])


def test_a_natural_stone_counts_for_nothing() -> None:
    assert not success("stone-corner", {"stone": "1,1 2,2"}, [NOTHING])
    assert not success("stone-square", {"stone": "1,1 2,1 1,2 2,2"}, [NOTHING])
