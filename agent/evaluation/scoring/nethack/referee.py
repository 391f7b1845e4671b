"""What NetHack tells a referee, and the types of its steps and criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from agent.evaluation.scoring.criterion import Counter, Criterion
from agent.evaluation.scoring.scored_step import RefereedGame, ScoredStep
from envs.nethack.event_counts import Place

if TYPE_CHECKING:
    from envs.nethack.engine import Win
    from envs.nethack.inventory import Item


class RefereedNetHack(RefereedGame[Place], Protocol):
    """`envs.nethack.game.NetHackGame`, as criteria look at it."""

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


NetHackStep: TypeAlias = ScoredStep[RefereedNetHack, Place]
NetHackCriterion: TypeAlias = Criterion[RefereedNetHack, Place]
NetHackCounter: TypeAlias = Counter[RefereedNetHack, Place]
