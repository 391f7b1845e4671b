"""The steps that a protocol counts, which are not always ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from agent.evaluation.scoring.scored_step import RefereedGame
from envs.nethack.actions import ACTION_SETS

MAESTROMOTIF_ACTIONS: Final = frozenset(ACTION_SETS["maestromotif"])

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


def maestromotif_steps(action: str, keys: int, turns: int, own: Collection[str] = ()) -> int:
    """At least what MaestroMotif's agent would have needed.

    An action that its agent has too counts as the keys typed, answers included, though its environment
    gives some of these for nothing. Any other one, such as a journey or a tenfold search, counts as the keys
    typed or the turns that passed, whichever is more. Nothing counts as less than one.

    >>> maestromotif_steps("move_west", 1, 1), maestromotif_steps("travel_down", 3, 40)
    (1, 40)
    """
    return max(1, keys) if action in MAESTROMOTIF_ACTIONS else max(1, keys, turns)


UNITS: Final[Mapping[str, StepCount]] = {
    "actions": action_steps,
    "keys": key_steps,
    "maestromotif": maestromotif_steps,
}
"""Unit of a cap in a suite's file -> how it is counted."""


class Meter:
    """Counts the protocol's steps of an episode, and those in a row in which game time stands still.

    Attributes:
        used: steps so far; keys that were pressed before the first action count where keys are counted.
        idle: steps since game time last moved.
    """

    def __init__(self, unit: str, game: RefereedGame, own: Collection[str] = ()) -> None:
        self._steps, self._own = UNITS[unit], frozenset(own)
        self._keys = game.keys
        self.used = game.keys if unit == "keys" else 0
        self.idle = 0

    def add(self, action: str, keys: int, turns: int) -> None:
        """Count an action; `keys` is the game's own count of keys after it."""
        steps = self._steps(action, keys - self._keys, turns, self._own)
        self._keys = keys
        self.used += steps
        self.idle = 0 if turns > 0 else self.idle + steps
