"""The searches: hand-worked plans, impossible goals, alternatives, and properties on random graphs."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.errors import NoPlan, SearchTooDeep, SkillCycle
from planners.graph import SkillGraph
from planners.plan import Goal
from planners.rules import expected_steps
from planners.search import cheapest, cheapest_goal, decompose, require_possible
from planners.simulate import simulate
from skills.skill import Effects, SkillKind, SkillStats
from tests.planners.recipes import RECIPES, published_search, recipe_graph

FIND, ACT, CRAFT = SkillKind.FIND, SkillKind.ACT, SkillKind.CRAFT
SEARCHES = pytest.mark.parametrize("search", [decompose, cheapest])


def graph_of(*skills, kinds=None, highs=None, **stats):
    """Skills as (name, kind, obtains, consumes, requires), and their (successes, failures, steps) by name."""
    graph = SkillGraph("test", kinds or {}, highs)
    for name, kind, obtains, *rest in skills:
        consumes, requires = [*rest, {}, {}][:2]
        effects = Effects(obtains=obtains, consumes=consumes, requires=requires)
        wins, losses, steps = stats.get(name, (0, 0, 0))
        record = SkillStats(successes=wins, failures=losses, steps=steps)
        graph.add_skill(name, kind, effects, available=True, stats=record)
    return graph


def goal(**facts):
    return Goal(facts={name.replace("__", "."): count for name, count in facts.items()})


WOODWORK = (
    ("chop", ACT, {"log": 1}),
    ("saw", CRAFT, {"plank": 4}, {"log": 1}),
    ("whittle", CRAFT, {"stick": 4}, {"plank": 2}),
    ("make_sword", CRAFT, {"sword": 1}, {"plank": 2, "stick": 1}),
)


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


PLACES = {"near.tree": "place", "near.table": "place", "near.furnace": "place", "known.table": "known"}


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


@SEARCHES
def test_a_deep_chain_needs_no_deep_recursion(search):
    chain = [(f"s{i}", CRAFT, {f"f{i}": 1}, {f"f{i - 1}": 1} if i else {}) for i in range(3000)]
    assert search(graph_of(*chain), goal(f2999=1), {}).steps == tuple(f"s{i}" for i in range(3000))


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


@SEARCHES
def test_an_empty_graph_and_an_empty_goal(search):
    assert search(SkillGraph("test", {}), Goal(facts={}), {}).steps == ()
    assert search(SkillGraph("test", {}), goal(wood=2), {"wood": 1}).missing == {"wood": 1}


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


@st.composite
def random_case(draw, alternatives):
    """A graph without circles, a goal, and what is held; things need things of lower number."""
    places = draw(st.integers(0, 3))
    kinds = {f"p{i}": "place" for i in range(places)}
    graph = SkillGraph("random", kinds)
    for i in range(places):
        graph.add_skill(f"find_{i}", FIND, Effects(obtains={f"p{i}": 1}), available=True)
    size = draw(st.integers(2, 9))
    counts = st.integers(1, 3)
    for i in range(2, size):
        for way in range(draw(st.integers(1, 3 if alternatives else 1))):
            lower = st.sampled_from([f"f{j}" for j in range(i)])
            consumes = draw(st.dictionaries(lower, counts, max_size=2))
            requires = draw(st.dictionaries(lower, counts, max_size=2))
            if places and draw(st.booleans()):
                part = consumes if draw(st.booleans()) else requires
                part[f"p{draw(st.integers(0, places - 1))}"] = 1
            obtains = {f"f{i}": draw(counts)}
            if draw(st.booleans()):
                obtains[f"by{i}"] = 1
            effects = Effects(consumes=consumes, requires=requires, obtains=obtains)
            graph.add_skill(f"make_{i}_{way}", CRAFT, effects, available=True)
    facts = st.sampled_from([f"f{i}" for i in range(size)] + [f"p{i}" for i in range(places)])
    have = draw(st.dictionaries(facts, counts, max_size=3))
    wanted = {f"f{draw(st.integers(0, size - 1))}": draw(counts)}
    return graph, Goal(facts=wanted), have


@SEARCHES
@given(data=st.data(), alternatives=st.booleans())
@settings(max_examples=150, deadline=None)
def test_random_plans_are_executable_and_missing_is_exact(search, data, alternatives):
    graph, wanted, have = data.draw(random_case(alternatives))
    try:
        plan = search(graph, wanted, have, max_steps=2000)
    except SearchTooDeep:
        return
    given_all = {**have}
    for fact, count in plan.missing.items():
        assert graph.producers(fact) == ()
        given_all[fact] = given_all.get(fact, 0) + count
    after = simulate(graph, plan.steps, given_all)
    assert all(after.get(fact, 0) >= count for fact, count in wanted.facts.items())
    for fact in plan.missing:
        with pytest.raises((NoPlan, AssertionError)):
            after = simulate(graph, plan.steps, {**given_all, fact: given_all[fact] - 1})
            assert all(after.get(fact, 0) >= count for fact, count in wanted.facts.items())
    for i in range(len(plan.steps)):
        with pytest.raises((NoPlan, AssertionError)):
            after = simulate(graph, plan.steps[:i] + plan.steps[i + 1 :], given_all)
            assert all(after.get(fact, 0) >= count for fact, count in wanted.facts.items())


@st.composite
def tangled_case(draw):
    """Any graph at all: circles, several producers, places that need things, levels, limits."""
    kinds = {"p0": "place", "p1": "place", "l0": "level", "e0": "event"}
    facts = [*kinds, *(f"f{i}" for i in range(5))]
    counts = st.integers(1, 3)
    amounts = st.dictionaries(st.sampled_from(facts), counts, max_size=2)
    highs = draw(st.dictionaries(st.sampled_from(facts[4:]), st.integers(3, 6), max_size=3))
    graph = SkillGraph("tangled", kinds, highs)
    for i in range(draw(st.integers(1, 9))):
        obtains = draw(st.dictionaries(st.sampled_from(facts), counts, min_size=1, max_size=2))
        effects = Effects(consumes=draw(amounts), requires=draw(amounts), obtains=obtains)
        graph.add_skill(f"s{i}", draw(st.sampled_from([FIND, ACT, CRAFT])), effects, available=True)
    return graph, Goal(facts=draw(amounts)), draw(amounts)


@given(case=tangled_case())
@settings(max_examples=300, deadline=None)
def test_tangled_graphs_give_a_valid_plan_or_say_why_not(case):
    graph, wanted, have = case
    try:
        plans = [cheapest(graph, wanted, have, max_steps=500)]
    except SearchTooDeep:
        return
    with suppress(SkillCycle, SearchTooDeep):
        plans.append(decompose(graph, wanted, have, max_steps=500))
    for plan in plans:
        if plan.possible:
            after = simulate(graph, plan.steps, have)
            assert all(after.get(fact, 0) >= count for fact, count in wanted.facts.items())
        else:
            assert all(count > 0 for count in plan.missing.values())


@given(case=random_case(alternatives=True), targets=st.lists(st.integers(0, 8), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_cheapest_goal_agrees_with_planning_for_every_goal(case, targets):
    graph, _, have = case
    goals = [Goal(facts={f"f{i}": 1}) for i in targets]
    possible = [plan for plan in (cheapest(graph, each, have) for each in goals) if plan.possible]
    plan = cheapest_goal(graph, goals, have)
    if not possible:
        assert plan is None
    else:
        assert plan is not None and plan.possible
        assert plan.expected_steps >= min(other.expected_steps for other in possible) - 1e-9
