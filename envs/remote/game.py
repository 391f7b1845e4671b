"""A game whose world lives in another process."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.base_game import BaseGame
from envs.errors import GameDied
from envs.facts import EndStatus
from envs.game import Focus, GameSpec
from envs.remote.answers import Answers
from envs.remote.errors import BadAnswer, RemoteError
from envs.remote.launch import Launch
from envs.remote.side.frames import Array, Message, array_of
from envs.remote.spec_record import spec_from_record
from envs.remote.views import Look, Views
from envs.remote.worker import Worker

_log: Final = logging.getLogger(__name__)


class RemoteGame(BaseGame):
    """A world in another process as a `Game`.

    When the worker breaks, the episode is aborted. `step` says so; where it broke while it was only looked
    at, the next step does, and until then looks show what was seen last, or nothing. The next `reset` or
    `restore` starts another worker. What was looked at after one step comes with the answer to the next.

    Args:
        launch: how the worker is started.
        spec: what the game must be; the worker has to say only what it wants compared. None: the worker says
            all of it.

    Raises:
        RemoteError: the worker does not start, or describes another game or none.
        BadGameOption: the world refuses its options.
        TooLittle: this process may have no more files or processes.
    """

    def __init__(self, launch: Launch, spec: GameSpec | None = None) -> None:
        self._launch, self._expected = launch, spec
        self._fault, self._restarts = "", 0
        self._views, self._asked = Views(), Look()
        self._worker = Worker(launch)
        try:
            told = self._described()
            super().__init__(told, dict.fromkeys(told.seekable, 0), dict.fromkeys(told.explorable, 0))
            self._expected = told
            self._answers = Answers(told, launch.name)
            self._take(self._worker.hello)
        except BaseException:
            self._worker.kill()
            raise

    @property
    def fault(self) -> str:
        """Why the worker broke; empty while it is whole."""
        return self._fault

    @property
    def restarts(self) -> int:
        """Workers started after the first one."""
        return self._restarts

    @property
    def pid(self) -> int:
        """The id of the worker's process, and of its group."""
        return self._worker.pid

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names.

        Raises:
            ValueError: `max_steps` is below 1.
            RemoteError: the worker breaks, and so does another one.
        """
        limit = self._spec.max_steps if max_steps is None else max_steps
        if limit < 1:
            raise ValueError(f"max_steps is {max_steps!r}; an episode has at least 1 step")
        self._begin("reset", {"seed": int(seed), "max_steps": int(limit)})

    def restore(self, data: bytes) -> None:
        """Return to a snapshot. Raises `BadSnapshot` (then nothing has changed) or `RemoteError`."""
        self._begin("restore", {}, {"state": array_of(data)})

    def snapshot(self) -> bytes:
        """The world's own saved state. Raises `GameDied` where the worker is broken."""
        self._require_whole("its state cannot be saved")
        try:
            return self._answers.bytes_of(self._worker.call("snapshot", {}), "state")
        except RemoteError as error:
            self._break(error)
            raise

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask the world what only it knows, in JSON. Raises `GameDied` where the worker is broken."""
        self._require_whole("it cannot be asked")
        try:
            return self._answers.mapping(self._worker.call("ask", {"question": dict(question)}), "answer")
        except RemoteError as error:
            self._break(error)
            raise

    def encode(self, focus: Focus, out: NDArray[np.float32]) -> None:
        """Write the policy's input into ``out: float32[spec.encoding_size]``. Raises `BadFocus`."""
        self._resolve(focus)
        self._asked.focus = focus
        if self._views.focus != focus:
            self._look(Look(focus=focus))
        encoding = self._views.encoding if self._views.focus == focus else None
        out[:] = 0.0 if encoding is None else encoding

    def caption(self) -> str:
        """What the player sees, in words."""
        self._asked.caption = True
        if self._views.words is None:
            self._look(Look(caption=True))
        return self._views.words if self._views.words is not None else f"Nothing can be seen: {self._fault}."

    def frame(self, size: tuple[int, int] = (288, 288)) -> NDArray[np.uint8]:
        """A picture, ``uint8[height, width, 3]`` for ``size = (width, height)``; black if there is none."""
        width, height = size = int(size[0]), int(size[1])
        self._asked.size = size
        if self._views.picture_of(size) is None:
            self._look(Look(size=size))
        picture = self._views.picture_of(size)
        return np.zeros((height, width, 3), np.uint8) if picture is None else picture.copy()

    def close(self) -> None:
        """End the worker; a later `reset` starts another one."""
        self._worker.close()
        self._fault = self._fault or "the game was closed"

    def _act(self, action: int) -> None:
        before = self._steps
        if not self._fault:
            try:
                self._change("step", {"action": action})
                if self._steps <= before:
                    raise BadAnswer(
                        f"the worker of {self._launch.name!r} took a step, and counts {self._steps}"
                    )
            except RemoteError as error:
                self._break(error)
        if self._fault:
            self._status, self._steps = EndStatus.ABORTED, before + 1
        self._steps -= 1  # it is counted by whoever calls this

    def _write_facts(self, out: NDArray[np.int32]) -> None:
        out[:] = self._known

    def _begin(self, call: str, fields: Mapping[str, Any], arrays: Mapping[str, Array] | None = None) -> None:
        """Begin an episode, in another worker if this one is broken or breaks."""
        for last in (False, True):
            try:
                if self._worker.closed:
                    self._restart()
                self._change(call, fields, arrays, self._launch.timeouts.begin_s)
            except RemoteError as error:
                self._break(error)
                if last:
                    raise
            else:
                self._fault = ""
                return

    def _restart(self) -> None:
        self._asked = Look()  # in case that it was looking which broke the last one
        self._worker = Worker(self._launch)
        self._restarts += 1
        self._described()

    def _described(self) -> GameSpec:
        """What the worker says that the game is. Raises `BadDescription`."""
        return spec_from_record(self._worker.hello.header.get("spec"), self._launch.name, self._expected)

    def _change(
        self,
        call: str,
        fields: Mapping[str, Any],
        arrays: Mapping[str, Array] | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Have the world changed, and see of it what was looked at before."""
        look = self._asked
        answer = self._worker.call(call, {**fields, "look": look.fields()}, arrays, timeout_s=timeout_s)
        self._take(answer, look)
        self._asked = Look()

    def _take(self, answer: Message, look: Look | None = None) -> None:
        """Keep the state that an answer shows; all of it, or nothing where `BadAnswer` is raised."""
        progress, views = self._answers.progress(answer), Views()
        views.take(self._answers, answer, look or Look())
        self._known, self._views = progress.facts, views
        self._set_progress(sys.maxsize, progress.steps, progress.status)

    def _look(self, look: Look) -> None:
        if self._fault:
            return
        try:
            self._views.take(self._answers, self._worker.call("look", {"look": look.fields()}), look)
        except RemoteError as error:
            self._break(error)

    def _break(self, error: RemoteError) -> None:
        """The worker is of no use any more."""
        self._worker.kill()
        self._fault = str(error)
        _log.warning("%s; the episode is aborted", self._fault)

    def _require_whole(self, what: str) -> None:
        if self._fault:
            raise GameDied(f"the worker of {self._launch.name!r} is broken, {what}: {self._fault}")
