from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from agent.play.libraries import shipped_library
from agent.web.offline.addresses import address
from agent.web.offline.graph_documents import graph_documents, graph_page, plans
from agent.web.views.opened import Opened, open_library
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind
from tests.agent.toy_library import build_toy_library
from tests.agent.web.views.test_scene import HOSTILE

MOST_BYTES = 400_000


def test_the_page_of_the_starter_library_is_small_and_whole() -> None:
    page = graph_page(open_library(shipped_library(), "crafter"), title="Skills: crafter")
    assert len(page.encode()) <= MOST_BYTES
    assert "<noscript>" in page
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)


def test_every_skill_and_fact_has_its_card(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    opened = open_library(tmp_path, "toy")
    documents = graph_documents(opened)
    for name in opened.graph.skills():
        assert documents[address("/graph/skill", game="toy", skill=name)]["name"] == name
    for fact in opened.graph.facts():
        assert documents[address("/graph/fact", game="toy", fact=fact)]["name"] == fact
    assert documents["/graph/libraries?game=toy"] == [{"name": "", "title": "this library"}]


def test_two_libraries_in_one_file(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    opened = open_library(tmp_path, "toy")
    documents = graph_documents(opened, beside=Opened(title="other", graph=SkillGraph("toy", {})))
    compared = documents["/graph/compare?game=toy&other=beside"]
    assert compared["only_here"] == ["gather", "build_bench"]


def test_plans_are_found_by_what_is_wanted(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    opened = open_library(tmp_path, "toy")
    found = plans(opened, opened.graph.skills())
    for goal in ("build bench", "near bench"):
        plan = found["plans"][found["goals"][goal]]
        assert [step["skill"] for step in plan["steps"]] == ["gather", "build_bench"]


def test_hostile_names_stay_texts() -> None:
    graph = SkillGraph("toy", {})
    graph.add_skill(HOSTILE, SkillKind.ACT, Effects(requires={HOSTILE: 2}), description=HOSTILE)
    page = graph_page(Opened(title="toy", graph=graph), title=HOSTILE)
    assert page.count("<script") == 2
    assert "<img" not in page
    (documents,) = re.findall(r'id="documents">(.*?)</script>', page, re.DOTALL)
    assert json.loads(documents)["/graph?game=toy"]["skills"]["name"] == [HOSTILE]


@pytest.mark.parametrize(
    ("name", "written"), [("a b", "a%20b"), ("a&b=c", "a%26b%3Dc"), ("é", "%C3%A9"), ("it's", "it's")]
)
def test_addresses_are_those_that_the_page_asks_for(name: str, written: str) -> None:
    assert address("/graph/skill", skill=name, game="toy") == f"/graph/skill?game=toy&skill={written}"
