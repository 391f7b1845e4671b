"""Which actions a skill may take: the table, and what becomes of a network's head."""

import numpy as np
import torch

from envs.registry import game_spec
from skills.training.allowed_actions import FORBIDDEN_LOGIT, allowed_actions, restrict_actions
from tests.skills.training.test_spec import ROCK, WOOD

TOY = game_spec("toy")


def head(biases: list[float]) -> torch.nn.Linear:
    layer = torch.nn.Linear(3, len(biases))
    with torch.no_grad():
        layer.weight.copy_(torch.arange(1.0, 3 * len(biases) + 1).reshape(-1, 3))
        layer.bias.copy_(torch.tensor(biases))
    return layer


def test_an_empty_set_allows_everything() -> None:
    allowed = allowed_actions([WOOD, ROCK], TOY)
    assert allowed[0].all()
    assert [name for name, fine in zip(TOY.actions, allowed[1], strict=True) if fine] == ["left", "right"]


def test_what_is_forbidden_never_wins_and_the_rest_stays_as_it_is() -> None:
    layer = head([0.5, 1.0, -2.0])
    before = layer.weight.detach().clone()
    restrict_actions(layer, np.array([True, False, True]))
    assert layer.bias.tolist() == [0.5, FORBIDDEN_LOGIT, -2.0]
    assert layer.weight[1].tolist() == [0, 0, 0]
    assert torch.equal(layer.weight[[0, 2]], before[[0, 2]])


def test_what_a_warm_start_had_been_forbidden_begins_at_the_mean_of_the_rest() -> None:
    layer = head([1.0, 0.0, 2.0, 6.0])
    restrict_actions(layer, np.array([True, False, True, True]))
    before = layer.weight.detach().clone()
    restrict_actions(layer, np.array([True, True, True, False]))
    assert layer.bias.tolist() == [1.0, 3.0, 2.0, FORBIDDEN_LOGIT]  # (1 + 2 + 6) / 3
    assert layer.weight[1].tolist() == layer.weight[3].tolist() == [0, 0, 0]
    assert torch.equal(layer.weight[[0, 2]], before[[0, 2]])


def test_only_a_logit_far_below_the_others_counts_as_forbidden() -> None:
    layer = head([FORBIDDEN_LOGIT / 2 + 1, FORBIDDEN_LOGIT / 2, 3.0])
    restrict_actions(layer, np.array([True, True, True]))
    assert layer.bias.tolist() == [-9.0, -3.0, 3.0]
