"""Plans that count on what an event may bring."""

from planners.search.by_chance import with_chance
from planners.search.search import cheapest, decompose
from tests.planners.small_graphs import ACT, SEARCHES, goal, graph_of

KINDS = {"did.pickup": "event", "did.eat": "event"}
PICK_UP = ("pick_up", ACT, {"did.pickup": 1})
EAT = ("eat", ACT, {"did.eat": 1}, {"food": 1})
MAY_BRING = {"did.pickup": ("food", "wands")}


@SEARCHES
def test_what_no_skill_brings_is_hoped_for(search):
    find = with_chance(search, MAY_BRING)
    plan = find(graph_of(PICK_UP, EAT, kinds=KINDS), goal(did__eat=1), {})
    assert plan.possible
    assert plan.steps == ("pick_up", "eat")
    assert plan.hoped == {"food": "pick_up"}
    assert (
        plan.expected_steps
        == cheapest(graph_of(PICK_UP, kinds=KINDS), goal(did__pickup=1), {}).expected_steps
        + cheapest(graph_of(EAT, kinds=KINDS), goal(did__eat=1), {"food": 1}).expected_steps
    )


@SEARCHES
def test_a_plan_without_luck_comes_first(search):
    find = with_chance(search, MAY_BRING)
    graph = graph_of(PICK_UP, EAT, ("bake", ACT, {"food": 1}), kinds=KINDS)
    assert find(graph, goal(did__eat=1), {}) == search(graph, goal(did__eat=1), {})
    assert find(graph, goal(did__eat=1), {"food": 1}).steps == ("eat",)


def test_luck_does_not_bring_everything():
    graph = graph_of(PICK_UP, ("dig", ACT, {"gold": 1}, {"shovel": 1}), kinds=KINDS)
    for find in (with_chance(cheapest, MAY_BRING), with_chance(decompose, MAY_BRING)):
        plan = find(graph, goal(gold=1), {})
        assert (plan.missing, plan.hoped) == ({"shovel": 1}, {})


def test_nothing_is_hoped_for_where_the_event_cannot_be_brought_about():
    plan = with_chance(cheapest, MAY_BRING)(graph_of(EAT, kinds=KINDS), goal(did__eat=1), {})
    assert (plan.missing, plan.hoped) == ({"food": 1}, {})


def test_the_event_must_happen_once_more():
    plan = with_chance(cheapest, MAY_BRING)(
        graph_of(PICK_UP, EAT, kinds=KINDS), goal(did__eat=1), {"did.pickup": 7}
    )
    assert plan.steps == ("pick_up", "eat")
