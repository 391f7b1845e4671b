"""Properties of the searches on random graphs: without circles, and with anything at all."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.errors import NoPlan, SearchTooDeep, SkillCycle
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from planners.search import ordering
from planners.search.compiled import rules_of
from planners.search.regression import Circle, ProducerChoice
from planners.search.search import MAX_STEPS, _Search, cheapest, cheapest_goal, decompose
from planners.search.simulate import simulate
from planners.search.world import World
from skills.skill import Effects
from tests.planners.small_graphs import ACT, CRAFT, FIND, SEARCHES


def assert_reached(graph, steps, have, wanted):
    """The steps can be carried out from what is held, and then the goal holds."""
    after = simulate(graph, steps, have)
    assert all(after.get(fact, 0) >= count for fact, count in wanted.facts.items())


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


@pytest.mark.slow
@SEARCHES
@given(data=st.data(), alternatives=st.booleans())
@settings(max_examples=150, deadline=None)
@pytest.mark.one_in(2)
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
    assert_reached(graph, plan.steps, given_all, wanted)
    for fact in plan.missing:
        with pytest.raises((NoPlan, AssertionError)):
            assert_reached(graph, plan.steps, {**given_all, fact: given_all[fact] - 1}, wanted)
    for i in range(len(plan.steps)):
        with pytest.raises((NoPlan, AssertionError)):
            assert_reached(graph, plan.steps[:i] + plan.steps[i + 1 :], given_all, wanted)


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


@pytest.mark.slow
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
            assert_reached(graph, plan.steps, have, wanted)
        else:
            assert all(count > 0 for count in plan.missing.values())


@pytest.mark.slow
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


def searcher(graph, have):
    return _Search(rules_of(graph, only_available=True), have, lambda rule: rule.cost, "", MAX_STEPS)


@given(case=random_case(alternatives=True), targets=st.lists(st.integers(0, 8), min_size=2, max_size=4))
@settings(max_examples=60, deadline=None)
def test_goals_that_share_a_beginning_are_planned_for_as_if_alone(case, targets):
    graph, _, have = case
    together = searcher(graph, have)
    facts = dict.fromkeys(f"f{target}" for target in targets)
    for end in range(1, len(facts) + 1):
        goal = Goal(facts=dict.fromkeys(list(facts)[:end], 2))
        assert together.find(goal, lenient=True) == searcher(graph, have).find(goal, lenient=True)


@given(case=random_case(alternatives=True))
@settings(max_examples=60, deadline=None)
def test_what_is_settled_comes_out_the_same_with_what_is_at_hand(case):
    graph, wanted, have = case
    search = searcher(graph, have)
    goal = search._rules.goal_rule(wanted)
    choice = ProducerChoice(own=search._own, costs=search._scratch())
    with suppress(Circle):
        found = search._run(goal, choice, search._at_hand())
        if found.settled:
            other = search._run(goal, replace(choice, stock=search._at_hand()))
            assert (other.steps, other.missing, other.cost) == (found.steps, found.missing, found.cost)


@given(case=random_case(alternatives=True))
@settings(max_examples=60, deadline=None)
def test_moving_up_what_only_adds_is_as_carrying_out_the_whole_plan(case):
    graph, wanted, have = case
    search = searcher(graph, have)
    found = search.find(Goal(facts={**wanted.facts, "f0": 3}), lenient=True)
    rule = search._rules.goal_rule(wanted)
    if not found.missing:
        quick = ordering.group(search._rules, found.steps, rule, World(search._rules, have))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ordering, "_only_adds", lambda rule: False)
            slow = ordering.group(search._rules, found.steps, rule, World(search._rules, have))
        assert quick == slow
