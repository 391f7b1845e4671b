"""The skill graph: look-ups, validation, saving."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import networkx as nx
import pytest

from envs.facts import FactSpec
from envs.game import GameSpec
from planners.errors import BadGraph
from planners.graph.graph import SkillGraph
from planners.graph.validation import find_problems
from planners.plan import Execution, Outcome, Verdict
from skills.errors import UnknownSkill
from skills.skill import Effects, SkillKind, SkillStats

KINDS = {
    "wood": "count",
    "stone": "count",
    "pickaxe": "count",
    "near.tree": "place",
    "near.table": "place",
    "energy": "level",
}


def small() -> SkillGraph:
    graph = SkillGraph("toy", KINDS, {"wood": 9})  # type: ignore[arg-type]
    graph.add_skill("find_tree", SkillKind.FIND, Effects(obtains={"near.tree": 1}), available=True)
    graph.add_skill(
        "chop",
        SkillKind.ACT,
        Effects(requires={"near.tree": 1}, obtains={"wood": 1}),
        description="Chop a tree.",
        answer_id="a1",
        step_cap=50,
    )
    graph.add_skill("place_table", SkillKind.CRAFT, Effects(consumes={"wood": 1}, obtains={"near.table": 1}))
    graph.add_skill(
        "make_pickaxe",
        SkillKind.CRAFT,
        Effects(requires={"near.table": 1}, consumes={"wood": 1}, obtains={"pickaxe": 1}),
    )
    return graph


def result(skill: str, outcome: Outcome, before: dict[str, int], after: dict[str, int]) -> Execution:
    verdict = Verdict(outcome=outcome, reason="", judge="facts")
    return Execution(skill=skill, verdict=verdict, env_steps=7, before=before, after=after)


def codes(graph: SkillGraph, spec: GameSpec | None = None) -> list[tuple[str, str, str]]:
    return [(p.severity, p.code, p.skill) for p in find_problems(graph, spec)]


class TestLookUps:
    def test_skills_in_order_of_insertion(self) -> None:
        graph = small()
        assert graph.skills() == ["find_tree", "chop", "place_table", "make_pickaxe"]
        assert list(graph) == graph.skills()
        assert "chop" in graph
        assert "fly" not in graph
        assert len(graph) == 4

    def test_attributes(self) -> None:
        graph = small()
        assert graph.kind("chop") is SkillKind.ACT
        assert graph.description("chop") == "Chop a tree."
        assert graph.answer_id("chop") == "a1"
        assert graph.step_cap("chop") == 50
        assert (graph.available("find_tree"), graph.available("chop")) == (True, False)
        graph.set_available("chop", True)
        assert graph.available("chop")
        graph.set_stats("chop", SkillStats(successes=3))
        assert graph.stats("chop").successes == 3
        assert graph.fact_kind("near.tree") == "place"
        assert graph.fact_kind("never heard of") == "count"

    def test_unknown_skill_suggests(self) -> None:
        with pytest.raises(
            UnknownSkill, match=r"no skill 'chopp' among the 4 skills .*did you mean 'chop'\?"
        ):
            small().belief("chopp")

    def test_a_name_is_taken_once(self) -> None:
        with pytest.raises(BadGraph, match="skill 'chop' is in the graph already"):
            small().add_skill("chop", SkillKind.ACT, Effects(obtains={"wood": 1}))

    def test_belief_is_the_claim_before_any_evidence(self) -> None:
        graph = small()
        assert all(graph.belief(name) == graph.claim(name) for name in graph)

    def test_facts_in_order_of_first_mention(self) -> None:
        assert small().facts() == ["near.tree", "wood", "near.table", "pickaxe"]

    def test_empty_graph(self) -> None:
        graph = SkillGraph("toy", {})
        assert (graph.skills(), graph.facts(), graph.corrections(), find_problems(graph)) == ([], [], [], [])
        assert graph.producers("wood") == ()
        assert SkillGraph.from_json(graph.to_json()).to_json() == graph.to_json()


class TestProducers:
    def test_in_order_of_insertion(self) -> None:
        graph = small()
        graph.add_skill("buy_wood", SkillKind.ACT, Effects(obtains={"wood": 2}))
        assert graph.producers("wood") == ("chop", "buy_wood")
        assert graph.producers("energy") == ()

    def test_follow_the_belief(self) -> None:
        graph = small()
        assert graph.producers("stone") == ()
        for _ in range(5):  # a by-product shows in five successes of a craft
            graph.record(result("place_table", "done", {"wood": 1}, {"stone": 2}))
        assert graph.producers("stone") == ("place_table",)
        for _ in range(2):  # 5 of 7 = 71%: no by-product any more
            graph.record(result("place_table", "done", {"wood": 1}, {}))
        assert graph.producers("stone") == ()
        assert "stone" not in graph.facts()

    def test_order_survives_a_late_discovery(self) -> None:
        graph = small()
        graph.add_skill("mine", SkillKind.ACT, Effects(obtains={"stone": 1}))
        for _ in range(5):
            graph.record(result("place_table", "done", {"wood": 1}, {"stone": 2}))
        assert graph.producers("stone") == ("place_table", "mine")


class TestAdopt:
    def test_what_a_fact_is_said_to_be_today_is_what_evidence_is_read_by(self) -> None:
        graph = small()
        for _ in range(5):
            graph.record(result("place_table", "done", {"wood": 1, "age": 9}, {"near.table": 1}))
        assert graph.belief("place_table").consumes == {"wood": 1, "age": 9}, "no kind: counted as carried"
        graph.adopt({"age": "status", "near.bench": "place"}, {"age": 99})
        assert graph.belief("place_table").consumes == {"wood": 1}
        assert graph.kinds == {**KINDS, "age": "status", "near.bench": "place"}
        assert graph.highs == {"wood": 9, "age": 99}

    def test_nothing_changes_where_nothing_is_new(self) -> None:
        graph = small()
        revision, before = graph.revision, graph.to_json()
        graph.adopt({"wood": "count"}, {"wood": 9})
        assert (graph.revision, graph.to_json()) == (revision, before)


class TestRecord:
    def test_counts_executions_and_steps(self) -> None:
        graph = small()
        graph.record(result("chop", "done", {"near.tree": 1}, {"wood": 1}))
        graph.record(result("chop", "not_done", {"near.tree": 1}, {}))
        graph.record(result("chop", "unclear", {"near.tree": 1}, {}))
        # steps count for clear outcomes only: 7 + 7
        assert graph.stats("chop") == SkillStats(successes=1, failures=1, unclear=1, steps=14)

    def test_unknown_skill_changes_nothing(self) -> None:
        graph = small()
        before = graph.to_json()
        with pytest.raises(UnknownSkill):
            graph.record(result("fly", "done", {}, {}))
        assert graph.to_json() == before

    def test_says_each_correction_once(self) -> None:
        graph = small()
        first = graph.record(result("place_table", "done", {"wood": 3}, {"wood": 1}))
        again = graph.record(result("place_table", "done", {"wood": 3}, {"wood": 1}))
        assert [(c.skill, c.fact, c.believed) for c in first] == [("place_table", "wood", 2)]
        assert again == []

    def test_corrections_list_every_claim(self) -> None:
        roles = [(c.skill, c.role, c.fact, c.claimed) for c in small().corrections()]
        assert roles == [
            ("find_tree", "obtains", "near.tree", 1),
            ("chop", "requires", "near.tree", 1),
            ("chop", "obtains", "wood", 1),
            ("place_table", "consumes", "wood", 1),
            ("place_table", "obtains", "near.table", 1),
            ("make_pickaxe", "requires", "near.table", 1),
            ("make_pickaxe", "consumes", "wood", 1),
            ("make_pickaxe", "obtains", "pickaxe", 1),
        ]

    def test_a_copy_is_independent(self) -> None:
        graph = small()
        twin = graph.copy()
        twin.record(result("place_table", "done", {"wood": 3}, {"wood": 1}))
        twin.set_available("chop", True)
        assert graph.belief("place_table").consumes == {"wood": 1}
        assert not graph.available("chop")
        assert twin.belief("place_table").consumes == {"wood": 2}

    def test_the_evidence_handed_out_is_a_copy(self) -> None:
        graph = small()
        graph.record(result("place_table", "done", {"wood": 3}, {"wood": 1}))
        graph.evidence("place_table").changes.clear()
        assert graph.evidence("place_table").changes == {"wood": {-2: 1}}


class TestValidate:
    def test_a_sound_graph_has_no_problems(self) -> None:
        assert find_problems(small()) == []

    def test_unknown_fact_with_suggestion(self) -> None:
        graph = small()
        graph.add_skill("sell", SkillKind.ACT, Effects(obtains={"wod": 1}))
        assert [p.message for p in find_problems(graph)] == [
            "skill 'sell' obtains the unknown fact 'wod'; did you mean 'wood'?"
        ]

    def test_the_spec_decides_when_given(self) -> None:
        facts = tuple(FactSpec(name=f, description="", kind=k) for f, k in KINDS.items() if f != "wood")  # type: ignore[arg-type]
        spec = GameSpec(
            name="toy",
            title="Toy",
            actions=("noop",),
            facts=facts,
            seekable={},
            explorable={},
            encoding_size=1,
            max_steps=1,
        )
        assert codes(small(), spec) == [
            ("error", "unknown_fact", "chop"),
            ("error", "unknown_fact", "place_table"),
            ("error", "unknown_fact", "make_pickaxe"),
        ]

    def test_count_above_the_range(self) -> None:
        graph = small()
        graph.add_skill("hoard", SkillKind.ACT, Effects(consumes={"wood": 10}, obtains={"stone": 1}))
        assert [p.message for p in find_problems(graph)] == [
            "skill 'hoard' consumes 10 wood; expected 1 to 9"
        ]

    def test_obtains_nothing(self) -> None:
        graph = small()
        graph.add_skill("wave", SkillKind.ACT, Effects())
        assert codes(graph) == [("error", "obtains_nothing", "wave")]

    def test_no_producer_for_carried_things_and_places_but_not_for_levels(self) -> None:
        graph = small()
        needs = {"stone": 1, "energy": 3}
        graph.add_skill("build", SkillKind.ACT, Effects(requires=needs, obtains={"wood": 1}))
        assert [p.message for p in find_problems(graph)] == [
            "skill 'build' needs 1 stone, which no skill obtains"
        ]


class TestCycles:
    @staticmethod
    def ring(*names: str) -> SkillGraph:
        """Every skill needs the fact of the one before; the first needs that of the last."""
        graph = SkillGraph("toy", dict.fromkeys(names, "count"))  # type: ignore[arg-type]
        for before, name in zip((names[-1], *names), names, strict=False):
            graph.add_skill(name, SkillKind.CRAFT, Effects(requires={before: 1}, obtains={name: 1}))
        return graph

    def test_unbreakable(self) -> None:
        problem = find_problems(self.ring("a", "b", "c"))[0]
        assert (problem.severity, problem.code, problem.cycle) == ("error", "cycle", ("a", "b", "c"))
        assert problem.message == "skills need each other: a -> b -> c -> a; none can come first"

    def test_a_skill_that_needs_what_only_it_brings(self) -> None:
        assert [p.cycle for p in find_problems(self.ring("a"))] == [("a",)]

    def test_another_producer_breaks_it(self) -> None:
        graph = self.ring("a", "b", "c")
        graph.add_skill("gift", SkillKind.ACT, Effects(obtains={"b": 1}))
        (problem,) = find_problems(graph)
        assert (problem.severity, problem.cycle) == ("note", ("a", "b", "c"))
        assert problem.message.endswith("another producer breaks the cycle")

    def test_an_alternative_that_needs_the_cycle_does_not_break_it(self) -> None:
        graph = self.ring("a", "b")
        graph.add_skill("trade", SkillKind.ACT, Effects(requires={"a": 1}, obtains={"b": 1}))
        assert [(p.severity, p.cycle) for p in find_problems(graph)] == [("error", ("a", "b"))]

    def test_a_skill_behind_a_cycle_is_not_in_it(self) -> None:
        graph = self.ring("a", "b")
        graph.kinds["d"] = "count"
        graph.add_skill("d", SkillKind.CRAFT, Effects(requires={"a": 1}, obtains={"d": 1}))
        assert [p.cycle for p in find_problems(graph)] == [("a", "b")]

    def test_two_knots_give_one_cycle_each(self) -> None:
        graph = SkillGraph("toy", dict.fromkeys("abcd", "count"))  # type: ignore[arg-type]
        for name, need in ("ab", "ba", "cd", "dc"):
            graph.add_skill(name, SkillKind.CRAFT, Effects(requires={need: 1}, obtains={name: 1}))
        assert [p.cycle for p in find_problems(graph)] == [("a", "b"), ("c", "d")]

    def test_levels_make_no_cycle(self) -> None:
        graph = SkillGraph("toy", {"energy": "level"})
        graph.add_skill("sleep", SkillKind.ACT, Effects(requires={"energy": 1}, obtains={"energy": 9}))
        assert find_problems(graph) == []

    @pytest.mark.slow
    def test_a_chain_of_five_thousand_skills_is_checked_without_recursion(self) -> None:
        names = [f"s{i}" for i in range(5000)]
        graph = SkillGraph("toy", dict.fromkeys(names, "count"))  # type: ignore[arg-type]
        graph.add_skill("s0", SkillKind.CRAFT, Effects(obtains={"s0": 1}))
        for before, name in itertools.pairwise(names):
            graph.add_skill(name, SkillKind.CRAFT, Effects(consumes={before: 1}, obtains={name: 1}))
        assert find_problems(graph) == []


class TestSaving:
    def played(self) -> SkillGraph:
        graph = small()
        for _ in range(2):
            graph.record(result("make_pickaxe", "not_done", {"wood": 3}, {"wood": 3}))
        facts = {"wood": 3, "near.table": 1}
        graph.record(result("make_pickaxe", "done", facts, {"wood": 1, "near.table": 1, "pickaxe": 1}))
        graph.record(result("chop", "unclear", {}, {}))
        return graph

    def test_round_trip_keeps_everything(self, tmp_path: Path) -> None:
        graph = self.played()
        path = tmp_path / "graph.json"
        graph.save(path)
        back = SkillGraph.load(path)
        assert back.to_json() == graph.to_json()
        assert back.corrections() == graph.corrections()
        assert back.belief("make_pickaxe").consumes == {"wood": 2}
        assert back.claim("make_pickaxe").consumes == {"wood": 1}
        assert [back.stats(n) for n in back] == [graph.stats(n) for n in graph]
        assert (back.game, back.kinds, back.highs) == (graph.game, graph.kinds, graph.highs)

    def test_what_is_kept_of_the_text_is_what_would_be_written_anew(self) -> None:
        def expected(graph: SkillGraph) -> bytes:
            return f"{json.dumps(graph.to_json(), indent=1)}\n".encode()

        empty = SkillGraph("toy", {})
        assert empty.to_bytes() == expected(empty)
        graph = self.played()
        assert graph.to_bytes() == expected(graph)
        graph.set_stats("find_tree", SkillStats(successes=3))
        graph.set_available("chop", True)
        assert graph.to_bytes() == expected(graph)
        for _ in range(12):  # the first skill is found to need something: all claims after it move on by one
            graph.record(result("find_tree", "done", {"energy": 5}, {"near.tree": 1, "energy": 3}))
            graph.record(result("find_tree", "not_done", {"energy": 0}, {"energy": 0}))
        assert graph.skill_corrections("find_tree") != small().skill_corrections("find_tree")
        assert graph.to_bytes() == expected(graph)
        graph.add_skill("say", SkillKind.ACT, Effects(obtains={"pickaxe": 2}), description='a "\n" \u2028 é')
        graph.adopt({"near.tree": "count", "gem": "count"}, {"wood": 8})
        again = graph.copy()
        assert again.to_bytes() == graph.to_bytes() == expected(graph)
        again.set_available("say", True)
        assert again.to_bytes() == expected(again) != graph.to_bytes()

    @pytest.mark.parametrize("more", [10, 100])
    def test_after_a_change_of_one_skill_no_other_is_written_anew(
        self, more: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        graph = self.played()
        for number in range(more):
            graph.add_skill(f"more_{number}", SkillKind.ACT, Effects(obtains={"wood": 1}))
        graph.to_bytes()
        written: list[str] = []
        write = graph._skill_text
        monkeypatch.setattr(graph, "_skill_text", lambda name, at: written.append(name) or write(name, at))
        graph.set_available("chop", True)
        graph.add_skill("last", SkillKind.ACT, Effects(obtains={"wood": 1}))
        graph.to_bytes()
        assert written == ["chop", "last"]

    def test_the_order_of_a_claim_survives(self) -> None:
        graph = SkillGraph("toy", {})
        graph.add_skill("x", SkillKind.CRAFT, Effects(consumes={"b": 1, "a": 1}, obtains={"z": 1, "y": 2}))
        graph.add_skill("w", SkillKind.CRAFT, Effects(consumes={"a": 1, "b": 1}, obtains={"c": 1}))
        back = SkillGraph.from_json(json.loads(json.dumps(graph.to_json())))
        assert list(back.claim("x").consumes) == ["b", "a"]
        assert list(back.claim("x").obtains) == ["z", "y"]
        assert list(back.claim("w").consumes) == ["a", "b"]

    def test_networkx_reads_the_same_file(self) -> None:
        graph = self.played()
        other = nx.node_link_graph(graph.to_json(), edges="edges")
        assert set(other.edges) == set(graph.networkx().edges)
        edge = other.edges["fact:wood", "skill:make_pickaxe"]
        assert (edge["consumes"], edge["consumes_believed"], edge["consumes_status"]) == (1, 2, "corrected")

    def test_the_digraph_is_bipartite_and_plain(self) -> None:
        plain = self.played().networkx()
        types = nx.get_node_attributes(plain, "type")
        assert all(types[a] != types[b] for a, b in plain.edges)
        values = [v for _, d in plain.nodes(data=True) for v in d.values()]
        values += [v for _, _, d in plain.edges(data=True) for v in d.values()]
        assert {type(v) for v in values} <= {str, int, bool}

    def test_a_skill_may_share_its_name_with_a_fact(self) -> None:
        graph = SkillGraph("toy", {"planks": "count"})
        graph.add_skill("planks", SkillKind.CRAFT, Effects(obtains={"planks": 4}))
        assert list(graph.networkx().edges) == [("skill:planks", "fact:planks")]
        assert SkillGraph.from_json(graph.to_json()).producers("planks") == ("planks",)

    def test_a_failed_save_leaves_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "graph.json"
        small().save(path)
        before = path.read_bytes()

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            self.played().save(path)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(BadGraph, match=r"nothing\.json: cannot be read: No such file"):
            SkillGraph.load(tmp_path / "nothing.json")

    def test_half_written_file(self, tmp_path: Path) -> None:
        path = tmp_path / "graph.json"
        path.write_text(json.dumps(small().to_json())[:300])
        with pytest.raises(
            BadGraph, match=r"graph\.json: not JSON: .*expected a skill graph in node-link form"
        ):
            SkillGraph.load(path)


class TestBadRecords:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"schema": 2}, "it has schema 2; this version reads up to 1: update journeyman"),
            ({"schema": True}, "it has schema True instead of 1"),
            ({"graph": {}}, r"graph\.game is None: field required"),
            ({"nodes": [{"id": "x", "type": "fact"}]}, r"nodes\[0\]\.name is None: field required"),
            ({"nodes": [{"id": "x", "type": "place", "name": "x"}]}, r"nodes\[0\] is .*'skill', 'fact'"),
            ({"edges": [{"source": "a", "target": "b"}]}, r"edges\[0\] names the node 'a', which is not"),
            ({"edges": 3}, "edges is 3: input should be a valid tuple"),
        ],
    )
    def test_names_the_place(self, change: dict[str, object], message: str) -> None:
        with pytest.raises(BadGraph, match=message):
            SkillGraph.from_json({**small().to_json(), **change})

    def test_no_schema(self) -> None:
        with pytest.raises(BadGraph, match=r"no 'schema' among the keys \['edges', 'nodes'\]"):
            SkillGraph.from_json({"nodes": [], "edges": []})

    def test_not_an_object(self) -> None:
        with pytest.raises(BadGraph, match=r"is a JSON object with .*, not \[1, 2\]"):
            SkillGraph.from_json([1, 2])  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("count", "message"),
        [
            (-1, "greater than or equal to 0"),
            (1.5, "valid integer"),
            ("2", "valid integer"),
            (True, "valid integer"),
        ],
    )
    def test_counts(self, count: object, message: str) -> None:
        data = small().to_json()
        data["edges"][0]["obtains"] = count
        with pytest.raises(BadGraph, match=rf"edges\[0\]\.obtains is {count!r}: .*{message}"):
            SkillGraph.from_json(data)

    def test_a_repeated_node(self) -> None:
        data = small().to_json()
        data["nodes"].append(data["nodes"][0])
        with pytest.raises(BadGraph, match=r"nodes\[8\] repeats the id 'skill:find_tree'; ids are unique"):
            SkillGraph.from_json(data)

    def test_an_edge_between_two_skills(self) -> None:
        data = small().to_json()
        data["edges"].append({"source": "skill:chop", "target": "skill:find_tree", "requires": 1})
        with pytest.raises(BadGraph, match="joins two skills"):
            SkillGraph.from_json(data)

    def test_an_edge_that_points_the_wrong_way(self) -> None:
        data = small().to_json()
        data["edges"].append({"source": "fact:wood", "target": "skill:find_tree", "obtains": 1})
        with pytest.raises(BadGraph, match="cannot be 'obtains': 'obtains' goes from a skill to a fact"):
            SkillGraph.from_json(data)

    def test_links_are_taken_for_edges(self) -> None:
        data = small().to_json()
        data["links"] = data.pop("edges")
        assert SkillGraph.from_json(data).to_json() == small().to_json()
