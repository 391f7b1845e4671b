"""Which skills are nearest to a task by meaning: by words, and with an encoder."""

from collections.abc import Sequence

import pytest

from agent.play.libraries import shipped_library
from agent.solving.nearest import nearest_skills
from envs.registry import game_spec
from skills.skill import Skill
from skills.store.store import SkillLibrary

SPEC = game_spec("crafter")


@pytest.fixture(scope="module")
def skills() -> dict[str, Skill]:
    return SkillLibrary(shipped_library(), "crafter").load_all()


@pytest.mark.parametrize(
    ("task", "nearest"),
    [
        ("collect 3 stone without losing health", "collect_stone"),
        ("a workbench beside the lake", "place_table"),
        ("chop down some trees", "collect_wood"),
        ("lay a straight row of four placed stones", "place_stone"),
    ],
)
def test_a_task_s_words_lead_to_the_skill(skills: dict[str, Skill], task: str, nearest: str) -> None:
    found = nearest_skills(task, skills, SPEC)
    assert nearest in [match.skill for match in found[:2]]
    assert [match.nearness for match in found] == sorted((m.nearness for m in found), reverse=True)


def test_words_that_no_skill_has_lead_nowhere(skills: dict[str, Skill]) -> None:
    assert nearest_skills("asdf qwer", skills, SPEC) == nearest_skills("", skills, SPEC) == ()
    assert nearest_skills("collect wood", {}, SPEC) == ()


def test_the_claim_of_a_skill_counts_as_well(skills: dict[str, Skill]) -> None:
    odd = skills["place_stone"].model_copy(update={"name": "odd_thing", "claim": "a gap between two trees"})
    found = nearest_skills("leave a gap between the trees", {**skills, "odd_thing": odd}, SPEC)
    assert found[0].skill == "odd_thing"


def test_an_encoder_counts_half(skills: dict[str, Skill]) -> None:
    class Likes:
        def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
            return [float("cow" in other) for other in others]

    assert nearest_skills("asdf", skills, SPEC, Likes())[0].skill == "eat_cow"
