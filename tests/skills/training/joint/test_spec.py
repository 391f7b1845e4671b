from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from envs.rollout.episode import Starts
from skills.skill import PolicyRecord
from skills.training.config import PPOConfig
from skills.training.joint.spec import JointSpec
from tests.skills.training.test_spec import ROCK, WOOD

CHOOSE = "def choose(start, facts, last, failures, draw):\n    return 'wood'\n"


@pytest.fixture
def spec() -> JointSpec:
    return JointSpec(
        game="toy",
        skills=(WOOD, ROCK),
        choose=CHOOSE,
        networks="shared",
        work_dir=Path("x"),
        budget_steps=9,
        starts=Starts(max_steps=100),
        known=("wood", "rock", "gem"),
        episode_steps=200,
        seed=4,
    )


def alone(spec: JointSpec, **more: Any) -> JointSpec:
    own = {skill.name: Starts(max_steps=60) for skill in spec.skills}
    return replace(spec, choose="", own_starts=own, **more)


def test_checkpoints_of_earlier_versions_still_belong_to_their_training(spec: JointSpec) -> None:
    """Hashes from before fields were renamed; a training under way goes on after an upgrade."""
    assert spec.identity == "8a63a3c0eb757d0b"
    separate = replace(spec, networks="per_skill")
    assert separate.identity == "89e80e71fd6b4779"
    assert replace(separate, across_switches=True).identity == "e53fcb7f98c92931"


def test_bad_specs_are_named(spec: JointSpec) -> None:
    scripted = WOOD.model_copy(update={"policy": PolicyRecord(kind="scripted", action="take")})
    for change, message in (
        ({"skills": ()}, "skills are none"),
        ({"skills": (WOOD, WOOD)}, "each once"),
        ({"skills": (WOOD, scripted.model_copy(update={"name": "x"}))}, "nothing is learned for x"),
        ({"choose": ""}, "own_starts lacks wood, rock"),
        ({"known": ("wood",)}, "known lacks rock"),
        ({"budget_steps": -1}, "budget_steps is -1"),
        ({"window": 0}, "window 0"),
    ):
        with pytest.raises(ValueError, match=message):
            replace(spec, **change)
    with pytest.raises(ValueError, match="n_games is 1 for 2 skills"):
        alone(spec, config=PPOConfig(n_games=1, horizon=32, batch_size=32))


def test_a_reward_learned_from_preferences_reaches_its_skill(spec: JointSpec) -> None:
    term: Any = object()
    liked = replace(spec, preferences={"wood": term})
    assert liked.alone(WOOD).preference is term
    assert liked.alone(ROCK).preference is None


def test_the_identity_tells_trainings_apart(spec: JointSpec) -> None:
    assert replace(spec, budget_steps=1, work_dir=spec.work_dir / "x").identity == spec.identity
    others = [
        replace(spec, choose=CHOOSE + "\n# changed"),
        replace(spec, networks="per_skill"),
        replace(spec, across_switches=True),
        replace(spec, seed=9),
        replace(spec, skills=(ROCK, WOOD)),
        alone(spec),
    ]
    assert len({spec.identity, *(other.identity for other in others)}) == len(others) + 1
