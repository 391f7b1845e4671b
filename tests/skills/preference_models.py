"""Rewards learned from preferences, made by hand for the toy game."""

from collections.abc import Mapping

import numpy as np

from envs.fact_changes import FactChanges
from envs.registry import game_spec
from skills.rewards.preference_model import PreferenceModel


def preferring(weights: Mapping[str, float]) -> PreferenceModel:
    """A reward that adds up a number per rise of a fact, with nothing below 0.5 paid."""
    channels = tuple(channel.fact for channel in FactChanges(game_spec("toy")).channels)
    table = np.zeros((2 * len(channels), 1), np.float32)
    for fact, weight in weights.items():
        table[channels.index(fact), 0] = weight
    return PreferenceModel(
        game="toy",
        skill="collect_wood",
        channels=channels,
        layers=((table, np.zeros(1, np.float32)),),
        mean=0.0,
        deviation=1.0,
        quantiles=(0.5,) * 19,
        floor=0.0,
    )
