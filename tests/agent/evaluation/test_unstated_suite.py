"""The ten tasks that no fact states: done once by hand in a small world, and each left undone once."""

from __future__ import annotations

import pytest

from agent.evaluation.suites.suite import load_suite
from tests.agent.evaluation.scoring.crafter.test_crafter_referees import Field

TASKS = {task.name: task for task in load_suite("crafter-unstated").tasks}

DONE = {
    "table-at-tree": ({"tree": "1,1"}, "place_table"),
    "stone-on-sand": ({"sand": "0,1"}, "place_stone"),
    "square-of-stones": (
        {},
        "place_stone move_left move_down move_down move_right place_stone move_left move_left move_right "
        "place_stone move_up move_up move_right move_right move_right move_right move_down move_left "
        "place_stone",
    ),
    "corner-to-corner": ({}, "place_stone move_right move_right move_left move_down place_stone"),
    "between-stones": (
        {},
        "move_right move_left place_stone move_right move_right move_right move_left place_stone "
        "move_up move_left move_left move_down",
    ),
    "two-tables": ({}, "place_table move_left move_left move_left move_down move_right place_table"),
    "former-water": ({"water": "1,0"}, "move_right place_stone do move_right"),
    "tree-and-water": ({"tree": "1,-1", "water": "-1,-1"}, "move_up"),
    "lava-covered": ({"lava": "0,1"}, "place_stone"),
}


def success(name: str, cells: dict[str, str], actions: str) -> bool:
    judged = Field(**cells).judge(actions, **TASKS[name].criteria["success"])
    return bool(judged.counted()["figures"]["success"])


@pytest.mark.parametrize("name", TASKS)
def test_none_is_done_at_the_beginning(name: str) -> None:
    assert not success(name, {}, "noop")


@pytest.mark.parametrize("name", DONE)
def test_it_is_done_by_the_last_action(name: str) -> None:
    cells, actions = DONE[name]
    assert success(name, cells, actions)
    assert not success(name, cells, " ".join(["noop", *actions.split()[:-1]]))


def test_a_natural_stone_counts_for_nothing() -> None:
    assert not success("corner-to-corner", {"stone": "1,1 2,2"}, "noop")
    assert not success("square-of-stones", {"stone": "1,1 2,1 1,2 2,2"}, "noop")
    assert not success("between-stones", {"stone": "-1,0 1,0"}, "noop")
