"""The searches: hand-worked plans, impossible goals, alternatives, and the published search beside them."""

import pytest

from planners.errors import NoPlan, SearchTooDeep, SkillCycle
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from planners.search.search import cheapest, decompose, require_possible
from planners.search.simulate import simulate
from tests.planners.recipes import RECIPES, published_search, recipe_graph
from tests.planners.small_graphs import ACT, CRAFT, FIND, PLACES, SEARCHES, WOODWORK, goal, graph_of


@SEARCHES
def test_counts_yields_and_surplus(search):
    # 2 planks and 1 stick; the stick takes 2 planks more: 4 planks, which is one log sawn once.
    plan = search(graph_of(*WOODWORK), goal(sword=1), {})
    assert plan.steps == ("chop", "saw", "whittle", "make_sword")
    assert plan.missing == {} and plan.possible


@SEARCHES
def test_second_unit_uses_the_surplus(search):
    # 2 swords: 4 planks and 2 sticks (one whittling of 2 planks gives 4): 6 planks, 2 logs.
    plan = search(graph_of(*WOODWORK), goal(sword=2), {})
    assert sorted(plan.steps) == sorted(("chop", "chop", "saw", "saw", "whittle", "make_sword", "make_sword"))


@SEARCHES
def test_what_is_held_is_used(search):
    assert search(graph_of(*WOODWORK), goal(sword=1), {"plank": 3, "stick": 1}).steps == ("make_sword",)
    # 3 planks serve the sword (2); the stick takes 2, so one more log is sawn.
    assert search(graph_of(*WOODWORK), goal(sword=1), {"plank": 3}).steps == (
        "chop",
        "saw",
        "whittle",
        "make_sword",
    )
    assert search(graph_of(*WOODWORK), goal(sword=1), {"sword": 1}).steps == ()


@SEARCHES
def test_required_things_are_kept_and_made_once(search):
    graph = graph_of(("make_pick", CRAFT, {"pick": 1}), ("mine", ACT, {"ore": 1}, {}, {"pick": 1}))
    assert search(graph, goal(ore=3), {}).steps == ("make_pick", "mine", "mine", "mine")


@SEARCHES
def test_a_tool_set_aside_is_not_used_up_by_a_later_prerequisite(search):
    graph = graph_of(
        ("make_cup", CRAFT, {"cup": 1}),
        ("smash", CRAFT, {"shard": 1}, {"cup": 1}),
        ("serve", CRAFT, {"served": 1}, {"shard": 1}, {"cup": 1}),
        ("toast", CRAFT, {"toast": 1}, {"cup": 1, "shard": 1}),
    )
    assert sorted(search(graph, goal(served=1), {}).steps) == ["make_cup", "make_cup", "serve", "smash"]
    assert sorted(search(graph, goal(toast=1), {"cup": 1}).steps) == ["make_cup", "smash", "toast"]


@SEARCHES
def test_places_come_last_and_expire(search):
    graph = graph_of(
        ("find_tree", FIND, {"near.tree": 1}),
        ("find_table", FIND, {"near.table": 1}),
        ("chop", ACT, {"log": 1}, {}, {"near.tree": 1}),
        ("make_bow", CRAFT, {"bow": 1}, {"log": 2}, {"near.table": 1}),
        kinds=PLACES,
    )
    plan = search(graph, goal(bow=1), {"near.table": 1})
    assert plan.steps == ("find_tree", "chop", "chop", "find_table", "make_bow")
    assert search(graph, goal(bow=1), {"near.table": 1, "log": 2}).steps == ("make_bow",)


def smithy(*extra, **options):
    return graph_of(
        ("collect_wood", ACT, {"wood": 1}),
        ("collect_stone", ACT, {"stone": 1}),
        ("find_table", FIND, {"near.table": 1}),
        ("find_furnace", FIND, {"near.furnace": 1}),
        ("make_pick", CRAFT, {"pick": 1}, {"wood": 1}, {"near.table": 1, "near.furnace": 1}),
        *extra,
        kinds=PLACES,
        **options,
    )


PLACE_FURNACE = ("place_furnace", CRAFT, {"near.furnace": 1}, {"stone": 2}, {"near.table": 1})


@SEARCHES
def test_two_places_at_once_take_one_find_at_most(search):
    plan = search(smithy(PLACE_FURNACE), goal(pick=1), {})
    assert plan.steps == (
        "collect_wood",
        "collect_stone",
        "collect_stone",
        "find_table",
        "place_furnace",
        "make_pick",
    )


