"""A player of the unmodified package: begins tasks, takes actions, and clears away whatever breaks.

The package runs in the side environment, in a process of its own, and in an engine of one of three kinds.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.minecraft.package.engine_choice import EngineChoice
from envs.minecraft.package.errors import PlayerDied
from envs.minecraft.package.observed import Seen, read_seen
from envs.minecraft.package.place import find_side
from envs.minecraft.package.task import task_id
from envs.minecraft.wire.actions import sizes
from envs.minecraft.wire.commands import KEYS, Commands
from envs.minecraft.wire.errors import WireError
from envs.minecraft.wire.probe import probe
from envs.minecraft.wire.process import EngineProcess
from envs.remote.errors import RemoteError, WorldFailed
from envs.remote.launch import Launch, Timeouts
from envs.remote.worker import Worker
from envs.text import plain

WORLD: Final = Path(__file__).parents[1] / "side" / "world.py"

THEIR_NAMES: Final = {
    "craft": "craft",
    "craft_nearby": "craft_with_table",
    "smelt_nearby": "smelt",
    "equip": "equip",
    "place": "place",
}
"""Attributes of `Commands` -> the package's names."""

NO_OP: Final = (0, 0, 0, 12, 12, 0, 0, 0)
"""The action that does nothing, at steps of 15 degrees of the camera."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is asked to be seen.

    Attributes:
        size: height and width of pictures.
        voxels: lowest and highest cell on x, y, z, relative to the feet; None for the task's own.
        rays: pitch and yaw in radians relative to the look, and most blocks, of each.
        turn: degrees of one step of the camera; 180 is a multiple of it.
        pictures: False has our own engine draw none.
    """

    size: tuple[int, int] = (160, 256)
    voxels: tuple[tuple[int, int, int], tuple[int, int, int]] | None = ((-1, -1, -1), (1, 1, 1))
    rays: tuple[tuple[float, float, float], ...] = ()
    turn: float = 15.0
    pictures: bool = True

    def __post_init__(self) -> None:
        if not (0 < self.turn <= 180 and (180 / self.turn).is_integer()):
            raise ValueError(f"turn is {self.turn!r}; expected degrees of which 180 is a multiple")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds that are waited.

    Attributes:
        start_s: until the package is imported.
        begin_s: until an episode has begun; launching Minecraft takes minutes.
        silence_s: until the engine has answered anything else.
        busy_s: until a busy engine is free.
    """

    start_s: float = 180.0
    begin_s: float = 900.0
    silence_s: float = 60.0
    busy_s: float = 20.0


class PackagePlayer:
    """One side environment, one engine, one episode after the other.

    Whatever breaks raises `PlayerDied` and is cleared away; the next `begin` starts anew.

    Args:
        engine: which engine.
        view: what is asked to be seen.
        side: folder of the side environment; the usual one when None.
        patience: how long everything is waited for.
        seed: of our own engine, for tasks that name no world.

    Raises:
        MissingDependency: no side environment, or no engine answers at the port named.
        PlayerDied: the package or the engine does not start.
    """

    def __init__(
        self,
        engine: EngineChoice = EngineChoice(),  # noqa: B008  # frozen
        view: View = View(),
        *,
        side: Path | None = None,
        patience: Patience = Patience(),
        seed: int = 0,
    ) -> None:
        self._choice, self._view, self._patience, self._seed = engine, view, patience, seed
        self._side = find_side(side)
        self._engine: EngineProcess | None = None
        self._port = 0  # of an engine of ours, the same for all that follow each other
        self._worker: Worker | None = None
        if engine.address is not None:
            probe(engine.address)
        self._start()

    @property
    def pid(self) -> int:
        """The id of the process that the package runs in; 0 while there is none."""
        return self._worker.pid if self._worker is not None and not self._worker.closed else 0

    def begin(self, task: str, seed: int, settings: Mapping[str, Any] | None = None) -> Seen:
        """Begin an episode of a task.

        Args:
            task: its id or its words; ``open-ended`` for none.
            seed: of the world, and of all that the task draws.
            settings: other keyword arguments of the package's own `make`.

        Raises:
            UnknownTask: there is no such task.
            NotObtainable: nobody can do it.
            PlayerDied: the package or the engine broke.
        """
        question: dict[str, Any] = {
            "do": "begin",
            "task": task_id(task),
            "seed": int(seed),
            "size": list(self._view.size),
            "voxels": self._view.voxels and [list(end) for end in self._view.voxels],
            "rays": [list(ray) for ray in self._view.rays],
            "cam_interval": self._view.turn,
            "settings": dict(settings or {}),
        }
        self._start()
        return self._ask(question, self._patience.begin_s)

    def act(self, action: Sequence[int]) -> Seen:
        """Take an action of the package's eight numbers. Raises `PlayerDied`."""
        numbers = [int(number) for number in action]
        self._check(numbers)
        return self._ask({"do": "act", "action": numbers}, 4 * self._patience.silence_s)

    def tick(self, commands: Commands) -> Seen:
        """Let one tick pass, past the action of eight numbers; one line of chat at most.

        Raises:
            PlayerDied: the package or the engine broke.
            ValueError: there is more than one line of chat.
        """
        if len(commands.chat) > 1:
            raise ValueError(
                f"commands have {len(commands.chat)} lines of chat; the package sends one a tick"
            )
        given: dict[str, Any] = {key: 1 for key in KEYS if getattr(commands, key)}
        given["camera"] = [commands.pitch, commands.yaw]
        for name, theirs in THEIR_NAMES.items():
            if item := getattr(commands, name):
                given[theirs] = item
        if commands.chat:
            given["chat"] = commands.chat[0]
        return self._ask({"do": "tick", "commands": given}, 4 * self._patience.silence_s)

    def frame(self, width: int, height: int) -> NDArray[np.uint8]:
        """The latest picture, uint8[height, width, 3]; black where there is none."""
        worker = self._worker
        if worker is None or worker.closed:
            return np.zeros((height, width, 3), np.uint8)
        try:
            found = worker.call("look", {"look": {"size": [width, height]}}).arrays["frame"]
            return np.frombuffer(found.data, np.uint8).reshape(height, width, 3).copy()
        except (RemoteError, KeyError, ValueError) as error:
            raise self._broken(error) from error

    def close(self) -> None:
        """End the package and an engine of ours."""
        if self._worker is not None:
            self._worker.close()
        if self._engine is not None:
            self._engine.close()
        self._worker = self._engine = None

    def __enter__(self) -> PackagePlayer:
        """Use as a context manager."""
        return self

    def __exit__(self, *ended: object) -> None:
        """Close it."""
        self.close()

    def _check(self, numbers: Sequence[int]) -> None:
        most = sizes(self._view.turn)
        if len(numbers) != len(most) or not all(0 <= n < m for n, m in zip(numbers, most, strict=True)):
            raise ValueError(f"action {list(numbers)!r}; expected eight numbers below {most}")

    def _start(self) -> None:
        """Start what is not there: our own engine, then the package."""
        if self._choice.mode == "block-world" and (self._engine is None or self._engine.ended):
            self._engine = EngineProcess(self._seed, pictures=self._view.pictures, port=self._port)
            self._port = self._engine.port
        if self._worker is None or self._worker.closed:
            try:
                self._worker = Worker(self._launch())
            except RemoteError as error:
                raise self._broken(error) from error

    def _launch(self) -> Launch:
        address = self._choice.address
        port = self._port or None if address is None else address.port
        waits = self._patience
        return Launch(
            name="minecraft",
            python=str(self._side.python),
            world=f"{WORLD}:MineDojoWorld",
            options={"port": port, "silence_s": waits.silence_s, "busy_s": waits.busy_s},
            environment={"MALMO_MINECRAFT_OUTPUT_LOGDIR": "."},
            timeouts=Timeouts(start_s=waits.start_s),
        )

    def _ask(self, question: Mapping[str, Any], timeout_s: float) -> Seen:
        worker = self._worker
        if worker is None or worker.closed:
            raise PlayerDied("the package has ended; begin another episode")
        try:
            answer = worker.call("ask", {"question": dict(question)}, timeout_s=timeout_s)
            said = answer.header.get("answer") or {}
            if "lost" not in said:
                return read_seen(said)
        except (RemoteError, PlayerDied, WireError) as error:
            raise self._broken(error) from error
        raise self._lost(plain(said["lost"]))

    def _lost(self, said: str) -> PlayerDied:
        """What is told of an engine that broke; the package goes on, and its next episode has an engine."""
        if self._engine is not None:
            said += self._engine.last_words()
            self._engine.close()
        _log.warning("%s; the episode is aborted", said)
        return PlayerDied(said)

    def _broken(self, error: Exception) -> PlayerDied:
        """What is told of an error; everything is cleared away for the next episode."""
        said = plain(error)
        if isinstance(error, WorldFailed):
            said = said.partition("': ")[2] or said
        self._stop()
        _log.warning("%s; the episode is aborted", said)
        return PlayerDied(said)

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.kill()
        if self._engine is not None:
            self._engine.close()
        self._worker = self._engine = None
        self._port = 0
