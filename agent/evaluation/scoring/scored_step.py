"""What a criterion is shown: one action, what was said, and how the player stood before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from envs.game import Game


class Standing(Protocol):
    """How a player stands, as far as the protocols of all games look at it."""

    @property
    def turn(self) -> int:
        """Game time."""
        ...


StandingT_co = TypeVar("StandingT_co", bound=Standing, covariant=True)


class RefereedGame(Game, Protocol[StandingT_co]):
    """A game that tells a referee more than it tells the player; games add what their criteria look at."""

    @property
    def said(self) -> tuple[str, ...]:
        """What the game said during the last step."""
        ...

    @property
    def keys(self) -> int:
        """Keys pressed in this episode."""
        ...

    @property
    def place(self) -> StandingT_co:
        """Where and how the player stands."""
        ...


GameT = TypeVar("GameT", bound=RefereedGame[Any])
StandingT = TypeVar("StandingT", bound=Standing)


@dataclass(frozen=True, slots=True)
class ScoredStep(Generic[GameT, StandingT]):
    """One action that was taken.

    Attributes:
        action: its name.
        said: what the game said, in order.
        before: the player before it.
        after: the player after it.
        step: steps of the protocol taken so far, this action's included.
        alive: whether the episode continues.
        game: the game, for what is not said.
    """

    action: str
    said: tuple[str, ...]
    before: StandingT
    after: StandingT
    step: int
    alive: bool
    game: GameT
