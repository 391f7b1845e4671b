"""What a world is, and how one is found.

A world is any object with the methods of `World`; nothing has to be imported for it. Errors are told apart by
the name of their class: a `BadSnapshot` refuses a saved state, a `BadGameOption` the options; every other
error ends the episode, and this process.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class World(Protocol):
    """A game, as the server asks it; numpy is welcome and not needed: an array is anything with a buffer."""

    def spec(self) -> Mapping[str, Any]:
        """What `envs.game.GameSpec` says, as JSON; see the page on remote games."""
        ...

    def reset(self, seed: int, max_steps: int | None) -> None:
        """Start the episode that `seed` names; after `max_steps` steps the world ends it (status 3)."""
        ...

    def step(self, action: int) -> None:
        """Take an action, an index into the actions of the spec."""
        ...

    def progress(self) -> tuple[int, int]:
        """Status (-1 aborted, 0 running, 1 death, 2 success, 3 time limit) and steps taken."""
        ...

    def facts(self) -> Any:
        """The facts, int32[facts of the spec]."""
        ...

    def encode(self, seek: Sequence[str], explore: str) -> Any:
        """The policy's input, float32[encoding_size of the spec]."""
        ...

    def caption(self) -> str:
        """What the player sees, in words."""
        ...

    def frame(self, width: int, height: int) -> Any:
        """A picture, uint8[height, width, 3]."""
        ...

    def snapshot(self) -> bytes:
        """The whole state."""
        ...

    def restore(self, data: bytes) -> None:
        """Return to it; raises an error named ``BadSnapshot``, and then leaves everything as it was."""
        ...

    def ask(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Anything else that this world's own game wants to know; JSON both ways."""
        ...

    def close(self) -> None:
        """Free what the world holds, processes that it started included."""
        ...


def make_world(target: str, options: Mapping[str, Any]) -> World:
    """The world that a target names, built with options as keyword arguments.

    Args:
        target: ``module:name`` or ``/path/of/file.py:name``.
        options: JSON values.
    """
    place, _, name = target.rpartition(":")
    module = _load_file(place) if place.endswith(".py") else importlib.import_module(place)
    world: World = getattr(module, name)(**options)
    return world


def _load_file(path: str) -> Any:
    name = "journeyman_world"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path!r} cannot be loaded")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
