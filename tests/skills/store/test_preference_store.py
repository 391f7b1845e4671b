"""Rewards learned from preferences beside a skill's version: hashed, checked, exported, mentioned."""

import json

import numpy as np
import pytest

from envs.fact_changes import FactChanges
from envs.registry import game_spec
from skills.errors import LibraryDamaged
from skills.files import sha256
from skills.rewards.preference_model import PreferenceModel
from skills.skill import Effects, PolicyRecord, PreferenceRecord, Skill
from skills.store.card import skill_card
from skills.store.store import SkillLibrary
from tests.skills.toy_policy import toy_policy

CHANNELS = tuple(channel.fact for channel in FactChanges(game_spec("toy")).channels)


def model(bias=0.0):
    weight = np.zeros((2 * len(CHANNELS), 1), np.float32)
    weight[0, 0] = 1.5
    return PreferenceModel(
        game="toy",
        skill="collect_wood",
        channels=CHANNELS,
        layers=((weight, np.array([bias], np.float32)),),
        mean=0.0,
        deviation=1.0,
        quantiles=(0.5,) * 19,
        floor=0.0,
    )


def skill(preference=None):
    record = None
    if preference is not None:
        digest = sha256(preference.to_bytes())
        record = PreferenceRecord(sha256=digest, events=10, answers=81, pairs_compared=40, pairs_agreed=36)
    return Skill(
        name="collect_wood",
        game="toy",
        kind="act",
        description="Collect wood.",
        effects=Effects(obtains={"wood": 1}),
        policy=PolicyRecord(kind="learned"),
        preference=record,
    )


@pytest.fixture
def library(tmp_path):
    shelf = SkillLibrary(tmp_path / "library", "toy")
    shelf.add(skill(model()), toy_policy(), preference=model())
    return shelf


def test_what_is_added_comes_back(library):
    found = library.preference("collect_wood")
    assert found.to_bytes() == model().to_bytes()
    assert library.load("collect_wood").preference.pairs_agreed == 36
    assert (library.folder / "collect_wood/v1/preference.json").read_bytes() == model().to_bytes()
    assert library.verify() == []


def test_a_skill_without_preferences_has_none(library):
    library.add(skill(), toy_policy())
    assert library.preference("collect_wood") is None
    assert library.preference("collect_wood", 1) is not None
    assert library.verify() == []


@pytest.mark.parametrize(("record", "given"), [(None, model()), (model(), None), (model(), model(1.0))])
def test_record_and_preferences_must_fit(library, record, given):
    with pytest.raises(ValueError, match="the preferences that come with collect_wood are not those"):
        library.add(skill(record), toy_policy(), preference=given)
    assert library.versions("collect_wood") == [1]


def test_a_changed_file_is_found_and_never_loaded(library):
    path = library.folder / "collect_wood/v1/preference.json"
    path.write_bytes(model(2.0).to_bytes())
    with pytest.raises(LibraryDamaged, match=r"preference\.json of collect_wood v1 has changed"):
        library.preference("collect_wood")
    (problem,) = library.verify()
    assert problem.path == "collect_wood/v1/preference.json"


def rewrite(folder, **files):
    """Change files of a version together with their hashes in DONE."""
    done = json.loads((folder / "DONE").read_bytes())
    for name, content in files.items():
        file = name.replace("_json", ".json")
        if content is None:
            (folder / file).unlink()
            del done["files"][file]
        else:
            (folder / file).write_bytes(content)
            done["files"][file] = sha256(content)
    (folder / "DONE").write_text(json.dumps(done))


def test_hashes_that_fit_each_other_and_not_the_record(library):
    folder = library.folder / "collect_wood/v1"
    rewrite(folder, preference_json=model(2.0).to_bytes())
    (problem,) = library.verify()
    assert problem.path == "collect_wood/v1/preference.json"
    assert "the record says sha256" in problem.message
    rewrite(folder, preference_json=None)
    (problem,) = library.verify()
    assert "DONE says none" in problem.message


def test_a_file_that_is_no_model_is_found_even_where_all_hashes_fit(library):
    folder = library.folder / "collect_wood/v1"
    record = json.loads((folder / "skill.json").read_bytes())
    record["preference"]["sha256"] = sha256(b"{}")
    rewrite(folder, preference_json=b"{}", skill_json=json.dumps(record).encode())
    (problem,) = library.verify()
    assert "is no reward learned from preferences" in problem.message
    with pytest.raises(LibraryDamaged, match="is no reward learned from preferences"):
        library.preference("collect_wood")


def test_export_and_import(library, tmp_path):
    library.export(tmp_path / "library.zip")
    other = SkillLibrary(tmp_path / "other", "toy")
    assert other.import_(tmp_path / "library.zip").installed == ("collect_wood/v1",)
    assert other.preference("collect_wood").to_bytes() == model().to_bytes()
    assert other.verify() == []


def test_the_card_says_what_it_rests_on():
    line = "| learned from preferences | 81 answers on 10 events; 36 of 40 pairs compared one by one agree"
    assert f"{line} (95%: 77% to 96%) |" in skill_card(skill(model())).splitlines()
    assert "preferences" not in skill_card(skill())
    alone = skill(model()).model_copy(
        update={"preference": PreferenceRecord(sha256="a", events=10, answers=1)}
    )
    text = "| learned from preferences | 1 answers on 10 events; not compared pair by pair |"
    assert text in skill_card(alone).splitlines()


def test_records_of_before_are_read():
    old = skill().model_dump(mode="json")
    del old["preference"]
    assert Skill.model_validate(old) == skill()
