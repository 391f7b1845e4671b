"""Weights that fit the toy game, as the bytes of a ``policy.zip``."""

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from envs.registry import game_spec
from skills.network import save_weights


def toy_state(seed: int = 0, inputs: int | None = None, actions: int | None = None) -> dict[str, np.ndarray]:
    """Layers of an untrained network, by their names."""
    spec = game_spec("toy")
    inputs, actions = inputs or spec.encoding_size, actions or len(spec.actions)
    rng = np.random.default_rng(seed)
    shapes = {"mlp_extractor.policy_net.0": (4, inputs), "mlp_extractor.value_net.0": (4, inputs)}
    shapes |= {"action_net": (actions, 4), "value_net": (1, 4)}
    state = {}
    for name, shape in shapes.items():
        state[f"{name}.weight"] = rng.normal(size=shape).astype(np.float32)
        state[f"{name}.bias"] = np.zeros(shape[0], np.float32)
    return state


@cache
def toy_policy(seed: int = 0, inputs: int | None = None, actions: int | None = None) -> bytes:
    """Another network for every seed."""
    import torch

    tensors = {name: torch.from_numpy(array) for name, array in toy_state(seed, inputs, actions).items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.zip"
        save_weights(path, tensors, {})
        return path.read_bytes()
