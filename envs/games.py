"""Many games stepped together: `Games`, and `EachGame`, which steps one after the other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from envs.game import Focus, Game, GameSpec


class Startable(Protocol):
    """One of many games, as far as beginning episodes and looking at it go; see `envs.game.Game`."""

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names."""
        ...

    def snapshot(self) -> bytes:
        """The whole state as bytes that hold no code."""
        ...

    def restore(self, data: bytes) -> None:
        """Return to a snapshot. Raises `BadSnapshot`."""
        ...

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]`` for ``size = (width, height)``; never changes the game."""
        ...


class Games(Protocol):
    """N running games of one kind, played by one thread at a time.

    Every game attends to what `attend` says; its encoding depends on that, its facts do not.
    """

    @property
    def spec(self) -> GameSpec:
        """The game's static description."""
        ...

    def __getitem__(self, i: int) -> Startable:
        """Game `i`, to begin episodes in, and to look at."""
        ...

    def attend(self, i: int, focus: Focus) -> None:
        """Let game `i` attend to `focus` from now on. Raises `BadFocus`."""
        ...

    def step(
        self,
        actions: NDArray[np.integer],
        status: NDArray[np.int8],
        facts: NDArray[np.int32],
        encodings: NDArray[np.float32],
    ) -> None:
        """Take one step in every game, and write how all of them stand.

        Args:
            actions: int[N], indices into ``spec.actions``.
            status: int8[N], out; values of `EndStatus`.
            facts: int32[N, F], out, contiguous.
            encodings: float32[N, D], out, contiguous.
        """
        ...

    def observe(self, i: int, facts: NDArray[np.int32], encoding: NDArray[np.float32]) -> None:
        """Write facts int32[F] and encoding float32[D] of game `i`, both contiguous."""
        ...

    def close(self) -> None:
        """Free what the games hold."""
        ...


class EachGame:
    """Games that know nothing of one another, stepped one after the other.

    Args:
        make_game: builds one.
        n: how many, >= 1.
    """

    def __init__(self, make_game: Callable[[], Game], n: int) -> None:
        self._foci = [Focus()] * n
        with ExitStack() as opened:
            self._games = [opened.enter_context(closing(make_game())) for _ in range(n)]
            self._opened = opened.pop_all()

    @property
    def spec(self) -> GameSpec:
        """The game's static description."""
        return self._games[0].spec

    def __getitem__(self, i: int) -> Game:
        """Game `i`."""
        return self._games[i]

    def attend(self, i: int, focus: Focus) -> None:
        """Let game `i` attend to `focus` from now on. Raises `BadFocus`."""
        self.spec.check_focus(focus)
        self._foci[i] = focus

    def step(
        self,
        actions: NDArray[np.integer],
        status: NDArray[np.int8],
        facts: NDArray[np.int32],
        encodings: NDArray[np.float32],
    ) -> None:
        """Take one step in every game; see `Games.step`."""
        for i, action in enumerate(actions.tolist()):
            status[i] = self._games[i].step(action)
            self.observe(i, facts[i], encodings[i])

    def observe(self, i: int, facts: NDArray[np.int32], encoding: NDArray[np.float32]) -> None:
        """Write facts int32[F] and encoding float32[D] of game `i`."""
        game = self._games[i]
        game.fact_values(facts)
        game.encode(self._foci[i], encoding)

    def close(self) -> None:
        """Free all games."""
        self._opened.close()


@dataclass(frozen=True, slots=True)
class GamesFactory:
    """Builds games to be stepped together; picklable where it goes to a process.

    Attributes:
        make: builds so many.
        in_thread: whether a thread beside the one that learns plays them, instead of processes: compiled code
            steps them, which holds no lock and cannot crash.
    """

    make: Callable[[int], Games]
    in_thread: bool = False


def each(make_game: Callable[[], Game]) -> GamesFactory:
    """Games that `make_game` builds one by one."""
    return GamesFactory(partial(EachGame, make_game))
