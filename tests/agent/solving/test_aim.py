"""What a task means, before anything is played."""

from collections.abc import Mapping

import pytest

from agent.play.kit import PolicyOverSkills
from agent.solving.aim import Aim, read_task, with_own_task
from envs.registry import game_spec
from planners.errors import UnknownGoal
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from skills.skill import Effects, SkillKind

NETHACK = game_spec("nethack")
EAT_LEVEL = {"level": "MiniHack-Eat-v0"}
MINES = PolicyOverSkills(task="reach the Gnomish Mines", source="", skills=(), goal={"did.enter_mines": 1})


@pytest.fixture
def graph() -> SkillGraph:
    graph = SkillGraph("nethack", NETHACK.fact_kinds)
    graph.add_skill("eat", SkillKind.ACT, Effects(consumes={"food": 1}, obtains={"did.eat": 1}))
    graph.add_skill("wear", SkillKind.ACT, Effects(obtains={"did.wear": 1, "worn": 1}))
    return graph


def test_a_policy_over_skills_that_is_named_comes_first(graph: SkillGraph) -> None:
    aim = read_task("find the gnomish mines", graph, NETHACK, {"mines": MINES})
    assert (aim.policy, aim.goal.facts) == (MINES, {"did.enter_mines": 1})
    assert aim.goal.in_words() == ("the task 'reach the Gnomish Mines', by a policy over skills: enter_mines")


def test_a_policy_does_not_serve_a_task_that_asks_for_more(graph: SkillGraph) -> None:
    with pytest.raises(UnknownGoal, match="'dragon' are left over"):
        read_task("find the gnomish mines dragon", graph, NETHACK, {"mines": MINES})
    aim = read_task("find the gnomish mines and eat", graph, NETHACK, {"mines": MINES})
    assert (aim.policy, aim.goal.facts) == (None, {"did.enter_mines": 1, "did.eat": 1})


@pytest.mark.parametrize(
    ("facts", "options", "own"),
    [
        ({"did.eat": 1}, EAT_LEVEL, True),
        ({"did.eat": 1}, {"level": "MiniHack-Eat-Distr-v0"}, True),
        ({"did.wear": 1, "worn": 1}, {"level": "MiniHack-Wear-v0"}, True),
        ({"did.eat": 1}, {"level": "MiniHack-Room-5x5-v0"}, False),
        ({"did.eat": 1}, {"level": "own.des"}, False),
        ({"did.eat": 1}, {}, False),
        ({"did.pickup": 1}, EAT_LEVEL, False),
        ({"did.eat": 1, "did.pray": 1}, EAT_LEVEL, False),
        ({}, EAT_LEVEL, False),
    ],
)
def test_the_levels_own_task(
    graph: SkillGraph, facts: Mapping[str, int], options: Mapping[str, str], own: bool
) -> None:
    aim = with_own_task(Aim(goal=Goal(facts=facts, text="it")), graph, NETHACK, options)
    assert aim.own_task is own
    assert ("the level's own task, done when the level says so" in aim.goal.in_words()) is own


def test_the_levels_that_have_tasks_of_their_own_exist() -> None:
    pytest.importorskip("minihack")
    import gymnasium

    assert NETHACK.own_tasks and set(NETHACK.own_tasks) <= set(gymnasium.registry)
