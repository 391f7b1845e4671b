"""A game that tells a referee no more than it tells the player."""

from __future__ import annotations

from dataclasses import dataclass

from envs.wrapped_game import WrappedGame


@dataclass(frozen=True, slots=True)
class PlainStanding:
    """How a player stands in a game of which no more is known: game time is counted in steps."""

    turn: int


class PlainReferee(WrappedGame):
    """Makes any game one that can be refereed: it says nothing, and a step takes one key and one turn."""

    @property
    def said(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    @property
    def keys(self) -> int:
        """One key a step."""
        return self.steps

    @property
    def place(self) -> PlainStanding:
        """The time."""
        return PlainStanding(self.steps)
