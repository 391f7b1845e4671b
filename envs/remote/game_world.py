"""Any of our games served as a world, in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import envs
from envs.game import Focus
from envs.registry import make_game
from envs.remote.launch import Launch, Timeouts
from envs.remote.spec_record import spec_to_record


class GameWorld:
    """What `envs.remote.side.world.World` asks for, answered by a `Game`; it runs in the worker.

    Args:
        game: registered name.
        options: arguments of that game.
    """

    def __init__(self, game: str, options: Mapping[str, Any]) -> None:
        self._game = make_game(game, **options)
        self._facts = np.zeros(len(self._game.spec.facts), np.int32)
        self._encoding = np.zeros(self._game.spec.encoding_size, np.float32)

    def spec(self) -> dict[str, Any]:
        """The game's description."""
        return spec_to_record(self._game.spec)

    def reset(self, seed: int, max_steps: int | None) -> None:
        """Start the episode that `seed` names."""
        self._game.reset(seed, max_steps)

    def step(self, action: int) -> None:
        """Take one action."""
        self._game.step(action)

    def progress(self) -> tuple[int, int]:
        """Status and steps."""
        return int(self._game.status), self._game.steps

    def facts(self) -> NDArray[np.int32]:
        """int32[facts]; the same array every time."""
        self._game.fact_values(self._facts)
        return self._facts

    def encode(self, seek: Sequence[str], explore: str) -> NDArray[np.float32]:
        """float32[encoding_size]; the same array every time."""
        self._game.encode(Focus(seek=tuple(seek), explore=explore), self._encoding)
        return self._encoding

    def caption(self) -> str:
        """What the player sees, in words."""
        return self._game.caption()

    def frame(self, width: int, height: int) -> NDArray[np.uint8]:
        """uint8[height, width, 3]."""
        return np.ascontiguousarray(self._game.frame((width, height)))

    def snapshot(self) -> bytes:
        """The game's saved state."""
        return self._game.snapshot()

    def restore(self, data: bytes) -> None:
        """Return to it."""
        self._game.restore(data)

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Raises `ValueError`: what a game knows beside that is not passed on."""
        raise ValueError(f"a game is asked nothing else; it was asked {question!r}")

    def close(self) -> None:
        """Close the game."""
        self._game.close()


def launch_of(game: str, *, timeouts: Timeouts | None = None, **options: Any) -> Launch:
    """A registered game in a process of its own, with this interpreter.

    Args:
        game: registered name.
        timeouts: how long it is waited for.
        options: arguments of that game, JSON values.
    """
    return Launch(
        name=game,
        python=sys.executable,
        world="envs.remote.game_world:GameWorld",
        options={"game": game, "options": options},
        paths=(str(Path(envs.__file__).parents[1]),),
        timeouts=timeouts or Timeouts(),
    )
