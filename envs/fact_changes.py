"""Which facts rose or fell in a step, as signs and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.facts import FactSpec
from envs.game import GameSpec

NOTHING = "nothing worth telling"
"""Text of a step without a change that is told."""

_COUNTED = ("how often the player ", "times ")
"""How descriptions of event facts begin before they say what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One fact whose change is worth telling.

    Attributes:
        fact: its name.
        rise: what is said when it rises; empty when that is not told.
        fall: what is said when it falls; empty when that is not told.
    """

    fact: str
    rise: str
    fall: str


def channels(spec: GameSpec) -> tuple[Channel, ...]:
    """The facts whose change is told: events, what is carried, and what `GameSpec.fact_changes` names.

    All other facts (places, distances, what is remembered, most statuses) describe the state, not what
    happened.
    """
    return tuple(channel for channel in _channels(spec) if channel.rise or channel.fall)


def _channels(spec: GameSpec) -> Iterator[Channel]:
    for kind in ("event", "level", "status", "count"):
        for fact in spec.facts:
            if fact.kind != kind:
                continue
            if fact.name in spec.fact_changes:
                rise, fall = spec.fact_changes[fact.name]
                yield Channel(fact=fact.name, rise=rise, fall=fall)
            elif kind == "event":
                yield Channel(fact=fact.name, rise=_event_words(fact), fall="")
            elif kind == "count":
                text = fact.description
                yield Channel(fact=fact.name, rise=f"more {text}", fall=f"fewer {text}")


def _event_words(fact: FactSpec) -> str:
    for opening in _COUNTED:
        if fact.description.startswith(opening):
            return fact.description.removeprefix(opening).removesuffix(" so far")
    return f"{fact.description}: more"


class FactChanges:
    """Finds the changes in steps of one game.

    Args:
        spec: the game.

    Attributes:
        channels: the facts looked at, in the order of the columns of all arrays of signs.
    """

    def __init__(self, spec: GameSpec) -> None:
        self.channels = channels(spec)
        self._columns = np.array([spec.fact_index[channel.fact] for channel in self.channels], np.intp)
        self._lowest = np.array([-1 if channel.fall else 0 for channel in self.channels], np.int8)
        self._highest = np.array([1 if channel.rise else 0 for channel in self.channels], np.int8)
        self._index = {channel.fact: i for i, channel in enumerate(self.channels)}

    def signs(self, before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.int8]:
        """What changed: facts ``int32[n, F]`` twice -> int8[n, C], 1 for a rise, -1 for a fall."""
        change = np.sign(after[:, self._columns] - before[:, self._columns]).astype(np.int8)
        return np.asarray(np.clip(change, self._lowest, self._highest), np.int8)

    def text(self, signs: NDArray[np.int8]) -> str:
        """One row of signs, int8[C], in words; equal rows give equal texts."""
        said = [
            channel.rise if sign > 0 else channel.fall
            for channel, sign in zip(self.channels, signs.tolist(), strict=True)
            if sign
        ]
        return "; ".join(said) or NOTHING

    def by_name(self, signs: NDArray[np.int8]) -> dict[str, int]:
        """One row of signs as fact -> 1 or -1."""
        return {self.channels[i].fact: int(signs[i]) for i in np.flatnonzero(signs)}

    def row(self, signs: Mapping[str, int]) -> NDArray[np.int8]:
        """The inverse of `by_name`. Raises `KeyError` for a fact that is no channel."""
        row = np.zeros(len(self.channels), np.int8)
        for fact, sign in signs.items():
            row[self._index[fact]] = sign
        return row
