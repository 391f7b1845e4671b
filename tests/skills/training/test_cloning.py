"""Behaviour cloning: what was shown is done."""

from pathlib import Path

import numpy as np
import pytest

from skills.network import NumpyNetwork, save_weights
from skills.training.cloning import clone_behaviour


def shown(n: int = 1200, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The action is told by which of three numbers is the largest."""
    seen = np.random.default_rng(seed).normal(size=(n, 3)).astype(np.float32)
    return seen, seen.argmax(axis=1).astype(np.int64)


def test_a_network_learns_what_was_shown(tmp_path: Path) -> None:
    seen, done = shown()
    cloned = clone_behaviour(seen, done, 4, (32, 32), seed=1)
    assert cloned.agreement > 0.9 and cloned.steps == 1080
    save_weights(tmp_path / "policy.zip", cloned.state, {})
    network = NumpyNetwork.load(tmp_path / "policy.zip")
    network.check(3, 4)
    fresh, wanted = shown(200, seed=5)
    assert (network.logits(fresh).argmax(axis=1) == wanted).mean() > 0.9
    assert float(np.abs(network.value(fresh)).max()) == 0.0


def test_the_same_seed_gives_the_same_network() -> None:
    seen, done = shown(300)
    one, two = (clone_behaviour(seen, done, 3, (8,), seed=3).state for _ in range(2))
    assert all((one[name] == two[name]).all() for name in one)


def test_nothing_is_learned_from_nothing() -> None:
    with pytest.raises(ValueError, match="3 steps of demonstrations; expected at least 10"):
        clone_behaviour(*shown(3), 3, (8,), seed=0)
