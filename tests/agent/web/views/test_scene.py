from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.errors import MissingPrerequisite
from agent.web.views.graph import graph_view
from agent.web.views.opened import Opened, libraries, named_library, open_library, run_time
from agent.web.views.scene import scene
from envs.errors import UnknownGame
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Verdict
from skills.skill import Effects, SkillKind, SkillStats
from skills.store.store import SkillLibrary
from tests.agent.toy_library import build_toy_library

HOSTILE = "</script><img src=x onerror=\"alert('1')\"><!--&\u2028"


def small() -> SkillGraph:
    graph = SkillGraph("toy", {"wood": "count", "near.table": "place", "did.chop": "event"}, {"wood": 9})
    chop = Effects(obtains={"wood": 1, "did.chop": 1})
    graph.add_skill("chop", SkillKind.ACT, chop, available=True)
    table = Effects(consumes={"wood": 1}, obtains={"near.table": 1})
    graph.add_skill("place_table", SkillKind.CRAFT, table)
    done = Verdict(outcome="done", reason="", judge="facts")
    graph.record(
        Execution(
            skill="place_table",
            verdict=done,
            env_steps=5,
            before={"wood": 6},
            after={"wood": 4, "near.table": 1},
        )
    )
    return graph


def shown(graph: SkillGraph, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(scene(Opened(title=graph.game, graph=graph), **more)))
    return found


def edges(data: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str, int, int]]:
    names = [*data["skills"]["name"], *data["facts"]["name"]]
    columns, found = data["edges"], {}
    for i, skill in enumerate(columns["skill"]):
        role = ("requires", "consumes", "holds", "obtains")[columns["role"][i]]
        status = ("unverified", "confirmed", "added", "corrected")[columns["status"][i]]
        key = names[skill], names[columns["fact"][i]]
        found[key] = role, status, columns["claimed"][i], columns["believed"][i]
    return found


def test_edges_say_what_became_of_claims() -> None:
    assert edges(shown(small())) == {
        ("chop", "wood"): ("obtains", "unverified", 1, 1),
        ("place_table", "wood"): ("consumes", "corrected", 1, 2),
        ("place_table", "near.table"): ("obtains", "confirmed", 1, 1),
    }


def test_facts_that_only_say_that_something_was_done_are_shown_when_asked_for() -> None:
    assert shown(small())["facts"]["name"] == ["wood", "near.table"]
    assert shown(small())["hidden"] == 1
    assert "did.chop" in shown(small(), events=True)["facts"]["name"]
    graph = small()
    graph.add_skill("rest", SkillKind.ACT, Effects(requires={"did.chop": 1}))
    assert "did.chop" in shown(graph)["facts"]["name"]


def test_mastery_is_told_with_its_interval() -> None:
    graph = small()
    graph.set_stats("chop", SkillStats(successes=9, failures=1, steps=300))
    skills = shown(graph)["skills"]
    # Wilson for 9 of 10 at 95 %: 0.5958 to 0.9821
    assert [skills[key][0] for key in ("tries", "rate", "low", "high")] == [10, 900, 596, 982]
    graph.set_stats("chop", SkillStats())
    assert shown(graph)["skills"]["rate"][0] == -1


def test_summary_and_states() -> None:
    data = shown(small())
    assert data["summary"]["claims"] == {"unverified": 2, "confirmed": 1, "added": 0, "corrected": 1}
    assert (data["summary"]["skills"], data["summary"]["admitted"]) == (2, 1)
    assert [data["texts"][k] for k in data["skills"]["state"]] == ["admitted", "waiting"]


@pytest.mark.parametrize("name", [HOSTILE, "__proto__", "m" * 5000])
def test_names_are_kept_word_for_word_and_boxes_stay_small(name: str) -> None:
    graph = SkillGraph("toy", {})
    graph.add_skill(name, SkillKind.ACT, Effects(requires={name: 2}, obtains={"x": 1}))
    data = shown(graph)
    assert data["skills"]["name"] == [name]
    assert data["facts"]["name"][0] == name
    assert data["skills"]["w"][0] < 300


def test_an_empty_graph_has_an_empty_scene() -> None:
    data = shown(SkillGraph("toy", {}))
    assert (data["skills"]["name"], data["lanes"], data["width"]) == ([], [], 0)


def test_an_unchanged_library_is_read_once(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    first = graph_view(tmp_path, "toy")
    assert graph_view(tmp_path, "toy") is first
    SkillLibrary(tmp_path, "toy").retire("gather", "it is dull")
    again = graph_view(tmp_path, "toy")
    states = [again["texts"][k] for k in again["skills"]["state"]]
    assert dict(zip(again["skills"]["name"], states, strict=True))["gather"] == "retired"


def test_a_damaged_skill_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    (tmp_path / "toy" / "gather" / "v1" / "skill.json").write_text("{")
    opened = open_library(tmp_path, "toy")
    assert set(opened.damaged) == {"gather"}
    assert set(opened.skills) == {"build_bench"}
    assert len(scene(opened)["skills"]["name"]) == 2


def test_a_half_written_version_is_left_out(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    (tmp_path / "toy" / "gather" / "v1" / "DONE").unlink()
    assert set(open_library(tmp_path, "toy").skills) == {"build_bench"}


def test_a_library_without_a_graph_is_shown_from_its_records(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    (tmp_path / "toy" / "graph.json").unlink()
    opened = open_library(tmp_path, "toy")
    assert sorted(opened.graph.skills()) == ["build_bench", "gather"]
    assert "no graph yet" in opened.damaged["graph.json"]


def test_no_library_and_no_game_are_said(tmp_path: Path) -> None:
    with pytest.raises(MissingPrerequisite, match="practice --game toy"):
        open_library(tmp_path, "toy")
    with pytest.raises(UnknownGame, match="crafter"):
        open_library(tmp_path, "craftr")


def test_pages_may_name_two_libraries_only(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    assert named_library(tmp_path, "../../etc") == tmp_path
    assert [entry["name"] for entry in libraries(tmp_path, "toy")] == [""]


@pytest.mark.parametrize(
    ("run", "when"), [("20261122T231323Z-practice-x", "2026-11-22T23:13:23+00:00"), ("", ""), ("x" * 99, "")]
)
def test_the_time_of_a_run_is_in_its_name(run: str, when: str) -> None:
    assert run_time(run) == when
