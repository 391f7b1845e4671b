"""The lean update against torch: gradients on random batches, whole updates, Adam's state afterwards."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy

from skills.training.joint.networks import JointNetworks
from skills.training.lean.adam import adam_step
from skills.training.lean.loss import LossSettings, Rollout
from skills.training.lean.update import LeanUpdate, LearnedParts, UpdateSettings

SIZE, ACTIONS, ROWS = 50, 7, 96
LOSS = LossSettings(clip_range=0.2, ent_coef=0.02, vf_coef=0.5)
SETTINGS = UpdateSettings(loss=LOSS, n_epochs=3, batch_size=40, max_grad_norm=0.5, normalize=True)
"""Three batches an epoch, the last of them smaller."""
NOT_NORMALISED = replace(SETTINGS, normalize=False)


def policy(seed: int, size: int = SIZE, hidden: tuple[int, ...] = (16, 12)) -> ActorCriticPolicy:
    torch.manual_seed(seed)
    made = ActorCriticPolicy(
        spaces.Box(-np.inf, np.inf, (size,), np.float32),
        spaces.Discrete(ACTIONS),
        lambda _: 1e-3,
        net_arch=list(hidden),
        optimizer_kwargs={"fused": True},
    )
    with torch.no_grad():  # far from the flat beginning, where all actions are alike
        made.action_net.weight.mul_(100)
    return made


def joint_networks(shared: bool) -> JointNetworks:
    torch.manual_seed(4)
    allowed = np.ones((3, ACTIONS), np.bool_)
    allowed[1, 2:5] = False
    return JointNetworks(
        spaces.Box(-np.inf, np.inf, (SIZE + 3,), np.float32),
        spaces.Discrete(ACTIONS),
        lambda _: 1e-3,
        allowed=torch.as_tensor(allowed),
        shared=shared,
        net_arch=(16, 12),
        activation_fn=torch.nn.Tanh,
        optimizer_kwargs={"fused": True},
    )


class Batch:
    """Random transitions; old log-probabilities so far off that many ratios are clipped, on both sides."""

    def __init__(self, seed: int, networks: Any, size: int = SIZE, skills: int = 0) -> None:
        draw = np.random.default_rng(seed)
        often = np.resize([0.0, 0.05, 0.2, 0.6, 1.0], size)  # columns that are never, rarely and always set
        inputs = draw.standard_normal((ROWS, size)) * (draw.random((ROWS, size)) < often)
        self.skills = draw.integers(max(skills, 1), size=ROWS)
        self.inputs = np.concatenate([inputs, np.eye(skills)[self.skills]] if skills else [inputs], 1).astype(
            "f"
        )
        self.actions = draw.integers(2, size=ROWS)  # allowed for every skill
        self.advantages = (3 * draw.standard_normal(ROWS) + 1).astype("f")
        self.returns = draw.standard_normal(ROWS).astype("f")
        with torch.no_grad():
            _, now, _ = networks.evaluate_actions(torch.as_tensor(self.inputs), torch.as_tensor(self.actions))
        self.log_probs = (now.numpy() + 0.4 * draw.standard_normal(ROWS)).astype("f")

    def rollout(self) -> Rollout:
        return Rollout(self.actions, self.log_probs, self.advantages, self.returns)


def torch_loss(networks: Any, batch: Batch, rows: np.ndarray, advantages: np.ndarray) -> torch.Tensor:
    """The loss as stable-baselines3 states it."""
    values, log_prob, entropy = networks.evaluate_actions(
        torch.as_tensor(batch.inputs[rows]), torch.as_tensor(batch.actions[rows])
    )
    gains = torch.as_tensor(advantages)
    ratio = torch.exp(log_prob - torch.as_tensor(batch.log_probs[rows]))
    clipped = torch.clamp(ratio, 1 - LOSS.clip_range, 1 + LOSS.clip_range)
    policy_loss = -torch.min(gains * ratio, gains * clipped).mean()
    value_loss = torch.nn.functional.mse_loss(torch.as_tensor(batch.returns[rows]), values.flatten())
    return policy_loss - LOSS.ent_coef * entropy.mean() + LOSS.vf_coef * value_loss


def torch_update(networks: Any, batch: Batch, settings: UpdateSettings, seed: int) -> None:
    """What stable-baselines3's ``train`` does with a rollout."""
    np.random.seed(seed)
    for _ in range(settings.n_epochs):
        order = np.random.permutation(ROWS)
        for begin in range(0, ROWS, settings.batch_size):
            rows = order[begin : begin + settings.batch_size]
            gains = torch.as_tensor(batch.advantages[rows])
            if settings.normalize:
                gains = (gains - gains.mean()) / (gains.std() + 1e-8)
            networks.optimizer.zero_grad()
            torch_loss(networks, batch, rows, gains.numpy()).backward()
            torch.nn.utils.clip_grad_norm_(networks.parameters(), settings.max_grad_norm)
            networks.optimizer.step()


