"""What a criterion is shown: one action, what was said, and how the player stood before and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from envs.game import Game

if TYPE_CHECKING:
    from envs.nethack.engine import Win
    from envs.nethack.event_counts import Place
    from envs.nethack.inventory import Item


class RefereedGame(Game, Protocol):
    """A game that tells a referee more than it tells the player; `envs.nethack.game.NetHackGame` does."""

    @property
    def said(self) -> tuple[str, ...]:
        """What the game said during the last step."""
        ...

    @property
    def keys(self) -> int:
        """Keys pressed in this episode."""
        ...

    @property
    def place(self) -> Place:
        """Where and how the player stands."""
        ...

    @property
    def items(self) -> Sequence[Item]:
        """What the player carries."""
        ...

    @property
    def win(self) -> Win | None:
        """How the level was won; None before."""
        ...

    def overview(self) -> tuple[str, ...]:
        """The dungeon overview, row by row; takes no game time."""
        ...

    def special_levels(self) -> Mapping[str, tuple[int, int]]:
        """Special level -> branch, and number of the level in it."""
        ...


@dataclass(frozen=True, slots=True)
class ScoredStep:
    """One action that was taken.

    Attributes:
        action: its name.
        said: what the game said, in order.
        before: the player before it.
        after: the player after it.
        carried: what the player carried before it.
        step: steps of the protocol taken so far, this action's included.
        alive: the episode still goes on.
        game: the game, for what is not said.
    """

    action: str
    said: tuple[str, ...]
    before: Place
    after: Place
    carried: Sequence[Item]
    step: int
    alive: bool
    game: RefereedGame
