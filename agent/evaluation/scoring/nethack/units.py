"""The steps that NetHack's protocols count in ways of their own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from envs.nethack.actions import ACTION_SETS

MAESTROMOTIF_ACTIONS: Final = frozenset(ACTION_SETS["maestromotif"])


def maestromotif_steps(action: str, keys: int, turns: int, own: Collection[str] = ()) -> int:
    """At least what MaestroMotif's agent would have needed.

    An action that its agent has too counts as the keys typed, answers included, though its environment
    gives some of these for nothing. Any other one, such as a journey or a tenfold search, counts as the keys
    typed or the turns that passed, whichever is more. Nothing counts as less than one.

    >>> maestromotif_steps("move_west", 1, 1), maestromotif_steps("travel_down", 3, 40)
    (1, 40)
    """
    return max(1, keys) if action in MAESTROMOTIF_ACTIONS else max(1, keys, turns)
