"""Skill graphs in files: formats, round trips, and what is said about malformed ones."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest

from planners.errors import BadGraph
from planners.graph.formats import detect_format, read_graph, to_graphml, write_graph
from planners.graph.graph import SkillGraph
from planners.graph.skills_yaml import parse_skills_yaml
from planners.graph.validation import find_problems
from planners.plan import Execution, Verdict
from skills.skill import Effects, SkillKind

TECH_TREE = Path(__file__).parents[1] / "tech_tree.yaml"


def played() -> SkillGraph:
    """A graph with a corrected claim, one fact that no skill mentions, and awkward names."""
    graph = SkillGraph("toy", {"wood": "count", "near.table": "place", "moon": "status"}, {"wood": 9})
    graph.add_skill("chop", SkillKind.ACT, Effects(obtains={"wood": 1}), available=True, step_cap=90)
    graph.add_skill(
        "place_table",
        SkillKind.CRAFT,
        Effects(consumes={"wood": 1, '<&">': 2}, obtains={"near.table": 1}),
        description="Put a <table> & more\x07 \u00fcber \U0001fab5",
        answer_id="a7",
    )
    verdict = Verdict(outcome="done", reason="", judge="facts")
    before, after = {"wood": 5, '<&">': 2}, {"wood": 1, "near.table": 1}
    graph.record(Execution(skill="place_table", verdict=verdict, env_steps=3, before=before, after=after))
    return graph


def fail(tmp_path: Path, name: str, text: str | bytes) -> str:
    """The message with which a file is refused, without the folder."""
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(BadGraph) as caught:
        read_graph(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


class TestFormats:
    @pytest.mark.parametrize(
        ("name", "text", "form"),
        [
            ("g.json", "{", "json"),
            ("g.graphml", "", "graphml"),
            ("g.yml", "{a: 1}", "yaml"),
            ("g.YAML", "a: 1", "yaml"),
            ("g", ' {"a": 1}', "json"),
            ("g", "log: 1", "yaml"),
            ("g.json", "<?xml", "graphml"),
            ("g.txt", "\n<graphml", "graphml"),
        ],
    )
    def test_detection(self, name: str, text: str, form: str) -> None:
        assert detect_format(Path(name), text) == form

    def test_a_byte_order_mark_is_skipped(self, tmp_path: Path) -> None:
        path = tmp_path / "g.json"
        path.write_bytes(b"\xef\xbb\xbf" + json.dumps(played().to_json()).encode())
        assert read_graph(path).skills() == ["chop", "place_table"]

    def test_unknown_suffix_on_writing(self, tmp_path: Path) -> None:
        with pytest.raises(BadGraph, match=r"written as \.json or \.graphml, not '\.yaml'"):
            write_graph(played(), tmp_path / "g.yaml")
        assert list(tmp_path.iterdir()) == []

    def test_missing_and_folder(self, tmp_path: Path) -> None:
        with pytest.raises(BadGraph, match=r"none\.yaml: cannot be read: No such file or directory"):
            read_graph(tmp_path / "none.yaml")
        with pytest.raises(BadGraph, match="cannot be read: Is a directory"):
            read_graph(tmp_path)

    @pytest.mark.parametrize("name", ["g.json", "g.graphml", "g.yaml", "g"])
    def test_empty(self, tmp_path: Path, name: str) -> None:
        expected = "the file is empty; expected a skill graph as JSON, GraphML or skills.yaml"
        assert fail(tmp_path, name, " \n") == expected

    def test_not_text(self, tmp_path: Path) -> None:
        assert fail(tmp_path, "g.yaml", b"log:\xff") == "not text in UTF-8: byte 4 is 0xff"


class TestJson:
    def test_round_trip_loses_nothing(self, tmp_path: Path) -> None:
        graph = played()
        write_graph(graph, tmp_path / "g.json")
        assert read_graph(tmp_path / "g.json").to_json() == graph.to_json()

    def test_malformed(self, tmp_path: Path) -> None:
        assert fail(tmp_path, "g.json", '{"schema": 1,\n "nodes": ]').startswith(
            "line 2: not JSON: Expecting value (column 11)"
        )

    def test_deep_nesting(self, tmp_path: Path) -> None:
        assert fail(tmp_path, "g.json", "[" * 200_000).startswith("not JSON: ")

    def test_foreign_json(self, tmp_path: Path) -> None:
        assert fail(tmp_path, "g.json", '{"a": 1}').startswith("no 'schema' among the keys ['a']")


class TestGraphml:
    def test_round_trip_loses_unmentioned_facts_and_control_characters_only(self, tmp_path: Path) -> None:
        graph = played()
        write_graph(graph, tmp_path / "g.graphml")
        back = read_graph(tmp_path / "g.graphml")
        expected = graph.to_json()
        del expected["graph"]["kinds"]["moon"]
        for node in expected["nodes"]:
            if node.get("description"):
                node["description"] = "Put a <table> & more\ufffd \u00fcber \U0001fab5"
        assert back.to_json() == expected
        assert back.belief("place_table").consumes == {"wood": 4, '<&">': 2}

    def test_networkx_reads_it(self, tmp_path: Path) -> None:
        write_graph(played(), tmp_path / "g.graphml")
        other = nx.read_graphml(tmp_path / "g.graphml")
        assert other.edges["fact:wood", "skill:place_table"]["consumes_believed"] == 4

    def test_malformed(self, tmp_path: Path) -> None:
        assert fail(tmp_path, "g.graphml", "<graphml>\n<graph>").startswith(
            "line 2: not XML: no element found"
        )
        assert fail(tmp_path, "g.graphml", "<svg/>").startswith("not GraphML: ")
        assert "document type" in fail(tmp_path, "g.graphml", '<!DOCTYPE g [<!ENTITY a "b">]><graphml/>')

    def test_undirected(self, tmp_path: Path) -> None:
        text = to_graphml(played()).replace('edgedefault="directed"', 'edgedefault="undirected"')
        assert fail(tmp_path, "g.graphml", text).startswith("the GraphML graph is undirected")

    def test_foreign_graph(self, tmp_path: Path) -> None:
        text = "\n".join(nx.generate_graphml(nx.DiGraph([("a", "b")])))
        assert fail(tmp_path, "g.graphml", text).startswith("no 'schema'")

    def test_broken_evidence(self, tmp_path: Path) -> None:
        text = to_graphml(played()).replace("{&quot;successes&quot;", "{&quot;")
        text = text.replace('{"successes"', '{"')
        assert "evidence" in fail(tmp_path, "g.graphml", text)


class TestTechTree:
    def test_every_record(self) -> None:
        graph = read_graph(TECH_TREE)
        assert len(graph) == 21
        assert all(graph.available(name) and graph.step_cap(name) == 200 for name in graph)
        kinds = [graph.kind(name) for name in graph]
        assert [kinds.count(k) for k in ("find", "act", "craft")] == [4, 6, 11]  # type: ignore[arg-type]
        assert graph.claim("hopper") == Effects(
            consumes={"iron_ingot": 5, "chest": 1},
            requires={"crafting_table_nearby": 1},
            obtains={"hopper": 1},
        )
        assert graph.claim("cobblestone").holds == {"wooden_pickaxe": 1}

    def test_places_in_all_three_positions(self) -> None:
        graph = read_graph(TECH_TREE)
        assert graph.fact_kind("tree_nearby") == graph.fact_kind("crafting_table_nearby") == "place"
        assert graph.fact_kind("log") == "count"
        assert graph.claim("log").consumes == {"tree_nearby": 1}
        assert graph.claim("chest").requires == {"crafting_table_nearby": 1}
        assert graph.claim("rock_nearby").obtains == {"rock_nearby": 1}

    def test_notes(self) -> None:
        assert read_graph(TECH_TREE).notes == [
            "lines 128 and 149: 'shears' is given twice with the same content; merged",
            "line 51: 'wool' equips 'shears' without requiring it; plans get it first",
        ]

    def test_it_is_sound(self) -> None:
        assert find_problems(read_graph(TECH_TREE)) == []

    def test_becomes_a_json_graph(self, tmp_path: Path) -> None:
        graph = read_graph(TECH_TREE)
        write_graph(graph, tmp_path / "graph.json")
        assert read_graph(tmp_path / "graph.json").to_json() == graph.to_json()


GOOD = "log: {skill_type: 1, consume: {tree_nearby: 1}, require: null, equip: [], obtain: {log: 1}}\n"


class TestBadYaml:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a: [1,\nb: }", "line 2: not YAML: while parsing a flow node; expected the node content"),
            ("a: 1\n---\nb: 2", "line 2: not YAML: expected a single document"),
            ("# nothing\n", "the file is empty; expected one record per skill, such as chest: "),
            ("- log\n", "line 1: the file is a list; expected a mapping from names"),
            ("log", "line 1: the file is 'log'; expected a mapping from names"),
            ("\nlog: 3", "line 2: skill 'log' is '3'; expected a mapping from names"),
            ("log:", "line 1: skill 'log' is nothing; expected a mapping from names"),
            ("? [a]\n: {}", "line 1: the name is a list; expected a word"),
            ("log: {obtain: {log: 1}}", "line 1: skill 'log' has no 'skill_type'; expected a record like "),
            ("log: {skill_type: 1}", "line 1: skill 'log' has no 'obtain'; expected a record like "),
            ("log: {skill_type: 1, obtain: }", "line 1: skill 'log' obtains nothing; expected item: count"),
            (
                "log:\n  skill_type: 3\n  obtain: {log: 1}",
                "line 2: skill_type of 'log' is '3'; expected 0 (find), 1 (manipulate) or 2 (craft)",
            ),
            ("log: {skill_type: craft, obtain: {log: 1}}", "line 1: skill_type of 'log' is 'craft'; "),
            ("log: {skill_type: '1', obtain: {log: 1}}", "line 1: skill_type of 'log' is '1'; "),
            (
                "log:\n  skill_type: 1\n  consume: {axe: -1}\n  obtain: {log: 1}",
                "line 3: 'consume' of 'log' gives '-1' as the count of 'axe'; "
                "expected a whole number of at least 1",
            ),
            (
                "log: {skill_type: 1, obtain: {log: 1.5}}",
                "line 1: 'obtain' of 'log' gives '1.5' as the count",
            ),
            ("log: {skill_type: 1, obtain: {log: 0}}", "line 1: 'obtain' of 'log' gives '0' as the count"),
            (
                "log: {skill_type: 1, obtain: {log: yes}}",
                "line 1: 'obtain' of 'log' gives 'yes' as the count",
            ),
            ("log: {skill_type: 1, obtain: {log: }}", "line 1: 'obtain' of 'log' gives nothing as the count"),
            (
                "log: {skill_type: 1, obtain: [log]}",
                "line 1: 'obtain' of 'log' is a list; expected a mapping",
            ),
            (
                "log: {skill_type: 1, equip: axe, obtain: {log: 1}}",
                "line 1: 'equip' of 'log' is 'axe'; expected a list of items",
            ),
            (
                "log: {skill_type: 1, consumes: {axe: 1}, obtain: {log: 1}}",
                "line 1: skill 'log' has the unknown field 'consumes'; did you mean 'consume'?",
            ),
            (
                "log:\n  skill_type: 1\n  obtain: {log: 1}\n  obtain: {log: 2}",
                "lines 3 and 4: 'log' has two fields 'obtain'",
            ),
            (
                "log: {skill_type: 1, obtain: {log: 1,\n log: 2}}",
                "lines 1 and 2: 'obtain' of 'log' names 'log' twice, with counts 1 and 2; keep one of them",
            ),
            ("[" * 5000, "not a skill table: nested too deeply"),
        ],
    )
    def test_message(self, tmp_path: Path, text: str, message: str) -> None:
        assert fail(tmp_path, "skills.yaml", text).startswith(message)

    def test_contradicting_repeats_name_both_lines(self, tmp_path: Path) -> None:
        text = GOOD + "plank: {skill_type: 2, obtain: {plank: 4}}\n" + GOOD.replace("log: 1", "log: 2")
        assert fail(tmp_path, "skills.yaml", text) == (
            "lines 1 and 3: 'log' is given twice with different content; keep one of them"
        )

    def test_identical_repeats_are_merged_with_a_note(self) -> None:
        graph = parse_skills_yaml(GOOD + GOOD)
        assert graph.skills() == ["log"]
        assert graph.notes == ["lines 1 and 2: 'log' is given twice with the same content; merged"]

    def test_identical_inner_repeats_are_merged_with_a_note(self) -> None:
        graph = parse_skills_yaml("log: {skill_type: 1, obtain: {log: 1, log: 1}}")
        assert graph.notes == [
            "lines 1 and 1: 'obtain' of 'log' names 'log' twice with the same count; merged"
        ]

    def test_fields_of_others_are_left_out_with_a_note(self) -> None:
        graph = parse_skills_yaml("log: {skill_type: 1, biome: plains, obtain: {log: 1}}")
        assert graph.notes == ["line 1: skill 'log' has the unknown field 'biome'; left out"]

    def test_a_key_that_is_not_obtained_is_noted(self) -> None:
        graph = parse_skills_yaml("mine: {skill_type: 1, obtain: {cobble: 1}}")
        assert graph.notes == ["line 1: 'mine' obtains cobble, but not 'mine' itself"]

    @pytest.mark.parametrize(
        "text",
        [
            "!!python/object/apply:os.system ['touch pwned']",
            "log: !!python/object/apply:os.system ['touch pwned']",
            "log: {skill_type: 1, obtain: {log: !!python/object/apply:os.system ['touch pwned']}}",
            "log: {skill_type: 1, equip: [!!python/name:os.system x], obtain: {log: 1}}",
        ],
    )
    def test_tags_are_never_executed(
        self, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert "the tag 'tag:yaml.org,2002:python/" in fail(tmp_path, "skills.yaml", text)
        assert not (tmp_path / "pwned").exists()

    def test_names_stay_as_they_are(self) -> None:
        graph = parse_skills_yaml("Iron Hopper: {skill_type: 2, obtain: {Iron Hopper: 1}}")
        assert graph.producers("Iron Hopper") == ("Iron Hopper",)
