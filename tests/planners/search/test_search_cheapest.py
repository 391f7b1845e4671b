"""The cheapest plan and the cheapest goal: costs worked by hand, retries and evidence counted."""

import pytest

from planners.graph.graph import SkillGraph
from planners.plan import Goal
from planners.search.rules import expected_steps
from planners.search.search import cheapest, cheapest_goal, decompose
from skills.skill import Effects, SkillKind, SkillStats
from tests.planners.small_graphs import ACT, CRAFT, FIND, PLACES, WOODWORK, goal, graph_of


def test_expected_cost_counts_retries():
    # 60 steps over 4 tries is 15 a try; success rate (3 + 1) / (4 + 2) = 2/3: 22.5 steps until success.
    assert expected_steps(SkillStats(successes=3, failures=1, steps=60), step_cap=200) == pytest.approx(22.5)
    # Untried: half the cap a try, success rate 1/2.
    assert expected_steps(SkillStats(), step_cap=200) == pytest.approx(200.0)


def test_cheapest_prefers_what_works():
    skills = (
        ("swim", ACT, {"shore": 1}),
        ("bridge", CRAFT, {"shore": 1}, {"log": 1}),
        ("chop", ACT, {"log": 1}),
    )
    # bridge: 10 steps at 9/10 and chop: 10 at 9/10, 22.2 steps together; swim: 10 steps at 1/10, 100 steps.
    stats = {"swim": (0, 8, 80), "bridge": (8, 0, 80), "chop": (8, 0, 80)}
    graph = graph_of(*skills, **stats)
    plan = cheapest(graph, goal(shore=1), {})
    assert plan.steps == ("chop", "bridge")
    assert plan.expected_steps == pytest.approx(10 / 0.9 + 10 / 0.9)
    assert plan.success_probability == pytest.approx(0.81)
    assert decompose(graph, goal(shore=1), {}).steps == ("swim",)
    penalised = cheapest(graph, goal(shore=1), {}, penalties={"bridge": 10.0})
    assert penalised.steps == ("swim",) and penalised.expected_steps == pytest.approx(100.0)


def test_cheapest_follows_new_evidence():
    skills = (("swim", ACT, {"shore": 1}), ("wade", ACT, {"shore": 1}))
    graph = graph_of(*skills, swim=(8, 0, 80), wade=(7, 1, 80))
    assert cheapest(graph, goal(shore=1), {}).steps == ("swim",)
    graph.set_stats("swim", SkillStats(successes=0, failures=8, steps=80))
    assert cheapest(graph, goal(shore=1), {}).steps == ("wade",)


def test_cheapest_uses_what_is_at_hand():
    skills = (
        ("place_table", CRAFT, {"near.table": 1, "known.table": 1}, {"wood": 4}),
        ("collect_wood", ACT, {"wood": 1}),
        ("find_table", FIND, {"near.table": 1}, {}, {"known.table": 1}),
        ("make_pick", CRAFT, {"pick": 1}, {"wood": 1}, {"near.table": 1}),
    )
    # Each try 20 steps at 1/2: collecting 5 wood and placing costs 6 * 40, finding the known table 40 + 40.
    stats = {name: (0, 0, 0) for name, *_ in skills}
    graph = graph_of(*skills, kinds=PLACES, **stats)
    assert cheapest(graph, goal(pick=1), {}).steps == ("collect_wood",) * 5 + ("place_table", "make_pick")
    assert cheapest(graph, goal(pick=1), {"known.table": 1}).steps == (
        "collect_wood",
        "find_table",
        "make_pick",
    )
    assert cheapest(graph, goal(pick=1), {"known.table": 1, "wood": 5}).steps[-2:] == (
        "place_table",
        "make_pick",
    )


def test_cheapest_shares_the_cost_of_a_batch():
    # 10 grains: one scoop of about 20 steps, or 10 times about 4 steps; one grain: 20 against 4.
    skills = (("scoop", ACT, {"grain": 10}), ("pick_up", ACT, {"grain": 1}))
    graph = graph_of(*skills, scoop=(998, 0, 19960), pick_up=(998, 0, 3992))
    assert cheapest(graph, goal(grain=10), {}).steps == ("scoop",)
    assert cheapest(graph, goal(grain=1), {}).steps == ("pick_up",)


def test_cheapest_goal_takes_the_nearest_possible_one():
    graph = graph_of(*WOODWORK, chop=(8, 0, 80))
    goals = [goal(sword=1), goal(dragon=1), goal(log=1)]
    plan = cheapest_goal(graph, goals, {})
    assert plan.goal is goals[2] and plan.steps == ("chop",)
    plan = cheapest_goal(graph, goals, {"plank": 2, "stick": 1, "log": 0}, penalties={"chop": 100.0})
    assert plan.goal is goals[0] and plan.steps == ("make_sword",)
    assert cheapest_goal(graph, [goal(dragon=1)], {}) is None
    assert cheapest_goal(graph, [], {}) is None


def test_what_is_carried_is_gathered_before_going_where_there_is_no_way_back() -> None:
    """The cave is entered for the dragon, and left only over it; arrows are outside."""
    graph = SkillGraph("cave", {"outside": "status", "inside": "status"})
    skills = {
        "fletch": Effects(requires={"outside": 1}, obtains={"arrow": 1}),
        "enter": Effects(consumes={"outside": 1}, obtains={"inside": 1}),
        "slay": Effects(requires={"inside": 1}, consumes={"arrow": 2}, obtains={"scale": 1}),
        "take": Effects(requires={"inside": 1, "scale": 1}, obtains={"gold": 1}),
    }
    for name, effects in skills.items():
        graph.add_skill(name, SkillKind.ACT, effects, available=True)
    found = cheapest(graph, Goal(facts={"gold": 1}), {"outside": 1})
    assert found.steps == ("fletch", "fletch", "enter", "slay", "take")
