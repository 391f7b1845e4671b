"""Behaviour cloning: a skill's network from what others did, by supervised learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from envs import disk
from envs.disk import Written
from envs.registry import game_spec
from skills.threads import learning_threads
from skills.training.loop import save_network
from skills.training.spec import CloneSpec, OnProgress, TrainResult, WantsView

EPOCHS = 30
"""Passes over the demonstrations."""
BATCH = 256
"""Steps of demonstrations per gradient step."""
LEARNING_RATE = 1e-3
"""Of Adam."""
HELD_OUT_EVERY = 10
"""Every tenth step of the demonstrations is kept to measure agreement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloned:
    """A network that imitates.

    Attributes:
        state: tensors by name, as `skills.network.save_weights` takes them; the value is not learned.
        agreement: share of held-out steps in which the likeliest action is the one demonstrated, 0..1.
        steps: steps learned from.
    """

    state: dict[str, torch.Tensor]
    agreement: float
    steps: int


def train_clone(
    spec: CloneSpec, *, on_progress: OnProgress | None = None, wants_view: WantsView | None = None
) -> TrainResult:
    """Clone, and write the network; takes seconds, so there are no checkpoints and nothing to tell meanwhile.

    Args:
        spec: what to learn from.
        on_progress: never called.
        wants_view: never asked.

    Returns:
        Its steps are those learned from.

    Raises:
        ValueError: no steps to learn from.
        OSError: the work folder cannot be written.
    """
    began, game = perf_counter(), game_spec(spec.game)
    cloned = clone_behaviour(spec.encodings, spec.actions, len(game.actions), spec.hidden, spec.seed)
    disk.make_folder(spec.work_dir, Written.WEIGHTS)
    path = spec.work_dir / "policy.zip"
    save_network(path, cloned.state, spec.skill, game, spec.hidden)
    return TrainResult(
        weights={spec.skill.name: path}, steps=cloned.steps, seconds=perf_counter() - began, episodes=0,
        success_rate=cloned.agreement, curve=(), steps_per_second=0.0, stopped="learned",
    )  # fmt: skip


def clone_behaviour(
    encodings: NDArray[np.float32],
    actions: NDArray[np.int64],
    n_actions: int,
    hidden: Sequence[int],
    seed: int,
) -> Cloned:
    """Learn to choose the demonstrated actions.

    Args:
        encodings: what was seen, ``float32[n, D]``.
        actions: what was done, ``int64[n]``.
        n_actions: actions of the game.
        hidden: sizes of the hidden layers.
        seed: of the first weights and of the order of steps.

    Raises:
        ValueError: no steps to learn from.

    Source: D. A. Pomerleau, Neural Computation 3 (1991).
    """
    if len(actions) < HELD_OUT_EVERY:
        raise ValueError(f"{len(actions)} steps of demonstrations; expected at least {HELD_OUT_EVERY}")
    with learning_threads(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        widths = [encodings.shape[1], *hidden]
        layers = [nn.Linear(a, b) for a, b in pairwise(widths)]
        head = nn.Linear(widths[-1], n_actions)
        network = nn.Sequential(*(part for layer in layers for part in (layer, nn.Tanh())), head)
        order = np.random.default_rng(seed).permutation(len(actions))
        test, train = order[::HELD_OUT_EVERY], np.delete(order, np.s_[::HELD_OUT_EVERY])
        x, y = torch.from_numpy(encodings), torch.from_numpy(actions)
        _fit(network, x[train], y[train])
        with torch.no_grad():
            agreement = (network(x[test]).argmax(dim=1) == y[test]).float().mean().item()
    return Cloned(state=_state(layers, head), agreement=agreement, steps=len(train))


def _fit(network: nn.Module, x: torch.Tensor, y: torch.Tensor) -> None:
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, weight_decay=1e-5)
    for _ in range(EPOCHS):
        for rows in torch.split(torch.randperm(len(y)), BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()


def _state(layers: Sequence[nn.Linear], head: nn.Linear) -> dict[str, torch.Tensor]:
    """In the layout of stable-baselines3's ``ActorCriticPolicy``; the critic's output is 0."""
    state: dict[str, torch.Tensor] = {}
    for place, layer in enumerate(layers):
        for net in ("policy_net", "value_net"):
            state[f"mlp_extractor.{net}.{2 * place}.weight"] = layer.weight.detach()
            state[f"mlp_extractor.{net}.{2 * place}.bias"] = layer.bias.detach()
    state["action_net.weight"], state["action_net.bias"] = head.weight.detach(), head.bias.detach()
    state["value_net.weight"], state["value_net.bias"] = torch.zeros(1, head.in_features), torch.zeros(1)
    return state
