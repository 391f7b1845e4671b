"""Fresh networks follow their cues, and nothing but what carries the cues is changed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from envs.registry import game_spec
from envs.rollout.episode import Starts
from skills.network import NumpyNetwork
from skills.skill import Effects, FocusRecord, PolicyRecord, Skill
from skills.training.cues import CUE_GAIN, begin_with_cues
from skills.training.spec import PPOConfig, TrainSpec
from skills.training.train import train_skill

CUES = {0: 3, 2: 1, 5: 3, 7: 0}
"""Place in an encoding of ten numbers -> one of five actions."""


def network(*sizes: int, seed: int = 0) -> tuple[list[torch.nn.Linear], torch.nn.Linear]:
    """Hidden layers and a head, initialised as stable-baselines3 does: orthogonal, the head nearly zero."""
    torch.manual_seed(seed)
    widths = (10, *sizes)
    hidden = [torch.nn.Linear(before, after) for before, after in pairwise(widths)]
    head = torch.nn.Linear(widths[-1], 5)
    for layer, gain in [*((layer, 2**0.5) for layer in hidden), (head, 0.01)]:
        torch.nn.init.orthogonal_(layer.weight, gain)
        torch.nn.init.zeros_(layer.bias)
    return hidden, head


def logits(hidden: list[torch.nn.Linear], head: torch.nn.Linear, inputs: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        for layer in hidden:
            inputs = torch.tanh(layer(inputs))
        return torch.as_tensor(head(inputs))


@pytest.mark.parametrize("sizes", [(16,), (8, 8), (16, 4, 12)], ids=str)
def test_a_fresh_network_does_what_is_pointed_at(sizes: tuple[int, ...]) -> None:
    hidden, head = network(*sizes)
    begin_with_cues(hidden, head, CUES)
    inputs = torch.eye(10)[list(CUES)]
    said = logits(hidden, head, inputs)
    assert said.argmax(1).tolist() == list(CUES.values())
    rest = said.clone()
    rest[torch.arange(4), list(CUES.values())] = -9.0
    assert (said.max(1).values - rest.max(1).values > 0.8 * CUE_GAIN).all()


def test_two_cues_are_weighed_by_how_many_speak_for_an_action() -> None:
    hidden, head = network(16, 16)
    begin_with_cues(hidden, head, CUES)
    both = torch.eye(10)[0] + torch.eye(10)[2] + torch.eye(10)[5]
    assert logits(hidden, head, both[None]).argmax(1).tolist() == [3]


def test_nothing_else_is_changed() -> None:
    hidden, head = network(16, 16)
    before, before_head = network(16, 16)
    begin_with_cues(hidden, head, CUES)
    count = len(CUES)
    for layer, old in zip(hidden, before, strict=True):
        assert torch.equal(layer.weight[count:], old.weight[count:])
        assert torch.equal(layer.bias[count:], old.bias[count:])
        assert layer.weight.requires_grad  # free to be unlearned
    changed = (head.weight != before_head.weight).nonzero().tolist()
    assert sorted(changed) == sorted([action, unit] for unit, action in enumerate(CUES.values()))
    assert torch.equal(head.bias, before_head.bias)


@pytest.mark.parametrize("sizes", [(3, 16), (16, 3)], ids=str)
def test_more_cues_than_units_are_refused_and_nothing_is_touched(sizes: tuple[int, ...]) -> None:
    hidden, head = network(*sizes)
    with pytest.raises(ValueError, match="4 cues need as many hidden units; the network has 3"):
        begin_with_cues(hidden, head, CUES)
    assert torch.equal(head.weight, network(*sizes)[1].weight)


def untrained(folder: Path, game: str, *actions: str) -> NumpyNetwork:
    """What a training of no steps leaves."""
    skill = Skill(
        name="go",
        game=game,
        kind="find",
        description="go somewhere",
        effects=Effects(obtains={game_spec(game).facts[0].name: 1}),
        focus=FocusRecord(),
        policy=PolicyRecord(kind="learned"),
        step_cap=20,
        actions=actions,
    )
    spec = TrainSpec(
        game=game, skill=skill, starts=Starts(max_steps=20), work_dir=folder, budget_steps=0,
        config=PPOConfig(n_games=1, horizon=4, batch_size=4, workers=0),
    )  # fmt: skip
    return NumpyNetwork.load(train_skill(spec).policy_path)


def test_training_begins_with_the_games_cues(tmp_path: Path) -> None:
    game = game_spec("nethack")
    policy = untrained(tmp_path / "all", "nethack")
    inputs = np.zeros((len(game.cues), game.encoding_size), np.float32)
    inputs[np.arange(len(game.cues)), list(game.cues)] = 1.0
    chosen = [game.actions[i] for i in policy.logits(inputs).argmax(1)]
    assert chosen == list(game.cues.values())


def test_cues_for_forbidden_actions_are_not_followed(tmp_path: Path) -> None:
    game = game_spec("nethack")
    steps = tuple(name for name in game.actions if name.startswith("move_"))
    policy = untrained(tmp_path / "steps", "nethack", *steps)
    inputs = np.zeros((len(game.cues), game.encoding_size), np.float32)
    inputs[np.arange(len(game.cues)), list(game.cues)] = 1.0
    chosen = [game.actions[i] for i in policy.logits(inputs).argmax(1)]
    assert set(chosen) <= set(steps)
    assert [name for name in chosen if name in game.cues.values()][:8] == list(steps)


def test_games_without_cues_begin_with_even_odds(tmp_path: Path) -> None:
    toy = game_spec("toy")
    said = untrained(tmp_path / "toy", "toy").logits(np.eye(toy.encoding_size, dtype=np.float32))
    assert np.ptp(said, axis=1).max() < 0.2
