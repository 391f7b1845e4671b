"""The embedded judge, trained on with attempts that it called done falsely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from agent.errors import AgentError
from envs.game import GameSpec


def refit(spec: GameSpec, negatives: Sequence[Mapping[str, Any]], weights: Path, seed: int) -> bool:
    """Write the weights of a judge that has learned from `negatives`; False where none can be trained here.

    Args:
        spec: the game.
        negatives: attempts, see `agent.practice.negatives.read_negatives`.
        weights: where they go.
        seed: of the training.
    """
    try:
        train = import_module("agent.judge_training.refit").refit_judge
    except (ImportError, AttributeError):
        return False
    try:
        train(spec, negatives, weights, seed=seed)
    except AgentError:
        return False
    return True
