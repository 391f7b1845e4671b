from dataclasses import replace
from typing import Any

import pytest

from envs.registry import game_spec
from skills.training.config import PPOConfig


def test_settings_follow_from_whether_a_game_has_cues() -> None:
    with_cues, without = PPOConfig.for_game(game_spec("nethack")), PPOConfig.for_game(game_spec("crafter"))
    assert without == PPOConfig()
    assert with_cues.ent_coef < without.ent_coef / 5  # little noise: cues lead to places already
    assert replace(with_cues, n_epochs=8, ent_coef=0.02, gamma=0.98) == without


@pytest.mark.parametrize(
    "changes", [{"batch_size": 1}, {"gamma": 1.5}, {"n_games": 0}, {"workers": -1}, {"hidden": (0,)}]
)
def test_settings_out_of_range_are_named(changes: dict[str, Any]) -> None:
    name, value = next(iter(changes.items()))
    with pytest.raises(ValueError, match=rf"PPOConfig out of range: .*{name}=") as error:
        PPOConfig(**changes)
    assert repr(value) in str(error.value)
