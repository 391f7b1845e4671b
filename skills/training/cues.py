"""Initial weights with which a network follows the cues in the encoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from stable_baselines3.common.policies import ActorCriticPolicy

from envs.game import GameSpec

CUE_LOGIT = 2.5
"""Initial logit of a cue's action: with ten actions, about as likely as all others together."""
_CUE_SLOPE = 2.0
"""Weight that carries a cue through each hidden layer; a cue of 0.5 or more hardly shrinks."""


def begin_with_cues(
    hidden: Sequence[torch.nn.Linear],
    head: torch.nn.Linear,
    cues: Mapping[int, int],
    cue_logit: float = CUE_LOGIT,
) -> None:
    """Let a fresh network follow its cues at first; training may change all weights.

    The first units of every hidden layer each carry one cue to the logit of its action; all other weights
    stay as initialised. Exploration then begins along the ways that the game points out, which would take
    thousands of episodes to find with uniform odds.

    Args:
        hidden: the hidden layers, tanh behind each, in order.
        head: the layer that gives one logit per action.
        cues: index in the encoding -> index of the action that it suggests.
        cue_logit: logit of an action that a cue suggests.

    Raises:
        ValueError: there are more cues than units in a hidden layer.
    """
    narrow = min((layer.out_features for layer in hidden), default=0)
    if len(cues) > narrow:
        raise ValueError(f"{len(cues)} cues need as many hidden units; the network has {narrow}")
    with torch.no_grad():
        for unit, (place, action) in enumerate(cues.items()):
            for depth, layer in enumerate(hidden):
                layer.weight[unit] = 0.0
                layer.bias[unit] = 0.0
                layer.weight[unit, unit if depth else place] = _CUE_SLOPE
            head.weight[action, unit] += cue_logit


def follow_cues(network: ActorCriticPolicy, game: GameSpec) -> None:
    """Let a fresh actor follow the cues in the game's encoding; see `begin_with_cues`."""
    hidden = [layer for layer in network.mlp_extractor.policy_net if isinstance(layer, torch.nn.Linear)]
    places = {place: game.action_index[action] for place, action in game.cues.items()}
    begin_with_cues(hidden, cast(torch.nn.Linear, network.action_net), places)
