from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.play.libraries import shipped_library
from agent.web.views.answers import answer_ids, answers_view
from agent.web.views.card import card_view, fact_card
from agent.web.views.corrections import corrections_view
from agent.web.views.curve import learning_curve
from agent.web.views.differences import differences_view
from agent.web.views.opened import Opened, open_library
from agent.web.views.situations import situations
from agent.web.views.trials import recorded_trials
from planners.graph.evidence import Evidence
from planners.graph.graph import SkillGraph
from skills.errors import UnknownSkill
from skills.skill import Effects, Lineage, PolicyRecord, Skill, SkillKind, SkillStats
from skills.store.store import SkillLibrary
from tests.agent.toy_library import build_toy_library
from tests.agent.web.views.test_scene import small


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    build_toy_library(tmp_path)
    return open_library(tmp_path, "toy")


def test_a_card_tells_all_that_is_known(opened: Opened) -> None:
    card = card_view(opened, "gather")
    assert (card["state"], card["policy"]) == ("admitted", "the action take")
    assert card["stats"]["rate"] == 0.9
    assert card["stats"]["interval"] == [0.5958, 0.9821]
    (version,) = card["versions"]
    assert (version["version"], version["trials"]["attempts"]) == (1, 10)
    assert {claim["fact"] for claim in card["claims"]} == {"wood", "did.collect_wood"}
    assert card["curve"] == []


def test_an_unknown_skill_or_fact_is_said_with_near_names(opened: Opened) -> None:
    with pytest.raises(UnknownSkill, match="gather"):
        card_view(opened, "gathr")
    with pytest.raises(UnknownSkill, match="wood"):
        fact_card(opened, "wod")


def test_a_fact_says_who_brings_and_who_needs_it(opened: Opened) -> None:
    roles = {(claim["skill"], claim["role"]) for claim in fact_card(opened, "wood")["claims"]}
    assert roles == {("gather", "obtains"), ("build_bench", "consumes")}


def test_a_damaged_older_version_is_said(opened: Opened) -> None:
    assert opened.store is not None
    store = SkillLibrary(opened.store.root, "toy")
    store.add(opened.skills["gather"])
    (store.folder / "gather" / "v1" / "skill.json").write_text("{")
    versions = card_view(open_library(store.root, "toy"), "gather")["versions"]
    assert [version["version"] for version in versions] == [2, 1]
    assert "damaged" in versions[1]


def test_corrected_claims_are_listed() -> None:
    (entry,) = corrections_view(Opened(title="toy", graph=small()))
    assert (entry["skill"], entry["claimed"], entry["believed"]) == ("place_table", 1, 2)
    assert entry["sentence"] == "claimed 1 wood, play found 2 (1 of 1 success)"


def test_success_by_situation() -> None:
    evidence = Evidence(
        successes=8,
        failures=2,
        places={"near.tree": 6},
        met_places={"near.tree": 1},
        starts={"wood": {2: 5, 3: 3}},
        lacking_only={"wood": {1: 1}},
    )
    rows = situations(evidence, {"near.tree": "place"})
    # Wilson at 95 %: 8 of 10 from 0.490 to 0.943, 6 of 7 from 0.487 to 0.974
    assert rows[0] == ["", None, 8, 2, 0.49, 0.943]
    assert rows[1] == ["near.tree", None, 6, 1, 0.487, 0.974]
    assert [row[:4] for row in rows[2:]] == [["wood", 1, 0, 1], ["wood", 2, 5, 0], ["wood", 3, 3, 0]]
    assert situations(Evidence(), {}) == []


def learned(run: str) -> Skill:
    return Skill(
        name="dig",
        game="toy",
        kind=SkillKind.ACT,
        description="",
        effects=Effects(),
        policy=PolicyRecord(kind="learned"),
        lineage=Lineage(run=run),
    )


def test_the_curve_joins_the_rounds_of_a_training_and_leaves_a_torn_end_out(tmp_path: Path) -> None:
    for number, steps in ((1, (1000, 2000)), (2, (1000, 2000)), (10, (1000,))):
        folder = tmp_path / "r" / "training" / f"dig-r{number}"
        folder.mkdir(parents=True)
        lines = [json.dumps({"step": step, "rollout/success_rate": number / 10}) for step in steps]
        (folder / "metrics.jsonl").write_text("\n".join([*lines, '{"step": 9']))
    other = tmp_path / "r" / "training" / "dig-rocks-r1"
    other.mkdir()
    (other / "metrics.jsonl").write_text('{"step": 1, "rollout/success_rate": 0.0}\n')
    curve = learning_curve(tmp_path, learned("r"))
    assert curve == [[1000, 0.1], [2000, 0.1], [3000, 0.2], [4000, 0.2], [5000, 1.0]]


@pytest.mark.parametrize("run", ["", "gone", "../r", "/etc"])
def test_a_run_that_is_not_there_gives_no_curve(tmp_path: Path, run: str) -> None:
    assert learning_curve(tmp_path, learned(run)) == []
    assert learning_curve(None, learned(run)) == []


def test_answers_are_found_among_the_recorded_ones_with_each_paragraph_once() -> None:
    crafter = open_library(shipped_library(), "crafter")
    ids = answer_ids(crafter, ["collect_wood", "collect_stone"])
    assert len(ids) >= 4
    found = answers_view(crafter, ["collect_wood", "collect_stone"])
    assert list(found["answers"]) == ids
    assert found["missing"] == []
    assert len(set(found["texts"])) == len(found["texts"])
    answer = found["answers"][ids[0]]
    question = "\n\n".join(found["texts"][k] for _, parts in answer["messages"] for k in parts)
    assert "collect_wood" in question
    assert '"obtains"' in answer["reply"]


def test_two_libraries_side_by_side(opened: Opened) -> None:
    other = SkillGraph("toy", dict(opened.graph.kinds))
    stats = SkillStats(successes=1, failures=99)
    other.add_skill("gather", SkillKind.ACT, Effects(obtains={"wood": 2}), stats=stats, available=True)
    other.add_skill("sing", SkillKind.ACT, Effects())
    found = differences_view(opened, Opened(title="other", graph=other))
    assert (found["only_here"], found["only_there"], found["alike"]) == (["build_bench"], ["sing"], 0)
    (row,) = found["differ"]
    assert row["rates_differ"]
    assert {"role": "obtains", "fact": "wood", "here": 1, "there": 2} in row["beliefs"]
    same = differences_view(opened, opened)
    assert (same["differ"], same["alike"]) == ([], 2)


def test_answers_that_nothing_here_knows_are_named(opened: Opened) -> None:
    opened.graph.add_skill("sing", SkillKind.ACT, Effects(), answer_id="blake2b-16:0")
    found = answers_view(opened, ["sing"])
    assert (found["missing"], found["answers"]) == (["blake2b-16:0"], {})


def test_recorded_trials_can_be_watched(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    about = [
        {"origin": "trial", "asked": "dig", "done": True},
        {"origin": "trial", "asked": "sing", "done": True},
        {"origin": "solve", "asked": "dig", "done": True},
        {"origin": "trial", "asked": "dig", "done": None},
        "not an object",
    ]
    lines = [json.dumps({"about": entry}) for entry in about]
    (tmp_path / "r" / "episodes.jsonl").write_text("\n".join([*lines, '{"about": ']))
    found = recorded_trials(tmp_path, learned("r"))
    assert [(entry["episode"], entry["done"]) for entry in found] == [("1", True), ("4", None)]
    assert recorded_trials(tmp_path, learned("../r")) == []
    assert recorded_trials(tmp_path, learned("gone")) == []
