"""What a worker shows of its world, checked against the description of the game."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.facts import EndStatus
from envs.game import GameSpec
from envs.remote.errors import BadAnswer
from envs.remote.side.frames import ITEM_BYTES, Message
from envs.text import brief

_STATUSES: Final = frozenset(map(int, EndStatus))
_MOST_STEPS: Final = 2**53


@dataclass(frozen=True, slots=True)
class Progress:
    """How an episode stands.

    Attributes:
        status: of the episode.
        steps: taken in it.
        facts: int32[facts], a copy.
    """

    status: EndStatus
    steps: int
    facts: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Answers:
    """Reads the answers of one game's worker; everything raises `BadAnswer`.

    Attributes:
        spec: of the game.
        name: of the game, for messages.
    """

    spec: GameSpec
    name: str

    def progress(self, answer: Message) -> Progress:
        """Status, steps and facts."""
        status, steps = answer.header.get("status"), answer.header.get("steps")
        if type(status) is not int or status not in _STATUSES:
            raise self._bad("status", brief(status), f"one of {', '.join(map(str, sorted(_STATUSES)))}")
        if type(steps) is not int or not 0 <= steps <= _MOST_STEPS:
            raise self._bad("steps", brief(steps), "a number from 0 on")
        return Progress(
            EndStatus(status), steps, self.array(answer, "facts", (len(self.spec.facts),), np.int32)
        )

    def array(self, answer: Message, name: str, shape: tuple[int, ...], dtype: type[Any]) -> NDArray[Any]:
        """One array as a copy; a shape with the same number of items is taken for the right one."""
        found = answer.arrays.get(name)
        kind = dtype.__name__
        if found is None:
            raise self._bad(name, "missing", f"{kind}{list(shape)}")
        if found.type != kind or found.data.nbytes != math.prod(shape) * ITEM_BYTES[kind]:
            raise self._bad(name, f"{found.type}{list(found.shape)}", f"{kind}{list(shape)}")
        return np.frombuffer(found.data, dtype).reshape(shape).copy()

    def text(self, answer: Message, name: str) -> str:
        """One text."""
        found = answer.header.get(name)
        if not isinstance(found, str):
            raise self._bad(name, brief(found), "a text")
        return found

    def bytes_of(self, answer: Message, name: str) -> bytes:
        """An array of bytes, as many as there are."""
        found = answer.arrays.get(name)
        if found is None or found.type != "uint8":
            raise self._bad(name, "missing" if found is None else f"{found.type}{list(found.shape)}", "bytes")
        return found.data.tobytes()

    def mapping(self, answer: Message, name: str) -> dict[str, Any]:
        """A JSON object."""
        found = answer.header.get(name)
        if not isinstance(found, dict):
            raise self._bad(name, brief(found), "a JSON object")
        return found

    def _bad(self, name: str, found: str, expected: str) -> BadAnswer:
        return BadAnswer(
            f"the worker of {self.name!r} shows {name} that cannot be: {found}, expected {expected}"
        )
