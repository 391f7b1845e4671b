"""Unit costs, worked by hand."""

import pytest

from planners.graph.graph import SkillGraph
from planners.search.compiled import rules_of
from planners.search.costs import MISSING_COST, cost_of, least_costs, unit_costs
from skills.skill import Effects, SkillKind


def costs_of(*skills, free=(), kinds=None):
    """Skills as (name, own cost, obtains, consumes, requires)."""
    graph = SkillGraph("test", kinds or {})
    own = {}
    for name, cost, obtains, *rest in skills:
        consumes, requires = [*rest, {}, {}][:2]
        own[name] = cost
        effects = Effects(obtains=obtains, consumes=consumes, requires=requires)
        graph.add_skill(name, SkillKind.ACT, effects, available=True)
    rules = rules_of(graph, only_available=True)
    return unit_costs(rules, lambda rule: own[rule.name], free)


def test_sums_and_shared_batches():
    costs = costs_of(
        ("chop", 6.0, {"log": 1}),
        ("saw", 2.0, {"plank": 4}, {"log": 1}),
        ("join", 1.0, {"chair": 1}, {"plank": 3}, {"saw_bench": 1}),
        ("build", 5.0, {"saw_bench": 1}, {"plank": 8}),
    )
    # log 6; plank (2 + 6) / 4 = 2; bench 5 + 8 * 2 = 21; chair 1 + 3 * 2 + 21 = 28.
    assert costs.unit == {"log": 6.0, "plank": 2.0, "saw_bench": 21.0, "chair": 28.0}
    assert {fact: rule.name for fact, rule in costs.choice.items()} == {
        "log": "chop",
        "plank": "saw",
        "saw_bench": "build",
        "chair": "join",
    }
    assert cost_of(costs, "plank", 3) == 6.0
    assert cost_of(costs, "unheard of", 1) == float("inf")


def test_the_cheaper_of_two_ways():
    costs = costs_of(
        ("pan", 9.0, {"gold": 1}), ("trade", 1.0, {"gold": 1}, {"fish": 2}), ("fish", 3.0, {"fish": 1})
    )
    assert costs.unit["gold"] == 7.0 and costs.choice["gold"].name == "trade"


def test_what_no_skill_produces_is_dear_and_circles_have_no_cost():
    costs = costs_of(
        ("smelt", 1.0, {"ingot": 1}, {"ore": 2}),
        ("hatch", 1.0, {"hen": 1}, {"egg": 1}),
        ("lay", 1.0, {"egg": 1}, {}, {"hen": 1}),
    )
    assert costs.unit == {"ore": MISSING_COST, "ingot": 1.0 + 2 * MISSING_COST}
    costs = costs_of(
        ("hatch", 1.0, {"hen": 1}, {"egg": 1}), ("lay", 1.0, {"egg": 1}, {}, {"hen": 1}), free=("hen",)
    )
    assert costs.unit == {"hen": 0.0, "egg": 1.0} and "hen" not in costs.choice


def test_a_level_costs_the_same_however_high():
    costs = costs_of(
        ("rest", 4.0, {"energy": 9}),
        ("climb", 1.0, {"peak": 1}, {}, {"energy": 5}),
        kinds={"energy": "level"},
    )
    assert costs.unit == {"energy": 4.0, "peak": 5.0}


def test_a_circle_that_multiplies_never_pays_for_itself():
    # split makes two of one and back makes one of one: settled in the order base, split, never back again.
    costs = costs_of(
        ("base", 100.0, {"a": 1}), ("split", 1.0, {"b": 2}, {"a": 1}), ("back", 1.0, {"a": 1}, {"b": 1})
    )
    assert costs.unit == {"a": 100.0, "b": pytest.approx(50.5)}
    assert costs.choice["a"].name == "base"


def test_least_costs_follow_the_dearest_chain():
    graph = SkillGraph("test", {})
    for name, obtains, consumes in (
        ("chop", {"log": 1}, {}),
        ("dig", {"stone": 1}, {}),
        ("make_axe", {"axe": 1}, {"log": 2, "stone": 3}),
        ("gild", {"crown": 1}, {"axe": 1, "gold": 1}),
        ("hatch", {"hen": 1}, {"egg": 1}),
        ("lay", {"egg": 1}, {"hen": 1}),
    ):
        graph.add_skill(name, SkillKind.ACT, Effects(obtains=obtains, consumes=consumes), available=True)
    own = {"chop": 5.0, "dig": 7.0, "make_axe": 2.0, "gild": 1.0, "hatch": 1.0, "lay": 1.0}
    rules = rules_of(graph, only_available=True)
    bounds = least_costs(rules, lambda rule: own[rule.name], [])
    # axe: 7 for a stone, the dearer of the two, and 2 to make it; the crown needs gold, which nobody brings.
    assert bounds == {"log": 5.0, "stone": 7.0, "axe": 9.0, "gold": MISSING_COST, "crown": MISSING_COST + 1.0}
    assert least_costs(rules, lambda rule: own[rule.name], ["stone"])["axe"] == 7.0
