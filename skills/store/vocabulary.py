"""What a library's files may speak of: the facts and actions of its game, where the game is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from envs.errors import GameError, did_you_mean
from envs.game import GameSpec
from envs.registry import game_spec
from envs.text import plain

LARGEST_COUNT = 2**31 - 1
"""Facts are 32-bit whole numbers."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one game.

    Attributes:
        game: registry name.
        spec: the game; None for one that is not registered here, whose words cannot be checked.
    """

    game: str
    spec: GameSpec | None

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of all facts; none for an unknown game."""
        return tuple(fact.name for fact in self.spec.facts) if self.spec else ()

    def count_problems(self, part: str, counts: Mapping[str, int]) -> Iterator[str]:
        """Facts that the game does not have, and counts that they cannot reach."""
        highs = {fact.name: fact.high for fact in self.spec.facts} if self.spec else None
        for fact, count in counts.items():
            if highs is not None and fact not in highs:
                hint = did_you_mean(fact, highs)
                yield f"{part} names {plain(fact, 80)!r}, which is no fact of {self.game}{hint}"
                continue
            high = LARGEST_COUNT if highs is None else highs[fact]
            if not 1 <= count <= high:
                yield f"{part}[{plain(fact, 80)!r}] is {count}; expected 1 to {high}"

    def action_problems(self, part: str, actions: tuple[str, ...]) -> Iterator[str]:
        """Actions that the game does not have."""
        for action in actions if self.spec else ():
            if self.spec and action not in self.spec.action_index:
                hint = did_you_mean(action, self.spec.actions)
                yield f"{part} names {plain(action, 80)!r}, which is no action of {self.game}{hint}"


def vocabulary(game: str) -> Vocabulary:
    """The words of a game."""
    try:
        return Vocabulary(game, game_spec(game))
    except GameError:
        return Vocabulary(game, None)
