"""Alike executions together, goals prepared together, and skills that turned out to move on from a place."""

import pytest

from planners.graph.graph import SkillGraph
from planners.plan import Execution, Goal, Verdict
from planners.search.compiled import rules_of
from planners.search.ordering import group
from planners.search.search import cheapest, cheapest_goal
from planners.search.simulate import simulate
from planners.search.world import World
from skills.skill import Effects, SkillKind, SkillStats

FIND, ACT, CRAFT = SkillKind.FIND, SkillKind.ACT, SkillKind.CRAFT
KINDS = {"near.table": "place", "did.table": "event", "log": "count", "pick": "count", "sword": "count"}
SKILLS = (
    ("chop", ACT, {"log": 1}, {}, {}, 5),
    ("place_table", CRAFT, {"did.table": 1, "near.table": 1}, {"log": 2}, {}, 1),
    ("make_pick", CRAFT, {"pick": 1}, {"log": 1}, {"near.table": 1}, 1),
    ("make_sword", CRAFT, {"sword": 1}, {"log": 1}, {"near.table": 1}, 1),
)


def workshop(*skills, highs=None):
    """Skills as (name, kind, obtains, consumes, requires, steps); each has succeeded often."""
    graph = SkillGraph("test", KINDS, highs)
    for name, kind, obtains, consumes, requires, steps in skills or SKILLS:
        effects = Effects(obtains=obtains, consumes=consumes, requires=requires)
        stats = SkillStats(successes=1000, steps=1000 * steps)
        graph.add_skill(name, kind, effects, available=True, stats=stats)
    return graph


def chopped(graph, times, *, left):
    """Record chopping that began at a table; `left` of the executions ended elsewhere."""
    for i in range(times):
        after = {"log": 1} if i < left else {"log": 1, "near.table": 1}
        verdict = Verdict(outcome="done", reason="", judge="test")
        graph.record(
            Execution(skill="chop", verdict=verdict, env_steps=5, before={"near.table": 1}, after=after)
        )


@pytest.mark.parametrize(("left", "moves_on"), [(0, False), (2, False), (3, True), (6, True)])
def test_play_shows_whether_a_skill_moves_on(left, moves_on):
    graph = workshop()
    chopped(graph, 6, left=left)
    assert graph.moves_on("chop") is moves_on
    again = SkillGraph.from_json(graph.to_json())
    assert again.moves_on("chop") is moves_on


def test_few_executions_show_nothing():
    graph = workshop()
    chopped(graph, 3, left=3)
    assert not graph.moves_on("chop")


def test_a_plan_does_not_count_on_a_place_that_is_left_behind():
    graph = workshop()
    chopped(graph, 6, left=6)
    plan = cheapest(graph, Goal(facts={"pick": 1}), {"near.table": 1})
    assert plan.steps == ("chop", "chop", "chop", "place_table", "make_pick")
    assert simulate(graph, plan.steps, {"near.table": 1})["pick"] == 1


def test_everything_of_one_kind_is_gathered_at_once():
    graph = workshop()
    chopped(graph, 6, left=6)
    plan = cheapest(graph, Goal(facts={"pick": 1, "sword": 1}), {})
    assert plan.steps == ("chop",) * 4 + ("place_table", "make_pick", "make_sword")


def test_no_more_is_gathered_ahead_than_can_be_carried():
    graph = workshop(highs={"log": 3})
    chopped(graph, 6, left=6)
    plan = cheapest(graph, Goal(facts={"pick": 1, "sword": 1}), {})
    state, most = {}, 0
    for i in range(len(plan.steps)):
        state = simulate(graph, plan.steps[: i + 1], {})
        most = max(most, state.get("log", 0))
    assert most == 3 and state["pick"] == state["sword"] == 1


def test_a_gathering_skill_that_needs_something_stays_behind_it():
    mine = ("mine", ACT, {"ore": 1}, {}, {"pick": 1}, 5)
    graph = workshop(*SKILLS, mine)
    rules = rules_of(graph, only_available=True)
    goal = rules.goal_rule(Goal(facts={"ore": 2}))
    names = ("chop", "chop", "chop", "place_table", "make_pick", "mine", "mine")
    steps = [rules.rules[name] for name in names]
    assert group(rules, steps, goal, World(rules, {})) == steps


def test_a_cheap_goal_waits_for_what_can_be_prepared_with_it():
    graph = workshop()
    chopped(graph, 6, left=6)
    goals = [Goal(facts={fact: 1}, text=fact) for fact in ("did.table", "pick", "sword")]
    plan = cheapest_goal(graph, goals, {"log": 2})
    assert plan is not None and plan.goal is goals[0]
    # A table now would cost one step, and then another table for the pick; two logs more serve all three.
    assert plan.steps == ("chop", "chop", "place_table", "make_pick", "make_sword")


def test_goals_with_nothing_in_common_are_reached_one_by_one():
    drink = ("drink", ACT, {"did.drink": 1}, {}, {}, 3)
    graph = workshop(*SKILLS, drink)
    goals = [Goal(facts={fact: 1}, text=fact) for fact in ("did.table", "did.drink")]
    plan = cheapest_goal(graph, goals, {})
    assert plan is not None and plan.steps == ("drink",)