@SEARCHES
def test_two_places_that_only_finds_reach_cannot_hold_together(search):
    plan = search(smithy(), goal(pick=1), {})
    assert not plan.possible
    assert sum(plan.missing.values()) == 1 and plan.missing.keys() <= {"near.table", "near.furnace"}


@SEARCHES
def test_a_load_that_cannot_be_carried_at_once_is_fetched_twice(search):
    graph = graph_of(
        ("collect_wood", ACT, {"wood": 1}),
        ("place_table", CRAFT, {"near.table": 1}, {"wood": 3}),
        ("make_bow", CRAFT, {"bow": 1}, {"wood": 2}, {"near.table": 1}),
        kinds=PLACES,
        highs={"wood": 4},
    )
    plan = search(graph, goal(bow=1), {})
    assert sorted(plan.steps) == ["collect_wood"] * 5 + ["make_bow", "place_table"]
    held = 0
    for name in plan.steps:
        held += {"collect_wood": 1, "place_table": -3, "make_bow": -2}[name]
        assert 0 <= held <= 4


@SEARCHES
def test_more_than_can_be_carried_is_missing(search):
    graph = graph_of(("collect_wood", ACT, {"wood": 1}), highs={"wood": 9})
    assert search(graph, goal(wood=12), {}).missing == {"wood": 3}


@SEARCHES
def test_missing_counts_are_exact(search):
    graph = graph_of(
        ("smelt", CRAFT, {"ingot": 1}, {"ore": 1, "coal": 2}),
        ("make_pick", CRAFT, {"pick": 1}, {"ingot": 3}),
        ("dig_coal", ACT, {"coal": 1}),
    )
    plan = search(graph, goal(pick=1), {"ore": 1})
    assert plan.missing == {"ore": 2}
    assert plan.steps.count("smelt") == 3 and plan.steps.count("dig_coal") == 6
    assert search(graph, goal(pick=1), {"ore": 3}).missing == {}
    assert search(graph, goal(unicorn=2), {}).missing == {"unicorn": 2}


def test_impossible_goals_say_what_is_missing():
    graph = smithy()
    plan = decompose(graph, Goal(facts={"iron": 3, "wood": 1}, text="an anvil"), {})
    with pytest.raises(NoPlan, match=r"^cannot reach 'an anvil': missing 3 iron \(no skill produces it\)$"):
        require_possible(plan, graph)
    plan = decompose(graph, goal(pick=1), {})
    with pytest.raises(
        NoPlan, match=r"cannot reach 'pick=1': missing 1 near\.\w+ \(cannot be had from here\)"
    ):
        require_possible(plan, graph)
    possible = decompose(graph, goal(wood=1), {})
    assert require_possible(possible) is possible


@SEARCHES
def test_unavailable_skills_are_used_only_on_request(search):
    graph = graph_of(*WOODWORK)
    graph.set_available("whittle", False)
    assert search(graph, goal(sword=1), {}).missing == {"stick": 1}
    assert search(graph, goal(sword=1), {}, only_available=False).missing == {}
    graph.set_available("whittle", True)
    assert search(graph, goal(sword=1), {}).missing == {}


@SEARCHES
def test_a_level_is_reached_not_added_to(search):
    graph = graph_of(
        ("nap", ACT, {"energy": 3}),
        ("sleep", ACT, {"energy": 9}),
        ("climb", ACT, {"peak": 1}, {}, {"energy": 5}),
        kinds={"energy": "level"},
    )
    assert search(graph, goal(peak=1), {"energy": 4}).steps == ("sleep", "climb")
    assert search(graph, goal(peak=1), {"energy": 5}).steps == ("climb",)


ROADS = (
    ("trade", CRAFT, {"gold": 1}, {"pearl": 1}),
    ("pan", ACT, {"gold": 1}),
    ("mint", CRAFT, {"coin": 1}, {"gold": 2}),
)


@SEARCHES
def test_another_producer_when_the_first_leads_to_missing_things(search):
    assert search(graph_of(*ROADS), goal(coin=1), {}).steps == ("pan", "pan", "mint")
    assert search(graph_of(*ROADS), goal(coin=1), {"pearl": 1}).missing == {}


