import pytest

from agent.practice.prerequisites import LEAST_RATE, limiting
from agent.testing.abilities import Ability, kit_of

WOOD = Ability(name="wood", obtains={"wood": 1})
BENCH = Ability(name="bench", obtains={"near.bench": 1}, consumes={"wood": 1})
PICK = Ability(name="pick", obtains={"pick": 1}, requires={"near.bench": 1}, consumes={"wood": 1})
ASIDE = Ability(name="aside", obtains={"stone": 1})
GRAPH = kit_of(WOOD, BENCH, PICK, ASIDE).open_graph()
GOALS = ("wood", "bench", "pick", "aside")


def test_a_skill_counts_for_all_that_take_it() -> None:
    rates = {"wood": 0.5, "bench": 0.8, "pick": 0.5, "aside": 0.5}
    gains = limiting(GRAPH, GOALS, rates)
    assert gains["wood"] == pytest.approx(1 + 0.8 + 0.8 * 0.5)  # itself, the bench, and the pick at the bench
    assert gains["bench"] == pytest.approx(0.5 + 0.5 * 0.5)
    assert gains["aside"] == pytest.approx(1)


def test_a_skill_that_never_worked_does_not_hide_what_is_below_it() -> None:
    gains = limiting(GRAPH, ("pick",), {"pick": 0.0, "wood": 0.5, "bench": 1.0})
    assert gains["wood"] == pytest.approx(LEAST_RATE)


def test_what_keeps_the_player_alive_counts_for_everything() -> None:
    rates = dict.fromkeys(GOALS, 1.0)
    assert limiting(GRAPH, GOALS, rates, always=("aside", "unknown"))["aside"] == pytest.approx(4)


def test_a_circle_of_needs_is_walked_once() -> None:
    hen = Ability(name="hen", obtains={"stone": 1}, consumes={"wood": 1})
    egg = Ability(name="egg", obtains={"wood": 1}, consumes={"stone": 1})
    gains = limiting(kit_of(hen, egg).open_graph(), ("hen",), {"hen": 1.0, "egg": 1.0})
    assert gains == {"hen": 1.0, "egg": 1.0}
