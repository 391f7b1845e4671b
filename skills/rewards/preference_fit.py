"""Fits a reward to preferences between events: Bradley-Terry with ties, a small network, torch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from envs.seeding import child_seed
from skills.errors import ContradictoryPreferences
from skills.network import Layer
from skills.rewards.comparisons import Comparisons, require_sense
from skills.rewards.preference_model import PreferenceModel, calibration, features, raw_outputs
from skills.threads import learning_threads


@dataclass(frozen=True, slots=True, kw_only=True)
class FitConfig:
    """Settings of a fit."""

    hidden: tuple[int, ...] = (32,)
    """Sizes of the ReLU layers."""
    epochs: int = 300
    """Steps over all pairs at once, >= 1."""
    learning_rate: float = 0.02
    """Of Adam, > 0."""
    weight_decay: float = 1e-5
    """Keeps outputs bounded where preferences are clear, >= 0."""
    seed: int = 0
    """Of the first weights."""


def fit_preferences(
    signs: NDArray[np.int8],
    comparisons: Comparisons,
    channels: tuple[str, ...],
    neutral: NDArray[np.bool_],
    *,
    game: str,
    skill: str,
    config: FitConfig = FitConfig(),
) -> PreferenceModel:
    """The reward under which the preferences are likeliest, calibrated over the events.

    The loss is the cross-entropy between target and softmax of the two rewards, weighted by pair.
    Source: Klissarov et al. 2023, "Motif", and 2024, "MaestroMotif".

    Args:
        signs: the distinct events, int8[n, C].
        comparisons: what is preferred among them.
        channels: facts that the columns of `signs` stand for.
        neutral: events that are no better than none, bool[n]; at least one.
        game: registry name.
        skill: whose preferences these are.
        config: settings.

    Raises:
        ContradictoryPreferences: nothing can be learned, or no reward tells the events apart.
    """
    require_sense(comparisons)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(child_seed(config.seed, "preferences", skill))
        network = _network(signs.shape[1], config.hidden)
    with learning_threads():
        _train(network, signs, comparisons, config)
    layers = tuple(_layer(module) for module in network if isinstance(module, torch.nn.Linear))
    try:
        mean, deviation, quantiles = calibration(raw_outputs(layers, signs))
    except ValueError as error:
        raise ContradictoryPreferences(f"the preferences of {skill} lead to no reward: {error}") from error
    return PreferenceModel(
        game=game,
        skill=skill,
        channels=channels,
        layers=layers,
        mean=mean,
        deviation=deviation,
        quantiles=quantiles,
        floor=float(((raw_outputs(layers, signs)[neutral] - mean) / deviation).max()),
    )


def agreement_with(model: PreferenceModel, signs: NDArray[np.int8], comparisons: Comparisons) -> float:
    """Share of the uncontradicted preferences that the reward agrees with, 0..1; 1 when there is none."""
    strict = (comparisons.target != 0.5) & (comparisons.weight == 1)
    value = model.normalised(signs)
    gap = value[comparisons.first[strict]] - value[comparisons.second[strict]]
    right = (gap > 0) == (comparisons.target[strict] > 0.5)
    return float(right.mean()) if len(right) else 1.0


def _network(n_channels: int, hidden: tuple[int, ...]) -> torch.nn.Sequential:
    modules: list[torch.nn.Module] = []
    for inputs, outputs in pairwise((2 * n_channels, *hidden, 1)):
        modules += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def _train(
    network: torch.nn.Sequential, signs: NDArray[np.int8], comparisons: Comparisons, config: FitConfig
) -> None:
    inputs = torch.from_numpy(features(signs))
    first, second = torch.from_numpy(comparisons.first), torch.from_numpy(comparisons.second)
    target, weight = torch.from_numpy(comparisons.target), torch.from_numpy(comparisons.weight)
    adam = torch.optim.Adam(network.parameters(), config.learning_rate)
    for _ in range(config.epochs):
        rewards = network(inputs)[:, 0]
        # softmax over two rewards is the logistic function of their difference
        loss = (
            torch.nn.functional.binary_cross_entropy_with_logits(
                rewards[first] - rewards[second], target, weight, reduction="sum"
            )
            / weight.sum()
        )
        loss = loss + config.weight_decay * sum((p**2).sum() for p in network.parameters())
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()


def _layer(module: torch.nn.Linear) -> Layer:
    weight = module.weight.detach().numpy().T
    return np.array(weight, np.float32, order="C"), np.array(module.bias.detach().numpy(), np.float32)