@SEARCHES
def test_the_way_that_lacks_least_when_every_way_lacks_something(search):
    graph = graph_of(
        ("trade", CRAFT, {"gold": 1}, {"pearl": 3}),
        ("rob", CRAFT, {"gold": 1}, {"map": 1}),
    )
    assert search(graph, goal(gold=1), {}).missing == {"map": 1}


CIRCLE = (
    ("hatch", ACT, {"hen": 1}, {"egg": 1}),
    ("lay", ACT, {"egg": 1}, {}, {"hen": 1}),
)


def test_a_circle_without_a_way_in():
    graph = graph_of(*CIRCLE)
    with pytest.raises(SkillCycle, match=r"hen cannot be had before hen: hatch needs lay needs hen"):
        decompose(graph, goal(hen=1), {})
    assert cheapest(graph, goal(hen=1), {}).missing in ({"hen": 1}, {"egg": 1})


@SEARCHES
def test_a_circle_is_entered_where_something_is_held_or_bought(search):
    assert search(graph_of(*CIRCLE), goal(hen=2), {"hen": 1}).steps == ("lay", "hatch")
    assert search(graph_of(*CIRCLE), goal(hen=1), {"egg": 1}).steps == ("hatch",)
    graph = graph_of(*CIRCLE, ("buy", ACT, {"egg": 1}))
    assert search(graph, goal(hen=1), {}).steps == ("buy", "hatch")


def test_a_place_that_needs_itself_is_a_circle():
    graph = graph_of(
        ("walk", ACT, {"near.table": 1}, {}, {"near.tree": 1}),
        ("back", ACT, {"near.tree": 1}, {}, {"near.table": 1}),
        kinds=PLACES,
    )
    with pytest.raises(SkillCycle, match=r"near\.t"):
        decompose(graph, goal(near__table=1), {})
    assert not cheapest(graph, goal(near__table=1), {}).possible


@SEARCHES
def test_plans_that_grow_too_long_are_refused(search):
    # Each thing takes two of the one before: 2 ** 39 executions of the first skill.
    chain = [(f"s{i}", CRAFT, {f"f{i}": 1}, {f"f{i - 1}": 2} if i else {}) for i in range(40)]
    with pytest.raises(SearchTooDeep, match="more than 10000 executions"):
        search(graph_of(*chain), goal(f39=1), {})
    with pytest.raises(SearchTooDeep, match="more than 3 executions"):
        search(graph_of(*WOODWORK), goal(sword=1), {}, max_steps=3)


@pytest.mark.slow
@SEARCHES
def test_a_deep_chain_needs_no_deep_recursion(search):
    chain = [(f"s{i}", CRAFT, {f"f{i}": 1}, {f"f{i - 1}": 1} if i else {}) for i in range(3000)]
    assert search(graph_of(*chain), goal(f2999=1), {}).steps == tuple(f"s{i}" for i in range(3000))


@SEARCHES
def test_an_empty_graph_and_an_empty_goal(search):
    assert search(SkillGraph("test", {}), Goal(facts={}), {}).steps == ()
    assert search(SkillGraph("test", {}), goal(wood=2), {"wood": 1}).missing == {"wood": 1}


@pytest.mark.slow
@SEARCHES
@pytest.mark.parametrize("have", [{}, {"stone_pick": 1}, {"boards": 3, "wood_pick": 1, "near.table": 1}])
@pytest.mark.parametrize("target", RECIPES)
def test_no_longer_than_the_published_search(search, target, have):
    graph = recipe_graph()
    plan = search(graph, goal(**{target.replace(".", "__"): 1}), have)
    published, missing = published_search(target, have)
    assert missing == {} and plan.missing == {}
    assert simulate(graph, plan.steps, have)[target] >= 1
    assert len(plan.steps) <= len(published)


def test_the_longest_plan_visits_each_place_once_for_many():
    # 5 bars take 5 charcoal, which is one visit to the oven instead of five ovens.
    plan = decompose(recipe_graph(), goal(funnel=1), {})
    assert plan.steps.count("near.oven") == 1
    assert len(published_search("funnel", {})[0]) > 1.5 * len(plan.steps)


@SEARCHES
def test_equal_arguments_give_equal_plans(search):
    first = search(recipe_graph(), goal(funnel=1), {"boards": 2})
    assert first == search(recipe_graph(), goal(funnel=1), {"boards": 2})
