"""Which skill begins a chain and which follows: probabilities, without any play."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

TEMPERATURE = 0.2
"""Of the softmax over the scores of first skills."""
SETTLED = 0.25
"""Part of a first skill's score that it has without any learning progress."""


def first_probabilities(success: Mapping[str, float], progress: Mapping[str, float]) -> dict[str, float]:
    """Probability of every skill to be the first: softmax over success rate times learning progress.

    Args:
        success: skill -> success rate expected here, 0..1.
        progress: skill -> learning progress, 0..1; 1 for a skill that is not in it.

    Source: J. Zhang et al., Bootstrap Your Own Skills (BOSS), 2023, section 3.2, with measured success in
    place of a value function, and learning progress added.
    """
    scores = {
        name: rate * (SETTLED + (1 - SETTLED) * progress.get(name, 1.0)) for name, rate in success.items()
    }
    highest = max(scores.values(), default=0.0)
    return _normalised({name: math.exp((score - highest) / TEMPERATURE) for name, score in scores.items()})


def next_probabilities(
    success: Mapping[str, float], plausibility: Mapping[str, float], weight: float
) -> dict[str, float]:
    """Probability of every skill to be next: plausibility^weight times success^(1 - weight).

    Args:
        success: skill -> success rate expected here, 0..1.
        plausibility: skill -> plausibility, above 0 to 1.
        weight: 0 for success alone, 1 for plausibility alone.

    >>> next_probabilities({"a": 0.5, "b": 0.5}, {"a": 0.75, "b": 0.25}, 1.0)
    {'a': 0.75, 'b': 0.25}
    """
    return _normalised(
        {name: plausibility[name] ** weight * rate ** (1 - weight) for name, rate in success.items()}
    )


def _normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """As probabilities; equal ones where all weights are 0."""
    total = sum(weights.values())
    return {name: w / total if total else 1 / len(weights) for name, w in weights.items()}


def draw(rng: np.random.Generator, probabilities: Mapping[str, float]) -> str:
    """One name by its probability. Raises `ValueError` when there is none."""
    names = list(probabilities)
    return names[int(rng.choice(len(names), p=list(probabilities.values())))]
