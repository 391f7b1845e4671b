"""Carrying out plans on paper: deductions, expiry, and messages that name the step."""

import pytest

from planners.errors import NoPlan
from planners.graph.graph import SkillGraph
from planners.search.simulate import simulate
from skills.skill import Effects, SkillKind

FIND, ACT, CRAFT = SkillKind.FIND, SkillKind.ACT, SkillKind.CRAFT
KINDS = {
    "near.tree": "place",
    "near.table": "place",
    "food": "level",
    "did.eat": "event",
    "known.tree": "known",
}


@pytest.fixture
def graph():
    graph = SkillGraph("test", KINDS)
    add = graph.add_skill
    add("find_tree", FIND, Effects(obtains={"near.tree": 1, "known.tree": 1}))
    add("chop", ACT, Effects(requires={"near.tree": 1}, obtains={"log": 2}))
    add("place_table", CRAFT, Effects(consumes={"log": 1}, obtains={"near.table": 1}))
    add("climb", ACT, Effects(consumes={"near.tree": 1}, obtains={"view": 1}))
    add("eat", ACT, Effects(consumes={"apple": 1}, requires={"apple": 2}, obtains={"food": 6, "did.eat": 1}))
    return graph


def test_counts_add_up_and_requirements_stay(graph):
    after = simulate(graph, ["find_tree", "chop", "chop"], {"log": 1})
    assert after == {"near.tree": 1, "known.tree": 1, "log": 5}


def test_a_find_skill_ends_other_places_and_nothing_else_does(graph):
    after = simulate(graph, ["find_tree", "chop", "place_table"], {})
    assert (after["near.tree"], after["near.table"]) == (1, 1)
    after = simulate(graph, ["find_tree", "chop", "place_table", "find_tree"], {})
    assert (after["near.tree"], after["near.table"]) == (1, 0)


def test_a_place_can_be_used_up(graph):
    with pytest.raises(NoPlan, match=r"^step 2 of 3: climb lacks 1 near\.tree$"):
        simulate(graph, ["find_tree", "climb", "climb"], {})


def test_levels_are_reached_and_events_counted(graph):
    after = simulate(graph, ["eat", "eat"], {"apple": 3, "food": 8, "did.eat": 1})
    assert after == {"apple": 1, "food": 8, "did.eat": 3}
    # The second apple must be there although only one is eaten.
    with pytest.raises(NoPlan, match=r"^step 0 of 1: eat lacks 1 apple$"):
        simulate(graph, ["eat"], {"apple": 1})


def test_nothing_given_is_changed(graph):
    have = {"log": 1}
    simulate(graph, ["place_table"], have)
    assert have == {"log": 1}
    assert simulate(graph, [], have) == have


def test_unknown_skills_are_named(graph):
    with pytest.raises(NoPlan, match=r"^step 1 of 2: the graph has no skill 'chopp'; did you mean 'chop'"):
        simulate(graph, ["find_tree", "chopp"], {})
