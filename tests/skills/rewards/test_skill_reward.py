import numpy as np
import pytest

from envs.registry import game_spec
from skills.code.sandbox import Sandbox
from skills.rewards.preference import PreferenceTerm
from skills.rewards.skill_reward import skill_reward
from skills.skill import Effects, PolicyRecord, Skill
from skills.training.config import PPOConfig
from tests.skills.preference_models import preferring

TOY = game_spec("toy")
WEIGHTS = PPOConfig(success_bonus=5.0, shaping_weight=1.0, step_penalty=0.01)


def skill(reward: str = "", wood: int = 2) -> Skill:
    return Skill(
        name="collect_wood",
        game="toy",
        kind="act",
        description="take wood from trees",
        effects=Effects(obtains={"wood": wood}),
        policy=PolicyRecord(kind="learned"),
        reward=reward,
        step_cap=60,
    )


def reward_of_a_piece_of_wood(
    skill: Skill, term: PreferenceTerm | None = None, weights: PPOConfig = WEIGHTS
) -> float:
    before = np.zeros((1, len(TOY.facts)), np.int32)
    after = before.copy()
    after[0, TOY.fact_index["wood"]] = 1
    after[0, TOY.fact_index["did.collect_wood"]] = 1
    with Sandbox() as sandbox:
        return float(skill_reward(skill, TOY, sandbox, weights, term).batch(before, after, before)[0])


@pytest.mark.parametrize(("alone", "expected"), [(None, 0.25), (False, 0.45), (True, 0.2)])
def test_code_preference_or_both(alone: bool | None, expected: float) -> None:
    model = preferring({"did.collect_wood": 2.0})
    term = None if alone is None else PreferenceTerm(model=model, alone=alone)
    found = reward_of_a_piece_of_wood(skill("def reward(before, after):\n    return 0.25\n"), term)
    assert found == pytest.approx(expected - WEIGHTS.step_penalty)


def test_the_parts_are_weighed_by_the_settings() -> None:
    weights = PPOConfig(success_bonus=3.0, shaping_weight=2.0, step_penalty=0.5)
    found = reward_of_a_piece_of_wood(
        skill("def reward(before, after):\n    return 0.25\n", wood=1), weights=weights
    )
    assert found == pytest.approx(3.0 * 1 + 2.0 * 0.25 - 0.5)
