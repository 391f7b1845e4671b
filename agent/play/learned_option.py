"""An option that follows a skill's network: how an action is drawn, and which are never taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agent.play.option_code import OptionFunctions, Shield, allow_all
from envs.facts import Facts
from envs.game import Game
from skills.network import NumpyNetwork

TEMPERATURE = 0.4
"""Softmax temperature of actions in play; lower than in training, where it is 1."""
STUCK_TEMPERATURE = 1.0
"""Softmax temperature after `REPEATS_BEFORE_STUCK` times the same action, which probably has no effect."""
REPEATS_BEFORE_STUCK = 6


class LearnedOption:
    """Follows the skill's network, drawing from its action probabilities."""

    def __init__(
        self,
        functions: OptionFunctions,
        network: NumpyNetwork,
        size: int,
        rng: np.random.Generator,
        shield: Shield = allow_all,
    ) -> None:
        self._functions = functions
        self._shield = shield
        self._network = network
        self._focus = functions.skill.focus.focus()
        self._encoding: NDArray[np.float32] = np.zeros(size, np.float32)
        self._rng = rng
        self._last = -1
        self._repeats = 0

    def act(self, game: Game) -> int:
        """The next action."""
        game.encode(self._focus, self._encoding)
        stuck = self._repeats >= REPEATS_BEFORE_STUCK
        action = self._network.act(
            self._encoding,
            self._rng,
            temperature=STUCK_TEMPERATURE if stuck else TEMPERATURE,
            forbidden=self._shield(game.facts()),
        )
        self._repeats = self._repeats + 1 if action == self._last else 0
        self._last = action
        return action

    def should_stop(self, start: Facts, facts: Facts, steps: int) -> bool:
        """Whether the model-written termination function gives up."""
        return self._functions.termination.one(start, facts, steps)

    def may_start(self, facts: Facts) -> bool:
        """Whether the model-written initiation function holds."""
        return self._functions.initiation.one(facts)
