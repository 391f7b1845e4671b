"""Playing while learning: rollouts one update old, with the log-probabilities of what played them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from envs.errors import WorkerDied
from skills.network import NumpyNetwork
from skills.training.config import PPOConfig
from skills.training.joint.routed_policy import RoutedPolicy
from skills.training.ppo import RolloutPPO
from tests.skills.training.test_ppo import CONFIG, make_env, make_model

OVERLAP = replace(CONFIG, overlap=True, n_epochs=4, learning_rate=3e-3)


def weights(model: RolloutPPO) -> NDArray[np.float32]:
    return np.concatenate([p.detach().numpy().ravel() for p in model.policy.parameters()])


def learn_once(model: RolloutPPO) -> None:
    model.learn(model.rollout_size, reset_num_timesteps=False)


def played(model: RolloutPPO) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
    """Observations, actions and kept log-probabilities of the latest rollout, in the buffer's order."""
    buffer = model.rollout_buffer
    observations = buffer.observations.reshape(model.rollout_size, -1)
    return observations, buffer.actions.ravel().astype(np.int64), buffer.log_probs.ravel()


def test_a_rollout_is_played_with_the_weights_before_the_latest_update() -> None:
    model = make_model(make_env(), OVERLAP)
    first = NumpyNetwork.from_state(model.policy.state_dict())
    learn_once(model)
    second = NumpyNetwork.from_state(model.policy.state_dict())
    learn_once(model)  # learns from a rollout that `first` played
    observations, actions, kept = played(model)
    np.testing.assert_allclose(first.log_probs(observations, actions), kept, atol=1e-5)
    assert np.abs(second.log_probs(observations, actions) - kept).max() > 1e-3
    model.practice.close()


def test_without_it_every_rollout_is_played_with_the_latest_weights() -> None:
    model = make_model(make_env(), replace(OVERLAP, overlap=False))
    learn_once(model)
    latest = NumpyNetwork.from_state(model.policy.state_dict())
    learn_once(model)
    observations, actions, kept = played(model)
    np.testing.assert_allclose(latest.log_probs(observations, actions), kept, atol=1e-5)
    model.practice.close()


@pytest.mark.parametrize("update", ["lean", "stable-baselines3"])
def test_it_is_the_same_twice(update: str) -> None:
    ended = []
    for _ in range(2):
        model = make_model(make_env(), replace(OVERLAP, update=update))
        for _ in range(3):
            learn_once(model)
        ended.append(weights(model))
        model.practice.close()
    assert np.array_equal(*ended)


def test_log_probabilities_are_those_of_the_distribution_that_acts() -> None:
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(5, 4)).astype(np.float32), np.zeros(4, np.float32)) for _ in range(2)]
    networks = [NumpyNetwork((layer,), (layer,)) for layer in layers]
    encodings = rng.normal(size=(6, 5)).astype(np.float32)
    every = np.stack([networks[0].log_probs(encodings, np.full(6, action)) for action in range(4)], axis=1)
    np.testing.assert_allclose(np.exp(every).sum(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_allclose(
        every - every[:, :1], (s := networks[0].logits(encodings)) - s[:, :1], atol=1e-5
    )
    skills = np.array([0, 1, 1, 0, 1, 0])
    behind = np.eye(2, dtype=np.float32)[skills]
    actions = np.array([0, 1, 2, 3, 0, 1])
    routed = RoutedPolicy(networks).log_probs(np.concatenate([encodings, behind], axis=1), actions)
    apart = [
        float(networks[skill].log_probs(encodings[row : row + 1], actions[row : row + 1])[0])
        for row, skill in enumerate(skills.tolist())
    ]
    np.testing.assert_allclose(routed, apart, rtol=1e-5)


def test_only_its_use_is_part_of_a_training_identity() -> None:
    assert "overlap" not in PPOConfig().hashed()
    assert PPOConfig(overlap=True).hashed()["overlap"] is True


def test_learning_anew_drops_the_rollout_under_way() -> None:
    model = make_model(make_env(), OVERLAP)
    for _ in range(2):
        model.learn(model.rollout_size)  # begins its episodes anew, as stable-baselines3 does by default
    assert model.num_timesteps == model.rollout_size
    model.practice.close()


@pytest.mark.parametrize("error", [KeyboardInterrupt, WorkerDied])
def test_a_model_can_learn_after_a_rollout_was_broken_off(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_model(make_env())
    with monkeypatch.context() as broken:

        def play(*arguments: object) -> None:
            raise error

        broken.setattr(NumpyNetwork, "act_batch", play)
        with pytest.raises(error):
            learn_once(model)
    learn_once(model)
    assert model.num_timesteps == model.rollout_size
    model.practice.close()
