"""The steps that a protocol counts, which are not always ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from agent.evaluation.scoring.scored_step import RefereedGame

StepCount = Callable[[str, int, int, Collection[str]], int]
"""Action, keys typed for it, turns that passed, actions of the protocol -> steps of the protocol."""


def action_steps(action: str, keys: int, turns: int, own: Collection[str] = ()) -> int:
    """One step per action."""
    return 1


def key_steps(action: str, keys: int, turns: int, own: Collection[str] = ()) -> int:
    """One step per key, those that answer questions and pass pauses included.

    An action that the protocol lacks, such as a run where there are single steps only, counts as the turns
    that it takes, if they are more; with no actions named there is none that it lacks.

    >>> key_steps("far_west", 1, 6), key_steps("far_west", 1, 6, ("move_west",))
    (1, 6)
    """
    return max(keys, turns) if own and action not in own else keys


UNITS: Final[Mapping[str, StepCount]] = {
    "actions": action_steps,
    "keys": key_steps,
}
"""Unit of a cap in a suite's file -> how it is counted, in every game."""


class Meter:
    """Counts the protocol's steps of an episode, and those in a row in which game time stands still.

    Attributes:
        used: steps so far; keys that were pressed before the first action count where keys are counted.
        idle: steps since game time last moved.
    """

    def __init__(self, unit: StepCount, game: RefereedGame[Any], own: Collection[str] = ()) -> None:
        self._steps, self._own = unit, frozenset(own)
        self._keys = game.keys
        self.used = game.keys if unit is key_steps else 0
        self.idle = 0

    def add(self, action: str, keys: int, turns: int) -> None:
        """Count an action; `keys` is the game's own count of keys after it."""
        steps = self._steps(action, keys - self._keys, turns, self._own)
        self._keys = keys
        self.used += steps
        self.idle = 0 if turns > 0 else self.idle + steps
