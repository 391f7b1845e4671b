"""The graphs that plans are timed on, and the figures of planning."""

import random
from typing import Any

import pytest

from agent.bench.graphs import crafter_graph, minecraft_graph, synthetic_graph
from agent.bench.planning import planning_crowded, planning_large, slowest_plan
from agent.bench.settings import Settings
from agent.play.libraries import shipped_library
from agent.testing.crowds import crowded
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from planners.search.search import cheapest, cheapest_goal, decompose
from skills.skill import SkillKind, SkillStats


class TestGraphs:
    def test_the_synthetic_tree_can_be_planned(self) -> None:
        # item40 needs 20 and 13; 20 needs 10 and 6; 10 needs 5 and 3; 13 needs 6 and 4: nine executions.
        plan = decompose(synthetic_graph(50), Goal(facts={"item40": 1}), {}, only_available=False)
        assert plan.missing == {}
        assert sorted(plan.steps) == sorted(
            ["make40", "make20", "make13", "make10", "make6", "make5", "make3", "make6", "make4"]
        )

    def test_everything_in_minecraft_can_be_had(self) -> None:
        graph = minecraft_graph()
        for name in graph.skills():
            assert decompose(graph, Goal(facts=dict(graph.belief(name).obtains)), {}).missing == {}, name
        # A table takes 4 planks, which is one log, from one tree.
        plan = decompose(graph, Goal(facts={"table": 1}), {})
        assert plan.steps == ("find_tree", "get_log", "get_planks", "get_table")

    def test_crafter_has_a_graph_with_or_without_a_library(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        monkeypatch.setattr("agent.bench.graphs.shipped_library", lambda: tmp_path)
        claimed, origin = crafter_graph()
        assert origin == "recorded claims (no library shipped)"
        assert "make_stone_pickaxe" in claimed
        (tmp_path / "crafter").mkdir()
        claimed.save(tmp_path / "crafter" / "graph.json")
        shipped, origin = crafter_graph()
        assert origin == "shipped library"
        assert shipped.skills() == claimed.skills()

    def test_the_slowest_plan_is_named(self) -> None:
        figure = slowest_plan("tree", synthetic_graph(20), decompose, 2)
        assert figure.name == "slowest plan, tree, decompose"
        assert (len(figure.samples), figure.unit, figure.target) == (2, "ms", 50.0)
        assert figure.how.endswith("; of 20 goals, each from nothing on a fresh graph")
        with pytest.raises(ValueError, match="the graph 'none' has no skills; there is nothing to plan"):
            slowest_plan("none", SkillGraph("none", {}), decompose, 1)

    def test_planning_large_counts_executions(self) -> None:
        figures = planning_large(Settings(skills_in_graph=41, repeats=2))
        assert [f.name for f in figures] == [
            "first plan over 41 skills, cheapest",
            "next plan over 41 skills, cheapest",
            "first plan over 41 skills, decompose",
            "next plan over 41 skills, decompose",
            "planner on 41 skills: peak memory",
        ]
        assert [f.how.split()[0] for f in figures[:4]] == ["9", "9", "9", "9"]


class TestCrowds:
    """A thousand skills that are never the better choice change no plan of the shipped libraries."""

    @pytest.mark.parametrize("game", ["crafter", "nethack"])
    def test_plans_are_exactly_the_same(self, game: str) -> None:
        graph = SkillGraph.load(shipped_library() / game / "graph.json")
        crowd = crowded(graph, 1_000)
        rng = random.Random(game)
        states: list[dict[str, int]] = [{}]
        for _ in range(4):
            held = [fact for fact in graph.kinds if rng.random() < 0.4]
            states.append({fact: rng.randint(1, min(3, graph.highs.get(fact, 3))) for fact in held})
        goals = [Goal(facts=dict(graph.belief(skill).obtains)) for skill in graph.skills()]
        for have in states:
            for goal in goals:
                alone, among = cheapest(graph, goal, have), cheapest(crowd, goal, have)
                assert among == alone
            assert cheapest_goal(crowd, goals, have) == cheapest_goal(graph, goals, have)

    def test_without_bundles_the_fewest_executions_are_the_same_too(self) -> None:
        """A bundle does two things in one execution, so fewer executions are right."""
        graph = SkillGraph.load(shipped_library() / "crafter" / "graph.json")
        crowd = crowded(graph, 400)
        for name in crowd.skills():
            if name.startswith("bundle_"):
                crowd.set_available(name, False)
        for skill in graph.skills():
            goal = Goal(facts=dict(graph.belief(skill).obtains))
            assert decompose(crowd, goal, {}) == decompose(graph, goal, {})

    def test_a_long_way_does_not_count_as_another_execution(self) -> None:
        """Wood is some way off at the start; that makes fetching it no more than one execution."""
        graph = SkillGraph.load(shipped_library() / "crafter" / "graph.json")
        assert graph.distance_model("collect_wood") is not None
        stats = SkillStats(successes=5, failures=5, steps=1000)
        graph.add_skill("hew", SkillKind.ACT, graph.belief("collect_wood"), stats=stats, available=True)
        assert decompose(graph, Goal(facts={"wood": 1}), {}).steps == ("collect_wood",)

    def test_time_is_compared_side_by_side(self) -> None:
        figures = planning_crowded(Settings(skills_in_crowd=40, repeats=2))
        assert [figure.unit for figure in figures] == ["x", "x"]
        assert [len(figure.samples) for figure in figures] == [2, 2]
        assert figures[0].name == "plans of an unchanged graph: 40 more skills against none"
