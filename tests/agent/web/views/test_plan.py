from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import BadConfig
from agent.web.views.opened import Opened, open_library
from agent.web.views.plan import plan_view, read_have
from planners.errors import UnknownGoal
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind, SkillStats
from tests.agent.toy_library import build_toy_library

SURE = SkillStats(successes=98, failures=0, steps=980)


def forest() -> Opened:
    """Wood by hand or, dearer, by saw; a table from it; a door that nobody can make yet."""
    graph = SkillGraph("forest", {"wood": "count", "table": "count", "door": "count", "key": "count"})
    add = graph.add_skill
    add("chop", SkillKind.ACT, Effects(obtains={"wood": 1}), stats=SURE, available=True)
    slow = SkillStats(successes=98, failures=0, steps=9800)
    add("saw", SkillKind.ACT, Effects(obtains={"wood": 1}), stats=slow, available=True)
    table = Effects(consumes={"wood": 2}, obtains={"table": 1})
    add("build_table", SkillKind.CRAFT, table, stats=SURE, available=True)
    add("make_door", SkillKind.CRAFT, Effects(consumes={"wood": 1}, obtains={"door": 1}))
    add(
        "open_gate",
        SkillKind.ACT,
        Effects(requires={"key": 1}, obtains={"gate": 1}),
        stats=SURE,
        available=True,
    )
    return Opened(title="forest", graph=graph)


def on_shelf(tmp_path: Path) -> Opened:
    build_toy_library(tmp_path)
    return open_library(tmp_path, "toy")


def test_equal_steps_stand_together_with_their_cost_and_chance(tmp_path: Path) -> None:
    plan = plan_view(on_shelf(tmp_path), "build a bench", {})
    assert [(step["skill"], step["times"]) for step in plan["steps"]] == [("gather", 2), ("build_bench", 1)]
    # each succeeded in 9 of 10: posterior mean 10/12, so three of them (10/12)^3
    assert plan["steps"][0]["chance"] == pytest.approx(10 / 12, abs=1e-4)
    assert plan["chance"] == pytest.approx((10 / 12) ** 3, abs=1e-4)
    assert plan["chance_low"] < plan["chance"] < plan["chance_high"]
    assert plan["expected_steps"] == pytest.approx(sum(step["steps"] for step in plan["steps"]), abs=0.2)


def test_what_is_carried_is_not_gathered(tmp_path: Path) -> None:
    plan = plan_view(on_shelf(tmp_path), "build_bench", read_have("wood=2"))
    assert [step["skill"] for step in plan["steps"]] == ["build_bench"]


def test_the_second_best_producer_is_named_with_what_it_costs_more() -> None:
    plan = plan_view(forest(), "table", {})
    (other,) = plan["alternatives"]
    assert (other["skill"], other["others"], other["why"]) == ("chop", ["saw"], "dearer")
    assert [step["skill"] for step in other["steps"]] == ["saw", "build_table"]
    assert other["expected_steps"] > plan["expected_steps"]


def test_what_is_missing_says_who_might_bring_it(tmp_path: Path) -> None:
    opened = on_shelf(tmp_path)
    opened.graph.set_available("gather", False)
    plan = plan_view(opened, "build_bench", {})
    assert not plan["possible"]
    (missing,) = plan["missing"]
    assert (missing["fact"], missing["might"]) == ("wood", ["gather"])


def test_a_goal_that_holds_already_needs_nothing() -> None:
    plan = plan_view(forest(), "wood", {"wood": 1})
    assert plan["possible"]


@pytest.mark.parametrize("goal", ["", "fly to the moon", "<script>alert(1)</script>", "x" * 5000])
def test_words_that_mean_nothing_are_said(goal: str) -> None:
    with pytest.raises(UnknownGoal):
        plan_view(forest(), goal, {})


@pytest.mark.parametrize("text", ["wood", "wood=", "wood=-1", "=3", "wood=1e9", "wood=99999999999"])
def test_what_is_carried_must_be_counts(text: str) -> None:
    with pytest.raises(BadConfig, match="fact=count"):
        read_have(text)


def test_unknown_facts_cannot_be_carried() -> None:
    with pytest.raises(BadConfig, match="wood"):
        plan_view(forest(), "table", {"wod": 1})
