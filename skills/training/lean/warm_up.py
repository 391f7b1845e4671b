"""Has everything compiled that the lean update needs."""

from __future__ import annotations

import numpy as np
import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy

from skills.training.lean.loss import LossSettings, Rollout
from skills.training.lean.update import LeanUpdate, LearnedParts, UpdateSettings


def first_update() -> None:
    """Learn from a few numbers, without and with forbidden actions."""
    rng = np.random.default_rng(0)
    box, actions = spaces.Box(-1, 1, (6,), np.float32), spaces.Discrete(3)
    inputs = (rng.random((8, 6)) < 0.3).astype(np.float32)
    settings = UpdateSettings(
        loss=LossSettings(clip_range=0.2, ent_coef=0.01, vf_coef=0.5),
        n_epochs=1,
        batch_size=4,
        max_grad_norm=0.5,
        normalize=True,
    )
    numbers = rng.random((3, 8)).astype(np.float32)
    taken = np.zeros(8, np.int64)
    for forbidden in (None, np.tile([False, False, True], (8, 1))):
        network = ActorCriticPolicy(
            box, actions, lambda _: 1e-3, net_arch=[4, 4], activation_fn=torch.nn.Tanh,
            optimizer_kwargs={"fused": True},
        )  # fmt: skip
        update = LeanUpdate(LearnedParts([network], inputs, None, forbidden), network.optimizer, 4)
        update.evaluate(taken)
        update.learn(Rollout(taken, *numbers), settings, np.arange(8))
