"""Wishes that are easily misread."""

import pytest

from planners.errors import UnknownGoal
from planners.goal_parser import parse_goal
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind


def wild_graph() -> SkillGraph:
    """Skills whose descriptions and names invite misreadings."""
    kinds = {"safe": "status", "daylight": "status", "wood": "count", "wood_pickaxe": "count"}
    stones = {"stone": "count", "stone_pickaxe": "count", "energy": "level"}
    events = dict.fromkeys(("did.quaff", "did.zap", "did.defeat", "did.rest", "did.sleep"), "event")
    graph = SkillGraph("test", {**kinds, **stones, **events})
    act = SkillKind.ACT
    away = "Get rid of a zombie or arrow: strike it down or leave on the first floor."
    graph.add_skill("fend_off", act, Effects(obtains={"safe": 1}), description=away)
    graph.add_skill(
        "nap", act, Effects(obtains={"woke": 1}), description="Lie when no shelter is near, nothing in view."
    )
    graph.add_skill("brighten", act, Effects(obtains={"daylight": 85}))
    fell = "Walk to a tree and gather one piece of wood."
    graph.add_skill("collect_wood", act, Effects(obtains={"wood": 1}), description=fell)
    dig = "Dig one piece of stone out of the rock with a pickaxe."
    graph.add_skill("collect_stone", act, Effects(obtains={"stone": 1}), description=dig)
    graph.add_skill("make_wood_pickaxe", act, Effects(obtains={"wood_pickaxe": 1}))
    graph.add_skill("make_stone_pickaxe", act, Effects(obtains={"stone_pickaxe": 1}))
    lit = Effects(obtains={"new_items": 1, "did.zap": 1})
    graph.add_skill("zap", act, lit, description="Zap a wand that is carried.")
    graph.add_skill("rest", act, Effects(obtains={"did.rest": 1}))
    graph.add_skill("sleep", act, Effects(obtains={"did.sleep": 1}))
    graph.add_skill("lie_down", act, Effects(obtains={"energy": 7}))
    graph.add_skill("defeat_zombie", act, Effects(obtains={"did.defeat": 1}))
    graph.add_skill("quaff", act, Effects(consumes={"potions": 1}, obtains={"did.quaff": 1}))
    return graph


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("chop down 3 trees", {"wood": 3}),
        ("cut down a tree", {"wood": 1}),
        ("pick up some wood", {"wood": 1}),
        ("quaff 2 potions", {"did.quaff": 2}),
        ("quaff 2 potions and 3 wood", {"did.quaff": 2, "wood": 3}),
        ("rest and sleep", {"did.rest": 1, "did.sleep": 1}),
        ("rest twice, sleep 3 times", {"did.rest": 2, "did.sleep": 3}),
        ("zap 3 wands", {"did.zap": 3}),
        ("kill a zombie, lie down", {"did.defeat": 1, "energy": 7}),
        ("wood and a stone pickaxe", {"wood": 1, "stone_pickaxe": 1}),
        ("3 wood and stone pickaxes", {"wood": 3, "stone_pickaxe": 1}),
        ("3 or more wood", {"wood": 3}),
        ("3+ wood and 2+ stone", {"wood": 3, "stone": 2}),
        ("minimum 3 wood", {"wood": 3}),
        ("twenty-one wood", {"wood": 21}),
        ("daylight", {"daylight": 85}),
        ("2 daylight", {"daylight": 2}),
        ("CollectWood", {"wood": 1}),
        ("stonepickaxe", {"stone_pickaxe": 1}),
        ("gather wood in there", {"wood": 1}),
    ],
)
def test_what_people_say_is_read_as_it_is_meant(text, facts):
    assert dict(parse_goal(text, wild_graph()).facts) == facts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dig down", "^no goal 'dig down'"),
        ("down", "^no goal 'down'"),
        ("kill a zombie, go down", "^no goal 'go down'"),
        ("lie down 3 times", "^'lie_down' brings energy to 7 and is not counted; leave the 3 out, or say"),
        ("arrow", r"^no goal 'arrow'; did you mean 'fend_off'\?"),
        ("2 or 3 wood", "^no goal '2 or'; a goal leaves no choice: name one thing, or several with 'and'"),
        ("wood or stone", "left over; a goal leaves no choice"),
        ("no shelter", "^no goal 'no shelter': 'no' is left over; a goal says what shall be, never what"),
        ("collect nothing", "^no goal 'collect nothing': 'nothing' is left over; a goal says"),
        ("reach the flower", "^no goal 'reach the flower'"),
        ("collect stone with a pickaxe", "^no goal 'collect stone with a pickaxe'"),
        ("wand of gathering wood", "'gathering' are left over"),
        ("stone, then place it", "^no goal 'place it'"),
        ("wood and stone pickaxes",
         r"^'wood' before 'stone pickaxes' may mean 'wood' or 'make_wood_pickaxe'; say 'wood and a stone "
         r"pickaxe' or 'make_wood_pickaxe'$"),
        ("more than 3 wood", "which 'more than' does not; write '3' alone$"),
        ("half a dozen wood", "which 'half' does not; write the number alone$"),
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_not_guessed(text, message):
    with pytest.raises(UnknownGoal, match=message):
        parse_goal(text, wild_graph())
