"""The graphs that plans are timed on, and the figures of planning."""

from typing import Any

import pytest

from agent.bench.graphs import crafter_graph, minecraft_graph, synthetic_graph
from agent.bench.planning import planning_large, slowest_plan
from agent.bench.settings import Settings
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from planners.search.search import decompose


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
