"""Of many producers of a fact, plans choose among the cheapest few by what they do."""

import pytest

from planners.graph.evidence import Evidence
from planners.graph.graph import MOST_PRODUCERS, SkillGraph
from planners.plan import Goal
from planners.search.cap import ALIKE
from planners.search.compiled import rules_of
from planners.search.search import cheapest
from planners.search.simulate import simulate
from skills.skill import Effects, SkillKind, SkillStats

WOOD = Effects(obtains={"wood": 1})


def graph_of(**skills: tuple[Effects, int]) -> SkillGraph:
    """A graph of crafts, each with its effects and its steps; all of them always succeed."""
    graph = SkillGraph("cap", {})
    for name, (effects, steps) in skills.items():
        stats = SkillStats(successes=98, steps=98 * steps)
        graph.add_skill(name, SkillKind.CRAFT, effects, stats=stats, available=True)
    return graph


def chosen(graph: SkillGraph, fact: str) -> list[str]:
    return [rule.name for rule in rules_of(graph, only_available=True).producers[fact]]


def copies(count: int, effects: Effects, steps: int) -> dict[str, tuple[Effects, int]]:
    return {f"copy_{i}": (effects, steps + i) for i in range(count)}


def ways(count: int) -> dict[str, tuple[Effects, int]]:
    """As many ways to wood, each with a tool of its own, the first the quickest."""
    return {
        f"way_{i}": (Effects(requires={f"tool_{i}": 1}, obtains={"wood": 1}), 10 + 10 * i)
        for i in range(count)
    }


def test_few_producers_are_all_kept() -> None:
    graph = graph_of(**copies(MOST_PRODUCERS, WOOD, 10))
    assert len(chosen(graph, "wood")) == MOST_PRODUCERS


def test_of_copies_the_cheapest_is_kept_and_one_in_reserve() -> None:
    graph = graph_of(**copies(20, WOOD, 40), best=(WOOD, 5), second=(WOOD, 9))
    assert chosen(graph, "wood") == ["best", "second"]
    assert ALIKE == 2
    penalties = {"best": 100.0}  # what keeps failing is left for the one in reserve
    assert cheapest(graph, Goal(facts={"wood": 1}), {}, penalties=penalties).steps == ("second",)


def test_what_is_cheap_from_nothing_and_what_is_cheap_with_its_needs_at_hand_are_both_kept() -> None:
    chop = Effects(requires={"axe": 1}, obtains={"wood": 1})
    tools = {f"make_{i}": (Effects(obtains={f"tool_{i}": 1}), 30) for i in range(20)}
    axe = (Effects(obtains={"axe": 1}), 900)
    graph = graph_of(**ways(20), **tools, gather=(WOOD, 38), chop=(chop, 2), make_axe=axe)
    assert {"gather", "chop"} <= set(chosen(graph, "wood"))
    assert cheapest(graph, Goal(facts={"wood": 1}), {}).steps == ("gather",)
    assert cheapest(graph, Goal(facts={"wood": 1}), {"axe": 1}).steps == ("chop",)


def test_the_number_is_a_setting_of_the_graph() -> None:
    graph = graph_of(**ways(9))
    assert len(chosen(graph, "wood")) == MOST_PRODUCERS
    graph.most_producers = 2
    assert chosen(graph, "wood") == ["way_0", "way_1"]
    graph.most_producers = 9
    assert len(chosen(graph, "wood")) == 9
    assert graph.copy().most_producers == 9


def test_names_and_descriptions_count_for_nothing() -> None:
    skills = {**copies(9, WOOD, 40), "best": (WOOD, 5)}
    one = graph_of(**skills)
    two = SkillGraph("cap", {})
    for i, name in enumerate(one.skills()):
        two.add_skill(
            f"wood_wood_{i}", SkillKind.CRAFT, one.belief(name), stats=one.stats(name), available=True,
            description="the very best way to get wood",
        )  # fmt: skip
    assert [one.skills().index(name) for name in chosen(one, "wood")] == [
        two.skills().index(name) for name in chosen(two, "wood")
    ]


def test_a_skill_left_out_for_one_fact_may_still_bring_another() -> None:
    both = Effects(obtains={"wood": 1, "bark": 1})
    graph = graph_of(**ways(9), gather=(WOOD, 40), forage=(WOOD, 50), strip=(both, 300))
    assert "strip" not in chosen(graph, "wood")
    assert chosen(graph, "bark") == ["strip"]
    assert cheapest(graph, Goal(facts={"bark": 1}), {}).steps == ("strip",)


def test_what_is_left_out_of_plans_can_still_be_followed_by_hand() -> None:
    graph = graph_of(**copies(9, WOOD, 5), slow=(WOOD, 300))
    assert "slow" not in chosen(graph, "wood")
    assert simulate(graph, ["slow"], {}) == {"wood": 1}


@pytest.mark.parametrize("change", ["stats", "available", "evidence", "added"])
def test_plans_follow_every_change_of_the_graph(change: str) -> None:
    chop = Effects(requires={"axe": 1}, obtains={"wood": 1})
    graph = graph_of(**copies(9, WOOD, 5), fast=(WOOD, 2), faster=(chop, 1))
    goal = Goal(facts={"wood": 1})
    assert cheapest(graph, goal, {}).steps == ("fast",)
    if change == "stats":
        graph.set_stats("fast", SkillStats(successes=1, failures=200, steps=400))
    elif change == "available":
        graph.set_available("fast", False)
    elif change == "evidence":
        evidence = Evidence()
        for _ in range(40):  # it does without the axe
            evidence.record_success({"axe": 0}, {"wood": 1}, {"axe": 1}, {})
        graph.set_evidence("faster", evidence)
    else:
        graph.add_skill(
            "fastest", SkillKind.CRAFT, WOOD, stats=SkillStats(successes=98, steps=98), available=True
        )
    expected = {"added": "fastest", "evidence": "faster"}
    assert cheapest(graph, goal, {}).steps == (expected.get(change, "copy_0"),)


def test_plans_are_the_same_whatever_was_planned_before() -> None:
    """The choice is a function of the graph, not of the order of its changes."""
    skills = {**copies(30, WOOD, 10), "best": (WOOD, 5)}
    told, fresh = graph_of(**skills), graph_of(**skills)
    for steps in (50, 7, 30, 12):
        told.set_stats("copy_3", SkillStats(successes=98, steps=98 * steps))
        chosen(told, "wood")
    fresh.set_stats("copy_3", SkillStats(successes=98, steps=98 * 12))
    assert chosen(told, "wood") == chosen(fresh, "wood")


def test_what_brings_less_crowds_out_nothing_that_brings_more() -> None:
    kinds = {"tier": "status"}
    graph = SkillGraph("cap", kinds)
    stats = SkillStats(successes=98, steps=980)
    for tier in range(1, 9):
        claim = Effects(consumes={"ore": tier} if tier > 1 else {}, obtains={"tier": tier})
        graph.add_skill(f"make_{tier}", SkillKind.CRAFT, claim, stats=stats, available=True)
    graph.add_skill("dig", SkillKind.ACT, Effects(obtains={"ore": 1}), stats=stats, available=True)
    assert len(chosen(graph, "tier")) == 8
    assert cheapest(graph, Goal(facts={"tier": 8}), {}).steps == (*["dig"] * 8, "make_8")
