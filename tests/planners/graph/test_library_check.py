"""What is found in the graph of a library, and in the evidence of its skills."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envs.registry import game_spec
from planners.graph.evidence import Evidence
from planners.graph.graph import SkillGraph
from planners.graph.library_check import problems
from planners.plan import Execution, Outcome, Verdict
from skills.skill import Effects, SkillKind
from skills.store.store import SkillLibrary

SHIPPED = Path(__file__).parents[3] / "skills" / "library"


def played() -> SkillGraph:
    spec = game_spec("toy")
    graph = SkillGraph("toy", spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    graph.add_skill("gather", SkillKind.ACT, Effects(requires={"near.tree": 1}, obtains={"wood": 1}))
    graph.add_skill("bench", SkillKind.CRAFT, Effects(consumes={"wood": 1}, obtains={"near.bench": 1}))
    outcomes: list[tuple[str, Outcome, dict[str, int], dict[str, int]]] = [
        ("gather", "done", {"near.tree": 1, "distance.tree": 3}, {"wood": 1}),
        ("gather", "not_done", {}, {}),
        ("bench", "done", {"wood": 3, "near.tree": 1}, {"wood": 1, "near.bench": 1}),
        ("bench", "not_done", {"wood": 2, "near.tree": 1}, {"wood": 2}),
        ("bench", "not_done", {"wood": 1}, {}),
    ]
    for skill, outcome, before, after in outcomes * 3:
        verdict = Verdict(outcome=outcome, reason="", judge="facts")
        graph.record(Execution(skill=skill, verdict=verdict, env_steps=4, before=before, after=after))
    return graph


def found(change: Callable[[dict[str, Any]], Any]) -> list[str]:
    data = played().to_json()
    change(data)
    return list(problems("graph.json", json.dumps(data).encode(), "toy"))


def test_what_play_wrote_has_no_problems() -> None:
    graph = played()
    assert found(lambda data: None) == []
    assert all(graph.evidence(skill).contradictions() == [] for skill in graph)
    evidence = graph.evidence("bench").model_dump(mode="json")
    content = json.dumps({"schema": 1, "evidence": evidence}).encode()
    assert list(problems("evidence.json", content, "toy")) == []


@pytest.mark.parametrize("game", sorted(path.name for path in SHIPPED.iterdir() if path.is_dir()))
def test_the_starter_libraries_have_no_problems(game: str) -> None:
    assert SkillLibrary(SHIPPED, game, problems).verify() == []


def test_other_graphs() -> None:
    assert found(lambda data: data["graph"].update(game="crafter")) == [
        "a graph of 'crafter' in the library of 'toy'; restore it"
    ]
    assert found(lambda data: data["graph"]["kinds"].update(wod="count")) == [
        "it speaks of what is no fact of toy: 'wod'; did you mean 'wood'?"
    ]
    (text,) = found(lambda data: data["graph"]["kinds"].update({f"f{i}": "count" for i in range(9)}))
    assert text.endswith("'f0', 'f1', 'f2', 'f3', 'f4' and 4 more")
    assert found(lambda data: data["graph"]["kinds"].update(wood="place")) == []  # its node says count
    (text,) = found(lambda data: data["nodes"][0].update(successes=-1))
    assert text.startswith("no skill graph: nodes[0].successes is -1: ")
    (text,) = found(lambda data: data["nodes"][0].update(successes=10**400))
    assert text.startswith("no skill graph: nodes[0].successes is ")
    (text,) = found(lambda data: data["edges"][0].update(requires=2**31))
    assert "requires is 2147483648: " in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"successes": -1}, "evidence.json holds no evidence: successes is -1"),
        ({"successes": 1, "met": 1}, "met counts 1 executions of 0"),
        ({"changes": {"wood": {"1": 5}}}, "changes['wood'] counts 5 executions of 0"),
        ({"starts": {"wood": {"1": 5}}, "successes": 4}, "starts['wood'] counts 5 executions of 4"),
        ({"places": {"near.tree": 2}, "successes": 1}, "places['near.tree'] counts 2 executions of 1"),
        ({"left": {"near.tree": 2}, "successes": 3}, "left['near.tree'] counts 2 executions of 0"),
        (
            {"lacking_only": {"wood": {"0": 3}}, "failures": 2},
            "lacking_only['wood'] counts 3 executions of 2",
        ),
        ({"met_places": {"near.tree": 1}}, "met_places['near.tree'] counts 1 executions of 0"),
        ({"scarcest": {"wood": {"0": 3}}}, "scarcest['wood'] counts 3 executions of 0"),
        ({"exhausted": 1}, "exhausted counts 1 executions of 0"),
        ({"courses": {"distance.tree": {"n": 1}}}, "courses['distance.tree'] counts 1 executions of 0"),
        ({"courses": {"distance.tree": {"x": float("inf")}}}, "evidence.json holds no evidence: courses"),
        ({"courses": {"distance.tree": {"x": float("nan")}}}, "evidence.json holds no evidence: courses"),
        ({"changes": {"wood": {"5000": 1}}}, "evidence.json holds no evidence: changes.wood.5000"),
        ({"changes": {"wood": {"1": 0}}}, "evidence.json holds no evidence: changes.wood.1 is 0"),
    ],
)
def test_evidence_that_cannot_be(change: dict[str, Any], message: str) -> None:
    content = json.dumps({"schema": 1, "evidence": change}).encode()
    assert any(text.startswith(message) for text in problems("evidence.json", content, "toy"))


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ({"success": 2}, "evidence.json holds success, which evidence does not count; restore it"),
        ({"evidence": {"success": 2}, "schema": 1}, "evidence.json holds success, which evidence does not"),
        ({"evidence": {"successes": 2}, "score": 1}, "evidence.json holds evidence, score, which evidence"),
        ({"successes": 1, "\x1b[2J": 1}, "evidence.json holds \\x1b[2J, which evidence does not count"),
        ({f"n{i}": 1 for i in range(20_000)}, "evidence.json holds n0, n1, "),
        ({"successes": 1, "changes": {"wod": {"1": 1}}}, "it speaks of what is no fact of toy: 'wod'; did"),
        (
            {"failures": 1, "lacking_only": {"\x1b[2J": {"0": 1}}},
            "it speaks of what is no fact of toy: '\\x1b",
        ),
        (
            {"successes": 1, "courses": {"to.tree": {"n": 1}}},
            "it speaks of what is no fact of toy: 'to.tree'",
        ),
    ],
)
def test_evidence_of_something_else(evidence: dict[str, Any], message: str) -> None:
    content = json.dumps({"schema": 1, "evidence": evidence}).encode()
    (text,) = problems("evidence.json", content, "toy")
    assert text.startswith(message) and len(text) < 1_000
    assert list(problems("evidence.json", content, "unheard of")) == ([text] if "holds" in text else [])


def test_evidence_one_level_too_deep_is_examined_like_any_other() -> None:
    def deep(**evidence: Any) -> list[str]:
        content = {"schema": 1, "evidence": {"schema": 1, "evidence": evidence}}
        return list(problems("evidence.json", json.dumps(content).encode(), "toy"))

    assert deep(successes=2, changes={"wood": {"1": 2}}) == []
    assert deep(successes=1, changes={"wood": {"1": 2}}) == ["changes['wood'] counts 2 executions of 1"]


def test_facts_of_evidence_in_a_graph() -> None:
    def change(data: dict[str, Any]) -> None:
        node = next(node for node in data["nodes"] if node["name"] == "bench")
        node["evidence"]["starts"]["wod"] = {"1": 1}

    assert found(change) == [
        "evidence of 'bench': it speaks of what is no fact of toy: 'wod'; did you mean 'wood'?"
    ]


def test_evidence_in_a_graph() -> None:
    def change(data: dict[str, Any]) -> None:
        node = next(node for node in data["nodes"] if node["name"] == "bench")
        node["evidence"]["successes"] = 1

    assert any(text.startswith("evidence of 'bench': changes['wood'] counts 3") for text in found(change))


def test_other_schemas_of_evidence() -> None:
    assert list(problems("evidence.json", b'{"schema": 7}', "toy")) == [
        "evidence.json has schema 7; this version reads up to 1: update journeyman"
    ]
    assert list(problems("evidence.json", b'{"schema": 1, "evidence": []}', "toy"))
    assert Evidence().contradictions() == []
