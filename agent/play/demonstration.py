"""What a player saw and did while a chain was executed, for a network to learn from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from envs.facts import Facts
from envs.game import Focus, Game
from planners.execution.option import Option


@dataclass(slots=True)
class Demonstration:
    """Encodings under one focus, and the actions taken, of all steps of some skills.

    Attributes:
        focus: what the encodings show the way to.
        skills: whose steps are kept; those of guards are not, unless they are among them.
    """

    focus: Focus
    skills: frozenset[str]
    _encodings: list[NDArray[np.float32]] = field(default_factory=list)
    _actions: list[int] = field(default_factory=list)

    def keep(self, game: Game, action: int) -> None:
        """Keep what is seen now, and the action about to be taken."""
        encoding = np.zeros(game.spec.encoding_size, np.float32)
        game.encode(self.focus, encoding)
        self._encodings.append(encoding)
        self._actions.append(action)

    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Everything kept: ``float32[n, encoding_size]`` and ``int64[n]``."""
        if not self._actions:
            return np.zeros((0, 0), np.float32), np.zeros(0, np.int64)
        return np.stack(self._encodings), np.array(self._actions, np.int64)


@dataclass(frozen=True, slots=True)
class Demonstrating:
    """An option whose actions are kept."""

    option: Option
    demonstration: Demonstration

    def may_start(self, facts: Facts) -> bool:
        """See `planners.execution.option.Option`."""
        return self.option.may_start(facts)

    def should_stop(self, start: Facts, facts: Facts, steps: int) -> bool:
        """See `planners.execution.option.Option`."""
        return self.option.should_stop(start, facts, steps)

    def act(self, game: Game) -> int:
        """See `planners.execution.option.Option`."""
        action = self.option.act(game)
        self.demonstration.keep(game, action)
        return action
