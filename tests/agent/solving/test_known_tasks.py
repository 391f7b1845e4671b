"""Tasks of a game's own catalogue as goals, and plans for a game that has no world."""

import pytest

import agent
from agent.api import plan, planned_over
from agent.solving.known_tasks import completed, goal_of, known_task
from envs.game import KnownTask
from envs.registry import game_spec
from planners.errors import UnknownGoal


def test_games_without_a_catalogue_know_no_tasks():
    assert known_task(None, "harvest_1_log") is None
    assert known_task(game_spec("toy"), "harvest_1_log") is None
    assert completed(game_spec("toy"), {"wood": 1}) == {"wood": 1}


def test_a_goal_says_which_task_was_understood():
    task = KnownTask(name="harvest_2_log", goal={"log": 2}, start={}, notes=("it takes an axe",))
    assert goal_of(task, "2 logs").in_words() == "the task harvest_2_log: 2 log (it takes an axe)"
    nothing = KnownTask(name="survival", goal={}, start={}, notes=("it asks to stay alive",))
    with pytest.raises(
        UnknownGoal, match=r"^the task 'survival' cannot be planned for: it asks to stay alive$"
    ):
        goal_of(nothing, "survival")


def test_a_game_that_knows_tasks_is_planned_over_the_starter_library_and_claims():
    assert planned_over("minecraft") == "both"
    assert planned_over("toy") == "library"
    assert planned_over("minecraft", graph="graph.json") == "file"
    found = agent.plan("harvest 1 wool with shears and sheep", game="minecraft")
    assert found.steps == ("find_sheep", "shear_sheep")
    assert plan("stone", game="minecraft", have={"iron_pickaxe": 1, "furnace": 1, "coal": 1}).steps[:2] == (
        "find_stone",
        "collect_cobblestone",
    )
