"""How a worker process is started, and how long it is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

SIDE: Final = Path(__file__).with_name("side") / "__main__.py"
"""The program that serves a world."""

MEMORY_BYTES: Final = 8_000_000
"""Shared memory of one worker: seven pictures of 640 by 576."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds of silence after which a worker is given up and ended.

    Attributes:
        start_s: until it has started and built its world.
        begin_s: until it has begun an episode, or gone back to a saved state.
        answer_s: until it has answered anything else, such as a step.
        close_s: until it has ended when it was asked to.
    """

    start_s: float = 120.0
    begin_s: float = 120.0
    answer_s: float = 60.0
    close_s: float = 5.0

    def __post_init__(self) -> None:
        for name in ("start_s", "begin_s", "answer_s", "close_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)!r}; expected seconds above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What is started; plain values, so it can be sent to other processes.

    Attributes:
        name: of the game, for messages.
        python: path of the interpreter, Python 3.9 to 3.13.
        world: what builds the world there, ``module:name`` or ``/path/of/file.py:name``.
        options: its keyword arguments, JSON values.
        paths: folders in which that interpreter looks for modules first.
        environment: variables to set there, beside those of this process; Python's own are left out.
        folder: where it works, made by whoever names it; None for a temporary folder.
        timeouts: how long it is waited for.
        memory_bytes: shared memory for arrays; larger ones are sent through the socket.
        program: what the interpreter runs.
    """

    name: str
    python: str
    world: str
    options: Mapping[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    timeouts: Timeouts = Timeouts()
    memory_bytes: int = MEMORY_BYTES
    program: Path = SIDE

    def __post_init__(self) -> None:
        if self.memory_bytes < 1:
            raise ValueError(f"memory_bytes is {self.memory_bytes!r}; expected 1 or more")
