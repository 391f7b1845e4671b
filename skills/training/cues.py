"""Networks that begin by doing what the encoding points at, instead of with uniform odds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

CUE_GAIN = 2.5
"""Logit that a cue gives its action at first: with ten actions, odds of about one to one against the rest."""
_SHARP = 2.0
"""Slope with which a cue passes each hidden layer; a cue of 0.5 or more comes through nearly whole."""


def begin_with_cues(
    hidden: Sequence[torch.nn.Linear],
    head: torch.nn.Linear,
    cues: Mapping[int, int],
    gain: float = CUE_GAIN,
) -> None:
    """Start a fresh policy as one that follows its cues; learning is free to unlearn them.

    The first units of every hidden layer each carry one cue to the logit of its action. Everything else stays
    as it was initialised, and no weight is held fixed. Exploring then begins along the ways that the game's
    adapter points out, where uniform odds would take thousands of episodes to find that they lead somewhere.

    Args:
        hidden: the hidden layers, tanh behind each, in order.
        head: the layer that gives one logit per action.
        cues: place in the encoding -> index of the action that it speaks for.
        gain: logit of an action that is pointed at.

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
                layer.weight[unit, unit if depth else place] = _SHARP
            head.weight[action, unit] += gain