def parts_of(networks: JointNetworks, batch: Batch) -> LearnedParts:
    forbidden = ~networks.allowed.numpy()[batch.skills]
    members: Any = list(networks.members)
    if networks.shared:
        return LearnedParts(members, batch.inputs, None, forbidden)
    return LearnedParts(members, batch.inputs[:, :SIZE], batch.skills, forbidden)


def lean_update(networks: Any, batch: Batch, settings: UpdateSettings, seed: int) -> None:
    """The same, written out."""
    parts = parts_of(networks, batch) if isinstance(networks, JointNetworks) else one_part(networks, batch)
    np.random.seed(seed)
    LeanUpdate(parts, networks.optimizer, settings.batch_size).learn(
        batch.rollout(), settings, np.arange(ROWS)
    )


def one_part(network: ActorCriticPolicy, batch: Batch) -> LearnedParts:
    return LearnedParts([network], batch.inputs)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("hidden", [(), (16,), (16, 12), (9, 8, 7)])
def test_the_gradient_is_that_of_torch(seed: int, hidden: tuple[int, ...]):
    network = policy(seed, hidden=hidden)
    batch = Batch(seed, network)
    rows = np.random.default_rng(seed).permutation(ROWS)[:40]
    update = LeanUpdate(one_part(network, batch), network.optimizer, 40)

    losses = update.gradient(rows, batch.rollout(), NOT_NORMALISED)

    expected = torch_loss(network, batch, rows, batch.advantages[rows])
    expected.backward()
    found = losses.policy / 40 + LOSS.ent_coef * losses.entropy / 40 + LOSS.vf_coef * losses.value / 40
    assert found == pytest.approx(float(expected.detach()), abs=1e-5)
    assert losses.clipped > 5
    (flat,) = update.flats
    for parameter, gradient in zip(flat.parameters, flat.gradient.read(), strict=True):
        assert parameter.grad is not None
        np.testing.assert_allclose(gradient, parameter.grad.numpy(), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_any_share_of_the_inputs_may_be_zero(share: float):
    network = policy(1)
    batch = Batch(1, network)
    draw = np.random.default_rng(1)
    batch.inputs = (draw.standard_normal((ROWS, SIZE)) * (draw.random((ROWS, SIZE)) < share)).astype("f")
    update = LeanUpdate(one_part(network, batch), network.optimizer, ROWS)

    update.gradient(np.arange(ROWS), batch.rollout(), NOT_NORMALISED)

    torch_loss(network, batch, np.arange(ROWS), batch.advantages).backward()
    (flat,) = update.flats
    for parameter, gradient in zip(flat.parameters, flat.gradient.read(), strict=True):
        assert parameter.grad is not None
        np.testing.assert_allclose(gradient, parameter.grad.numpy(), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", ["one", "shared", "per skill"])
def test_values_and_log_probabilities_are_those_of_torch(kind: str):
    networks = policy(5) if kind == "one" else joint_networks(kind == "shared")
    batch = Batch(5, networks, skills=0 if kind == "one" else 3)
    parts = one_part(networks, batch) if kind == "one" else parts_of(networks, batch)
    update = LeanUpdate(parts, networks.optimizer, 40)

    values, log_probs = update.evaluate(batch.actions[:70])

    with torch.no_grad():
        expected_values, expected, _ = networks.evaluate_actions(
            torch.as_tensor(batch.inputs), torch.as_tensor(batch.actions)
        )
    np.testing.assert_allclose(values, expected_values.numpy().ravel(), atol=1e-5)
    np.testing.assert_allclose(log_probs, expected.numpy()[:70], atol=1e-5)


@pytest.mark.parametrize("settings", [SETTINGS, NOT_NORMALISED])
def test_a_whole_update_is_that_of_stable_baselines3(settings: UpdateSettings):
    network, other = policy(1), policy(1)
    for seed in range(3):
        batch = Batch(seed, network)
        torch_update(network, batch, settings, seed)
        lean_update(other, batch, settings, seed)

    _assert_alike(network, other, network.optimizer, other.optimizer)


@pytest.mark.parametrize("shared", [True, False])
def test_networks_of_several_skills(shared: bool):
    network, other = joint_networks(shared), joint_networks(shared)
    for seed in range(3):
        batch = Batch(seed, network, skills=3)
        torch_update(network, batch, NOT_NORMALISED, seed)
        lean_update(other, batch, NOT_NORMALISED, seed)

    _assert_alike(network, other, network.optimizer, other.optimizer)


def test_a_network_without_rows_in_a_batch_stays_as_it_is():
    network, other = joint_networks(shared=False), joint_networks(shared=False)
    batch = Batch(0, network, skills=3)
    keep = batch.skills != 2
    batch.skills[~keep] = 0
    batch.inputs[:, SIZE:] = np.eye(3)[batch.skills]

    torch_update(network, batch, NOT_NORMALISED, 0)
    lean_update(other, batch, NOT_NORMALISED, 0)

    _assert_alike(network, other, network.optimizer, other.optimizer)
    untouched = next(other.members[2].parameters())
    assert not other.optimizer.state.get(untouched)


def test_what_one_update_leaves_the_other_goes_on_with():
    network, other = policy(2), policy(2)
    first, second = Batch(0, network), Batch(1, network)

    torch_update(network, first, SETTINGS, 0)
    lean_update(other, first, SETTINGS, 0)
    taken_over = deepcopy(other.optimizer.state_dict())
    other.optimizer.load_state_dict(taken_over)
    torch_update(network, second, SETTINGS, 1)
    torch_update(other, second, SETTINGS, 1)

    _assert_alike(network, other, network.optimizer, other.optimizer)


def test_equal_seeds_give_equal_bits():
    results = []
    for _ in range(2):
        network = policy(3)
        lean_update(network, Batch(3, network), SETTINGS, 3)
        results.append(torch.nn.utils.parameters_to_vector(network.parameters()).detach().numpy())

    assert (results[0] == results[1]).all()


def test_moments_of_an_input_that_is_no_longer_set_become_zero():
    weights, gradient = np.ones(2, np.float32), np.array([0, 1], np.float32)
    mean, square = np.full(2, 1e-29, np.float32), np.full(2, 1e-30, np.float32)

    for step in range(1, 51):
        adam_step(
            weights,
            gradient,
            mean,
            square,
            scale=1.0,
            step=step,
            learning_rate=1e-3,
            betas=(0.9, 0.99),
            eps=1e-5,
        )

    assert mean[0] == square[0] == 0
    assert mean[1] == pytest.approx(1 - 0.9**50, rel=1e-5)
    assert square[1] == pytest.approx(1 - 0.99**50, rel=1e-5)


def _assert_alike(
    one: Any, other: Any, one_adam: torch.optim.Optimizer, other_adam: torch.optim.Optimizer
) -> None:
    for mine, theirs in zip(one.parameters(), other.parameters(), strict=True):
        np.testing.assert_allclose(mine.detach().numpy(), theirs.detach().numpy(), atol=2e-5)
        state, expected = other_adam.state.get(theirs), one_adam.state.get(mine)
        assert bool(state) == bool(expected)
        if not expected:
            continue
        assert state.keys() == expected.keys()
        for name, value in expected.items():
            assert (state[name].dtype, state[name].shape) == (value.dtype, value.shape)
            np.testing.assert_allclose(state[name].numpy(), value.numpy(), atol=2e-5)
