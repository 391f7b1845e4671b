"""Many games of Crafter stepped together by compiled code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.crafter.compiled.found import new_found
from envs.crafter.compiled.games import CompiledGames
from envs.crafter.compiled.observe import observe_games
from envs.crafter.spec import SPEC
from envs.crafter.survey import KINDS, REGIONS
from envs.game import Focus, GameSpec


@dataclass(frozen=True, slots=True)
class _Game:
    """One of the games."""

    games: CompiledGames
    i: int

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        self.games.reset(self.i, seed, max_steps)

    def snapshot(self) -> bytes:
        """The whole state as bytes that hold no code."""
        return self.games.snapshot(self.i)

    def restore(self, data: bytes) -> None:
        """Return to a snapshot. Raises `BadSnapshot`."""
        self.games.restore(self.i, data)

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]`` for ``size = (width, height)``."""
        return self.games.frame(self.i, size)


class CrafterGames:
    """N games of Crafter; see `envs.games.Games`. Each goes as a `CrafterGame` does.

    Args:
        n: how many, >= 1.
    """

    def __init__(self, n: int) -> None:
        self._compiled = CompiledGames(n)
        self._games = [_Game(self._compiled, i) for i in range(n)]
        self._seek = np.full((n, len(KINDS)), -1, np.int64)
        self._regions = np.zeros(n, np.int64)
        self._found = new_found()
        self._shapes = (n, len(SPEC.facts)), (n, SPEC.encoding_size)

    @property
    def spec(self) -> GameSpec:
        """The game's static description."""
        return SPEC

    def __getitem__(self, i: int) -> _Game:
        """Game `i`, to begin episodes in, and to look at."""
        return self._games[i]

    def attend(self, i: int, focus: Focus) -> None:
        """Let game `i` attend to `focus` from now on. Raises `BadFocus`."""
        SPEC.check_focus(focus)
        sought = dict.fromkeys(KINDS[name] for name in focus.seek)  # the first of two equal ones counts
        self._seek[i] = -1
        self._seek[i, : len(sought)] = list(sought)
        self._regions[i] = REGIONS[focus.explore]

    def step(
        self,
        actions: NDArray[np.integer],
        status: NDArray[np.int8],
        facts: NDArray[np.int32],
        encodings: NDArray[np.float32],
    ) -> None:
        """Take one step in every game; see `Games.step`."""
        if facts.shape != self._shapes[0] or encodings.shape != self._shapes[1]:
            raise ValueError(f"facts are {facts.shape}, encodings {encodings.shape}; expected {self._shapes}")
        self._compiled.step(actions)
        status[:] = self._compiled.status
        observe_games(
            self._compiled.records, self._seek, self._regions, self._found, facts, encodings
        )  # what is sought was looked at in `attend`, so there is nothing more to check

    def observe(self, i: int, facts: NDArray[np.int32], encoding: NDArray[np.float32]) -> None:
        """Write facts int32[F] and encoding float32[D] of game `i`, both contiguous."""
        own = slice(i, i + 1)
        self._compiled.observe(self._seek[own], self._regions[own], facts[None], encoding[None], first=i)

    def close(self) -> None:
        """Nothing to free."""
