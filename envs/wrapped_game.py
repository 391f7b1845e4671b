"""A game around another game that passes everything on; subclasses override what they change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from envs.facts import EndStatus
from envs.game import Focus, Game, GameSpec


class WrappedGame:
    """Passes every part of the `Game` protocol on to the game inside; see `envs.game.Game`."""

    def __init__(self, game: Game) -> None:
        self._game = game

    @property
    def spec(self) -> GameSpec:
        """The game's static description."""
        return self._game.spec

    @property
    def status(self) -> EndStatus:
        """How the episode stands now."""
        return self._game.status

    @property
    def steps(self) -> int:
        """Steps taken in this episode."""
        return self._game.steps

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        self._game.reset(seed, max_steps)

    def step(self, action: int) -> EndStatus:
        """Take one action (index into ``spec.actions``)."""
        return self._game.step(action)

    def facts(self) -> dict[str, int]:
        """The facts now, a fresh mapping with every name in ``spec.facts``."""
        return self._game.facts()

    def fact_values(self, out: NDArray[np.int32]) -> None:
        """Write the facts into ``out: int32[len(spec.facts)]``."""
        self._game.fact_values(out)

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input into ``out: float32[spec.encoding_size]``."""
        self._game.encode(focus, out)

    def caption(self) -> str:
        """What the player sees, in words."""
        return self._game.caption()

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]``."""
        return self._game.frame(size)

    def snapshot(self) -> bytes:
        """The state of the game inside, without what a subclass adds."""
        return self._game.snapshot()

    def restore(self, data: bytes) -> None:
        """Return to a snapshot of the game inside."""
        self._game.restore(data)

    def close(self) -> None:
        """Close the game inside."""
        self._game.close()


def innermost(game: Game) -> Game:
    """The game inside all wrappers; the game itself where there are none."""
    while isinstance(game, WrappedGame):
        game = game._game
    return game
