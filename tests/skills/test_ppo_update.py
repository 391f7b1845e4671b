"""The update with gradients by hand against automatic differentiation and against stable-baselines3."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from stable_baselines3 import PPO
from test_ppo import CONFIG, make_env
from torch import nn

from skills.ppo import RolloutPPO
from skills.ppo_update import Batch, Tower, Weights, clip_gradients, gradients

WEIGHTS = Weights(clip_range=0.2, entropy=0.02, value=0.5)


def tower(outputs: int) -> tuple[nn.Sequential, Tower]:
    layers = nn.Sequential(nn.Linear(7, 5), nn.Tanh(), nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, outputs))
    return layers, Tower([layer for layer in layers if isinstance(layer, nn.Linear)])


def random_batch(n: int) -> Batch:
    return Batch(
        encodings=torch.randn(n, 7),
        actions=torch.randint(4, (n, 1)),
        log_probs=torch.randn(n, 1) * 0.3 - 1.4,
        advantages=torch.randn(n, 1),
        returns=torch.randn(n, 1),
    )


def loss_of(actor: nn.Module, critic: nn.Module, batch: Batch) -> torch.Tensor:
    """The loss as the paper writes it, for automatic differentiation."""
    policy = torch.distributions.Categorical(logits=actor(batch.encodings))
    ratio = torch.exp(policy.log_prob(batch.actions[:, 0]) - batch.log_probs[:, 0])
    gain = batch.advantages[:, 0]
    if len(gain) > 1:
        gain = (gain - gain.mean()) / (gain.std() + 1e-8)
    surrogate = torch.min(gain * ratio, gain * ratio.clamp(1 - WEIGHTS.clip_range, 1 + WEIGHTS.clip_range))
    missed = critic(batch.encodings)[:, 0] - batch.returns[:, 0]
    return (
        -surrogate.mean() - WEIGHTS.entropy * policy.entropy().mean() + WEIGHTS.value * missed.square().mean()
    )


@pytest.mark.parametrize("n", [64, 1])
def test_gradients_are_those_of_automatic_differentiation(n):
    torch.manual_seed(n)
    (actor, ours), (critic, theirs) = tower(4), tower(1)
    batch = random_batch(n)
    parameters = [*actor.parameters(), *critic.parameters()]
    loss = loss_of(actor, critic, batch)
    expected = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        losses = gradients(ours, theirs, batch, WEIGHTS)
    for parameter, gradient in zip(parameters, expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(losses[5], loss.detach())
    if n > 1:
        assert 0.2 < losses[4] < 0.9  # both sides of the clip were seen


def test_a_batch_of_chosen_rows():
    batch = random_batch(8)
    rows = batch.rows(torch.tensor([5, 1]))
    torch.testing.assert_close(rows.encodings, batch.encodings[[5, 1]])
    torch.testing.assert_close(rows.actions, batch.actions[[5, 1]])
    torch.testing.assert_close(rows.returns, batch.returns[[5, 1]])


@pytest.mark.parametrize("most", [0.5, 100.0])
def test_long_gradients_are_scaled_down_together(most):
    torch.manual_seed(0)
    mine, theirs = ([nn.Parameter(torch.zeros(3, 4)), nn.Parameter(torch.zeros(5))] for _ in range(2))
    for one, other in zip(mine, theirs, strict=True):
        one.grad = torch.randn_like(one)
        other.grad = one.grad.clone()
    clip_gradients(mine, most)
    nn.utils.clip_grad_norm_(theirs, most)
    for one, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one.grad, other.grad)


def test_an_update_equals_that_of_stable_baselines():
    config = replace(CONFIG, batch_size=512, n_epochs=4, learning_rate=3e-3)  # whole rollouts: no order
    models = [RolloutPPO(make_env(hazards=True), config, seed=1) for _ in range(2)]
    for model, train in zip(models, (RolloutPPO.train, PPO.train), strict=True):
        model.learn(model.rollout_size, callback=lambda *_: False)
        before = nn.utils.parameters_to_vector(model.policy.parameters()).detach()
        train(model)
        moved = nn.utils.parameters_to_vector(model.policy.parameters()).detach() - before
        assert moved.abs().mean() > 1e-4
    for mine, theirs in zip(models[0].policy.parameters(), models[1].policy.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, atol=2e-5, rtol=1e-4)
    logged = [model.logger.name_to_value for model in models]
    for name in ("train/n_updates", "train/explained_variance"):
        assert np.isclose(logged[0][name], logged[1][name])
    for name in ("train/value_loss", "train/entropy_loss", "train/clip_fraction"):
        assert np.isclose(logged[0][name], logged[1][name], atol=1e-4)
