"""What people type, and what it means."""

import pytest

from envs.facts import FactSpec
from envs.game import GameSpec
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
