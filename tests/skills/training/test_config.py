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
    "changes",
    [
        {"n_games": 1, "batch_size": 64},
        {"horizon": 1, "batch_size": 16},
        {"batch_size": 2},
        {"batch_size": 1024},
        {"n_epochs": 1},
        {"learning_rate": 1e-9},
        {"lr_final_fraction": 0.0},
        {"lr_final_fraction": 1.0},
        {"gamma": 0.0},
        {"gamma": 1.0},
        {"gae_lambda": 0.0},
        {"gae_lambda": 1.0},
        {"clip_range": 1e-9},
        {"ent_coef": 0.0},
        {"vf_coef": 0.0},
        {"max_grad_norm": 1e-9},
        {"hidden": (1,)},
        {"hidden": ()},
        {"step_penalty": 0.0},
        {"failure_penalty": 0.0},
        {"fresh_reuse": 1},
        {"termination_every": 1},
        {"workers": 0},
    ],
)
def test_settings_at_their_limits(changes: dict[str, Any]) -> None:
    assert replace(PPOConfig(), **changes) == PPOConfig(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"n_games": 0},
        {"horizon": 0},
        {"batch_size": 1},
        {"batch_size": 1025},
        {"n_epochs": 0},
        {"learning_rate": 0.0},
        {"lr_final_fraction": -0.01},
        {"lr_final_fraction": 1.01},
        {"gamma": -0.01},
        {"gamma": 1.01},
        {"gae_lambda": -0.01},
        {"gae_lambda": 1.01},
        {"clip_range": 0.0},
        {"ent_coef": -0.01},
        {"vf_coef": -0.01},
        {"max_grad_norm": 0.0},
        {"hidden": (0,)},
        {"hidden": (64, 0)},
        {"step_penalty": -0.01},
        {"failure_penalty": -0.01},
        {"fresh_reuse": 0},
        {"termination_every": 0},
        {"workers": -1},
    ],
)
def test_settings_out_of_range_are_named(changes: dict[str, Any]) -> None:
    name, value = next(iter(changes.items()))
    with pytest.raises(ValueError, match=rf"PPOConfig out of range: .*{name}=") as error:
        PPOConfig(**changes)
    assert repr(value) in str(error.value)


def test_the_learning_rate_falls_in_a_straight_line_to_its_share() -> None:
    config = PPOConfig(lr_final_fraction=0.2)
    assert [config.lr_fraction(used) for used in (0.0, 0.5, 1.0, 1.5)] == pytest.approx([1.0, 0.6, 0.2, 0.2])
