"""Which actions a skill may take, and networks limited to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from envs.game import GameSpec
from skills.skill import Skill

FORBIDDEN_LOGIT = -20.0
"""Logit of an action outside the skill's set: odds of one in a hundred million."""


def allowed_actions(skills: Sequence[Skill], game: GameSpec) -> NDArray[np.bool_]:
    """Which actions each skill may take, bool[K, A]; all where its set is empty."""
    allowed = np.zeros((len(skills), len(game.actions)), np.bool_)
    for row, skill in zip(allowed, skills, strict=True):
        row[[game.action_index[name] for name in skill.actions or game.actions]] = True
    return allowed


def restrict_actions(head: torch.nn.Linear, allowed: NDArray[np.bool_]) -> None:
    """Limit a network to some actions: the logits of the others become very low constants.

    An action that is allowed here but was forbidden in a warm start begins with the mean bias of the others.

    Args:
        head: the layer that gives one logit per action.
        allowed: which actions may be taken, bool[A].
    """
    with torch.no_grad():
        was_forbidden = head.bias <= FORBIDDEN_LOGIT / 2
        mean = head.bias[~was_forbidden].mean()
        for action, may_be_taken in enumerate(allowed.tolist()):
            if not may_be_taken:
                head.weight[action], head.bias[action] = 0.0, FORBIDDEN_LOGIT
            elif was_forbidden[action]:
                head.weight[action], head.bias[action] = 0.0, mean
