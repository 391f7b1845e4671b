"""What people type, and what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.facts import FactSpec
from envs.game import GameSpec
from envs.text import plain
from planners.errors import UnknownGoal
from planners.goal_parser import parse_goal
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind

VOCABULARY = {
    "wood": "count", "stone": "count", "iron": "count", "diamond": "count", "sapling": "count",
    "wood_pickaxe": "count", "iron_pickaxe": "count",
    "food": "level", "near.table": "place",
    "did.collect_wood": "event", "did.eat_cow": "event", "did.defeat_zombie": "event",
}  # fmt: skip

SPEC = GameSpec(
    name="test",
    title="Test",
    actions=("noop",),
    facts=tuple(FactSpec(name=n, description=n, kind=k, high=9) for n, k in VOCABULARY.items()),
    seekable={},
    explorable={},
    encoding_size=1,
    max_steps=10,
    aliases={
        "log": "wood",
        "workbench": "near.table",
        "steak": "eat_cow",
        "shiny rock": "diamond",
        "slaughter": "defeat",
    },
)


@pytest.fixture
def graph():
    return small_graph()


def small_graph():
    graph = SkillGraph("test", VOCABULARY, {"stone": 9})
    act, craft = SkillKind.ACT, SkillKind.CRAFT
    graph.add_skill("collect_wood", act, Effects(obtains={"wood": 1, "did.collect_wood": 1}))
    graph.add_skill("collect_stone", act, Effects(obtains={"stone": 1}))
    graph.add_skill("collect_diamond", act, Effects(obtains={"diamond": 1}))
    graph.add_skill("find_table", SkillKind.FIND, Effects(obtains={"near.table": 1}))
    graph.add_skill("make_wood_pickaxe", craft, Effects(obtains={"wood_pickaxe": 1}))
    graph.add_skill("make_iron_pickaxe", craft, Effects(obtains={"iron_pickaxe": 1}))
    graph.add_skill(
        "eat_cow", act, Effects(obtains={"food": 6, "did.eat_cow": 1}), description="Hunt a cow for its beef."
    )
    graph.add_skill("defeat_zombie", act, Effects(obtains={"did.defeat_zombie": 1}))
    return graph


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("collect_diamond", {"diamond": 1}),
        ("  collect_wood ", {"wood": 1, "did.collect_wood": 1}),
        ("iron", {"iron": 1}),
        ("did.eat_cow", {"did.eat_cow": 1}),
        ("near.table", {"near.table": 1}),
        ("food", {"food": 6}),
        ("stone=5", {"stone": 5}),
        ("wood = 3, stone>=2", {"wood": 3, "stone": 2}),
        ("log=2", {"wood": 2}),
        ("make an iron pickaxe", {"iron_pickaxe": 1}),
        ("Please craft me an Iron Pickaxe!", {"iron_pickaxe": 1}),
        ("collect a diamond", {"diamond": 1}),
        ("mine diamonds", {"diamond": 1}),
        ("get 5 stone", {"stone": 5}),
        ("five stones", {"stone": 5}),
        ("two wood", {"wood": 2}),
        ("kill a zombie", {"did.defeat_zombie": 1}),
        ("fight three zombies", {"did.defeat_zombie": 3}),
        ("eat a cow", {"food": 6, "did.eat_cow": 1}),
        ("hunt for beef", {"food": 6, "did.eat_cow": 1}),
        ("collect dimond", {"diamond": 1}),
        ("find the table", {"near.table": 1}),
        ("log", {"wood": 1}),
        ("gather four logs", {"wood": 4}),
        ("a workbench", {"near.table": 1}),
        ("steak", {"food": 6, "did.eat_cow": 1}),
        ("shiny rock", {"diamond": 1}),
        ("get the shiny rock", {"diamond": 1}),
        ("slaughter a zombie", {"did.defeat_zombie": 1}),
    ],
)
def test_goals(graph, text, facts):
    goal = parse_goal(text, graph, SPEC)
    assert dict(goal.facts) == facts
    assert goal.text == text.strip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"^the goal is empty; name one, for example 'collect_wood' or 'wood=3'$"),
        ("unicorn", r"^no goal 'unicorn'\. Skills: collect_wood, .*defeat_zombie\.$"),
        ("make", r"^no goal 'make'"),
        ("a pickaxe", r"^no goal 'a pickaxe'; did you mean 'wood_pickaxe' or 'iron_pickaxe'\? Skills: "),
        ("stone=12", r"^stone=12 can never hold; stone is at most 9$"),
        ("get twelve stones", r"^stone=12 can never hold; stone is at most 9$"),
        ("ston=2", r"^no fact 'ston'; did you mean 'stone'"),
        ("stone=many", r"^'stone=many' is not of the form fact=count with a count of at least 1$"),
        ("stone=0", r"^'stone=0' is not of the form fact=count"),
        ("wood=1, =2", r"^'=2' is not of the form fact=count"),
    ],
)
def test_goals_that_are_refused(graph, text, message):
    with pytest.raises(UnknownGoal, match=message):
        parse_goal(text, graph, SPEC)


@pytest.mark.parametrize(
    ("text", "facts", "understood"),
    [
        ("collect 3 stone, make an iron pickaxe", {"stone": 3, "iron_pickaxe": 1}, "3 stone, 1 iron_pickaxe"),
        ("3 wood and 2 stone", {"wood": 3, "stone": 2}, "3 wood, 2 stone"),
        ("collect 3 wood and 2 stone", {"wood": 3, "stone": 2}, "3 wood, 2 stone"),
        ("collect wood and stone", {"wood": 1, "did.collect_wood": 1, "stone": 1}, "1 wood, 1 stone"),
        ("kill a zombie and find a table", {"did.defeat_zombie": 1, "near.table": 1},
         "defeat_zombie, near table"),
        ("fight 3 zombies & 2 logs", {"did.defeat_zombie": 3, "wood": 2}, "defeat_zombie 3 times, 2 wood"),
        ("wood=3 and an iron pickaxe", {"wood": 3, "iron_pickaxe": 1}, "3 wood, 1 iron_pickaxe"),
        ("wood = 2 stone = 3", {"wood": 2, "stone": 3}, "2 wood, 3 stone"),
        ("first 2 wood, then 2 stone", {"wood": 2, "stone": 2},
         "2 wood, 2 stone (their order is the planner's)"),
        ("wood, collect_wood", {"wood": 1, "did.collect_wood": 1}, "1 wood"),
        ("2 wood, collect_wood", {"wood": 2, "did.collect_wood": 1}, "2 wood, 1 wood"),
        ("collect dimond", {"diamond": 1}, "1 diamond ('dimond' read as 'diamond')"),
        ("wooden pickaxes", {"wood_pickaxe": 1}, "1 wood_pickaxe"),
        ("COLLECT_WOOD", {"wood": 1, "did.collect_wood": 1}, "1 wood"),
    ],
)  # fmt: skip
def test_a_goal_is_a_set_of_facts(graph, text, facts, understood):
    goal = parse_goal(text, graph, SPEC)
    assert (dict(goal.facts), goal.understood) == (facts, understood)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("make a diamond pickaxe", r"^no goal 'make a diamond pickaxe': 'pickaxe' is left over; near: .*dia"),
        ("collect a diamond pickaxe", r"'pickaxe' is left over; near: .*collect_diamond.*_pickaxe"),
        ("a dimond pickaxe", r"^no goal 'a dimond pickaxe': '\w+' is left over"),
        ("wood, then a gold pickaxe", r"^no goal 'a gold pickaxe': 'gold' is left over"),
        ("eat a zombie", r"^no goal 'eat a zombie': 'eat' is left over; near: defeat_zombie\.$"),
        ("build a diamond", r"^no goal 'build a diamond': 'build' is left over"),
        ("wood or stone", r"^no goal 'wood or stone': 'or' and 'stone' are left over"),
        ("no wood", r"^no goal 'no wood': 'no' is left over"),
        ("don't collect wood", r'^no goal "don\'t collect wood": "don\'t" is left over'),
        ("collect ♥ wood", r"^no goal 'collect ♥ wood': '♥' is left over"),
        ("collect wood in secret", r"'secret' is left over"),
        ("eat it", r"^no goal 'eat it': 'it' is left over; near: eat_cow\.$"),
        ("collect wood and eat it", r"'it' is left over"),
        ("wod", r"^no goal 'wod'; did you mean 'wood'\?"),
        ("I want to survive the night", r"^no goal 'I want to survive the night'\. Skills: collect_wood"),
        ("дерево", r"^no goal 'дерево'\. Skills: "),
        ("2 wood and 3 wood", r"^'wood' is asked for twice, as 2 and as 3; give one number$"),
        ("2 tables nearby", r"^no goal '2 tables nearby': 'nearby' is left over"),
        ("find 2 tables", r"^'near.table' is a place and cannot be counted; leave the 2 out$"),
        ("health", r"^no goal 'health'"),
        ("wood<3", r"^'wood<3' is not of the form fact=count"),
        ("wood!=3", r"^'wood!=3' is not of the form fact=count"),
        ("wood=" + "9" * 500, r"^'9+... .* is more than any game counts"),
        ("wood " * 1000, r"^the goal has 5,000 characters; say it in at most 1,000$"),
        ("and", r"^no goal 'and'\. Skills: "),
        ("please", r"^no goal 'please'\. Skills: "),
        ("\x1b unicorn", r"^no goal '\\x1b unicorn'"),
    ],
)  # fmt: skip
def test_what_is_left_over_is_refused(graph, text, message):
    with pytest.raises(UnknownGoal, match=message):
        parse_goal(text, graph, SPEC)


def test_a_bar_that_nothing_fills_is_no_goal_without_a_number():
    graph = SkillGraph("test", {"health": "level"}, {"health": 9})
    with pytest.raises(UnknownGoal, match=r"^'health' is a bar that no skill at hand is known to fill"):
        parse_goal("health", graph)
    assert parse_goal("health 5", graph).facts == {"health": 5}


def test_things_that_a_skill_uses_up_may_be_named_with_it():
    graph = SkillGraph("test", {"did.eat": "event"})
    graph.add_skill("eat", SkillKind.ACT, Effects(consumes={"food": 1}, obtains={"did.eat": 1}))
    assert parse_goal("eat food", graph).facts == {"did.eat": 1}
    assert parse_goal("food", graph).facts == {"food": 1}
    with pytest.raises(UnknownGoal, match=r"^no goal 'eat an apple': 'apple' is left over; near: eat\.$"):
        parse_goal("eat an apple", graph)


def test_inner_facts_are_never_suggested(graph):
    inner = ("known.gem", "distance.gem", "facing.gem")
    kinds = {
        "known.gem": "known",
        "distance.gem": "distance",
        "facing.gem": "status",
        "did.take_gem": "event",
    }
    graph = SkillGraph("test", {**graph.kinds, **kinds})
    graph.add_skill("take_gem", SkillKind.ACT, Effects(obtains={"did.take_gem": 1}))
    with pytest.raises(UnknownGoal) as refused:
        parse_goal("blue gem", graph)
    assert refused.value.near == ("take_gem",)
    for fact in inner:
        assert parse_goal(fact, graph).facts == {fact: 1}


def test_names_that_hold_and_stay_whole():
    graph = SkillGraph("test", {"hidden": "event"})
    graph.add_skill("seek_and_hide", SkillKind.ACT, Effects(obtains={"hidden": 1}))
    graph.add_skill("collect_wood", SkillKind.ACT, Effects(obtains={"wood": 1}))
    assert parse_goal("seek and hide", graph).facts == {"hidden": 1}
    assert parse_goal("seek_and_hide then collect wood", graph).facts == {"hidden": 1, "wood": 1}


SCRAPS = (
    "collect 3 wood , and then ; = >= -2 1e9 two dozen stone make an iron pickaxe near.table did 💎 \x1b "
    "not or x 0 + & . did.eat_cow sleep first at most plus"
)
VOICES = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(SCRAPS.split()), max_size=12).map(" ".join))


@given(text=VOICES)
def test_any_text_is_a_goal_or_refused(text):
    try:
        goal = parse_goal(text, small_graph(), SPEC)
    except UnknownGoal as refused:
        assert str(refused) == plain(refused, 2_000)
    else:
        assert goal.facts and all(1 <= count <= 9 for count in goal.facts.values())
        assert goal.understood == plain(goal.understood, 2_000)


def test_ambiguous_words_are_not_guessed():
    graph = SkillGraph("test", {})
    graph.add_skill("dance_waltz", SkillKind.ACT, Effects(obtains={"waltz_done": 1}))
    graph.add_skill("dance_tango", SkillKind.ACT, Effects(obtains={"tango_done": 1}))
    with pytest.raises(UnknownGoal, match=r"^no goal 'dance'; did you mean 'dance_waltz' or 'dance_tango'\?"):
        parse_goal("dance", graph)
    graph = SkillGraph("test", {"red_gem": "count", "blue_gem": "count"})
    graph.add_skill("collect_gem", SkillKind.ACT, Effects(obtains={"red_gem": 1}))
    graph.add_skill("find_gem", SkillKind.ACT, Effects(obtains={"blue_gem": 1}))
    with pytest.raises(UnknownGoal, match=r"^'the gem' may mean 'collect_gem' or 'find_gem'; say which$"):
        parse_goal("the gem", graph)


def test_imported_graphs_whose_skills_bear_the_names_of_their_products():
    graph = SkillGraph("minecraft", {"table_nearby": "place"})
    graph.add_skill("hopper", SkillKind.CRAFT, Effects(consumes={"iron_ingot": 5}, obtains={"hopper": 1}))
    graph.add_skill("leather", SkillKind.ACT, Effects(obtains={"beef": 1, "leather": 1}))
    graph.add_skill("table_nearby", SkillKind.ACT, Effects(obtains={"table_nearby": 1}))
    assert parse_goal("hopper", graph).facts == {"hopper": 1}
    assert parse_goal("make a hopper", graph).facts == {"hopper": 1}
    assert parse_goal("leather", graph).facts == {"leather": 1}
    assert parse_goal("beef", graph).facts == {"beef": 1}
    assert parse_goal("iron ingot", graph).facts == {"iron_ingot": 1}
    assert parse_goal("3 hoppers", graph).facts == {"hopper": 3}
    assert parse_goal("table nearby", graph).facts == {"table_nearby": 1}


def test_an_empty_graph_knows_no_goals():
    with pytest.raises(UnknownGoal, match=r"^no goal 'collect wood'\.$"):
        parse_goal("collect wood", SkillGraph("test", {}))
