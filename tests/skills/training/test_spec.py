import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from envs.rollout.episode import Starts
from skills.rewards.preference import PreferenceTerm
from skills.skill import Effects, FocusRecord, OptionCode, PolicyRecord, Skill
from skills.training.config import PPOConfig
from skills.training.spec import TrainSpec
from tests.skills.preference_models import preferring

WOOD = Skill(
    name="wood",
    game="toy",
    kind="act",
    description="get wood",
    effects=Effects(obtains={"wood": 1}),
    focus=FocusRecord(seek=("tree",)),
    policy=PolicyRecord(kind="learned"),
    step_cap=40,
)
ROCK = Skill(
    name="rock",
    game="toy",
    kind="act",
    description="go to a rock",
    effects=Effects(obtains={"near.rock": 1}, requires={"wood": 1}),
    focus=FocusRecord(seek=("rock",)),
    policy=PolicyRecord(kind="learned"),
    step_cap=30,
    actions=("left", "right"),
    reward="def reward(before, after):\n    return 0.5\n",
    option=OptionCode(initiation="def initiation(facts):\n    return True\n"),
)


@pytest.fixture
def spec() -> TrainSpec:
    config = PPOConfig(lr_final_fraction=0.2)
    return TrainSpec(game="toy", skill=WOOD, work_dir=Path("x"), budget_steps=9, seed=3, config=config)


def test_checkpoints_of_earlier_versions_still_belong_to_their_training(spec: TrainSpec) -> None:
    """Hashes from before fields were renamed; a training under way goes on after an upgrade."""
    assert spec.identity == "8288b87283f78726"
    assert replace(spec, skill=ROCK).identity == "f04b5cae6c91fe55"


def test_identity_ignores_what_may_change_between_calls(spec: TrainSpec) -> None:
    same = replace(spec, budget_steps=9, work_dir=spec.work_dir / "x", starts=Starts(fresh_share=1.0))
    assert same.identity == spec.identity
    assert replace(spec, config=replace(spec.config, workers=2)).identity == spec.identity
    assert replace(spec, seed=2).identity != spec.identity
    assert replace(spec, skill=WOOD.model_copy(update={"step_cap": 61})).identity != spec.identity
    assert pickle.loads(pickle.dumps(spec)) == spec


def test_bad_specs_are_named(spec: TrainSpec) -> None:
    with pytest.raises(ValueError, match="budget_steps is -1; expected 0 or more"):
        replace(spec, budget_steps=-1)
    with pytest.raises(ValueError, match="checkpoint_every is 0 and window 60"):
        replace(spec, checkpoint_every=0)
    with pytest.raises(ValueError, match="window 0"):
        replace(spec, window=0)
    assert replace(spec, budget_steps=0, checkpoint_every=1, window=1).window == 1


def test_a_training_with_preferences_is_another_training(spec: TrainSpec) -> None:
    terms = [
        PreferenceTerm(model=preferring({"did.collect_wood": 2.0})),
        PreferenceTerm(model=preferring({"did.collect_wood": 3.0})),
        PreferenceTerm(model=preferring({"did.collect_wood": 2.0}), alone=True),
        PreferenceTerm(model=preferring({"did.collect_wood": 2.0}), quantile=95),
        PreferenceTerm(model=preferring({"did.collect_wood": 2.0}), scale=1.0),
    ]
    identities = {spec.identity, *(replace(spec, preference=term).identity for term in terms)}
    assert len(identities) == len(terms) + 1
    again = PreferenceTerm(model=preferring({"did.collect_wood": 2.0}))
    assert replace(spec, preference=again).identity == replace(spec, preference=terms[0]).identity
    assert pickle.loads(pickle.dumps(replace(spec, preference=again))).identity in identities
