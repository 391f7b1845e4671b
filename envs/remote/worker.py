"""Calls to a world in another process."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from envs.errors import BadGameOption, BadSnapshot
from envs.remote.errors import (
    BadAnswer,
    BrokenFrame,
    HalfAnswer,
    OtherProtocol,
    OutOfOrder,
    RemoteError,
    Silence,
    WorkerEnded,
    WorldFailed,
)
from envs.remote.launch import Launch
from envs.remote.process import WorkerProcess
from envs.remote.side.channel import Channel, HalfFrame
from envs.remote.side.frames import PROTOCOL, Array, BadFrame, Message
from envs.text import brief, plain


class Worker:
    """One process with one world; started and greeted at once.

    By any error but `BadSnapshot` the process is ended with all that it started, as by `close`.

    Args:
        launch: what is started.

    Attributes:
        launch: the same.
        hello: its answer to the greeting: the description of the game, and the first look.

    Raises:
        RemoteError: as `call`.
        InterpreterMissing: there is no such program.
        TooLittle: this process may have no more files or processes.
    """

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self._number = 0
        self._until = self._patience = 0.0
        self._call = "hello"
        self._closed = False
        self._process = WorkerProcess(launch)
        self._channel = Channel(self._process.stream, self._process.memory, self._wait)
        self.hello = self._greet()

    @property
    def pid(self) -> int:
        """The id of the process, and of its group."""
        return self._process.pid

    @property
    def closed(self) -> bool:
        """Whether the process was ended."""
        return self._closed

    def call(
        self,
        call: str,
        fields: Mapping[str, Any],
        arrays: Mapping[str, Array] | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Message:
        """Ask for something and wait for the answer; its large arrays hold until the next call.

        Args:
            call: what is asked.
            fields: what belongs to it, JSON values.
            arrays: numbers that belong to it.
            timeout_s: most seconds that it may take; `Timeouts.answer_s` if None.

        Raises:
            RemoteError: one of its kinds.
            BadSnapshot: the world refuses the saved state; the worker goes on.
            BadGameOption: the world refuses its options.
        """
        if self._closed:
            raise WorkerEnded(f"{self._who} was ended; start another one")
        self._number += 1
        self._call = call
        self._patience = timeout_s if timeout_s is not None else self.launch.timeouts.answer_s
        self._until = time.monotonic() + self._patience
        message = Message({"id": self._number, "call": call, **fields}, dict(arrays or {}))
        try:
            return self._checked(self._exchange(message))
        except BadSnapshot:
            raise
        except BaseException:  # an interrupt as well: its answer would come in place of the next one
            self.kill()
            raise

    def close(self) -> None:
        """Have the process end, and end it if it does not; may be called more than once."""
        if self._closed:
            return
        with suppress(RemoteError, BadGameOption, BadFrame, HalfFrame):
            self.call("close", {}, timeout_s=self.launch.timeouts.close_s)
            self._channel.receive()  # the end of the stream: the process has ended
        self.kill()

    def kill(self) -> None:
        """End the process and all that it started, at once; may be called more than once."""
        if not self._closed:
            self._closed = True
            self._process.kill()

    @property
    def _who(self) -> str:
        return f"the worker of {self.launch.name!r}"

    def _greet(self) -> Message:
        launch = self.launch
        fields = {
            "protocol": PROTOCOL,
            "world": launch.world,
            "options": dict(launch.options),
            "paths": list(launch.paths),
        }
        hello = self.call("hello", fields, timeout_s=launch.timeouts.start_s)
        if (spoken := hello.header.get("protocol")) != PROTOCOL:
            self.kill()
            raise self._other_protocol(f"the worker speaks version {brief(spoken)} of the protocol")
        return hello

    def _exchange(self, message: Message) -> Message:
        """Send a call and receive what comes next."""
        try:
            self._channel.send(message)
            answer = self._channel.receive()
        except BadFrame as error:
            raise BrokenFrame(
                f"{self._who} answered {self._call!r} with what is no answer: {plain(error)}"
            ) from error
        except HalfFrame as error:
            raise HalfAnswer(
                f"{self._who} broke off its answer to {self._call!r}: {error}{self._process.last_words()}"
            ) from error
        except ConnectionError:
            answer = None
        if answer is None:
            ended = self._process.how_it_ended()
            raise WorkerEnded(f"{self._who} {ended} during {self._call!r}{self._process.last_words()}")
        return answer

    def _checked(self, answer: Message) -> Message:
        """The answer, if it is one to the last call and no error."""
        if answer.header.get("id") != self._number:
            raise OutOfOrder(
                f"{self._who} answered call {brief(answer.header.get('id'))}, expected the answer to call "
                f"{self._number}, {self._call!r}"
            )
        error = answer.header.get("error")
        if error is None:
            return answer
        if not isinstance(error, dict):
            raise BadAnswer(f"{self._who} tells of an error that is none: {brief(error)}")
        words = plain(error.get("message", ""))
        match error.get("kind"):
            case "bad_snapshot" if self._call == "restore":
                raise BadSnapshot(words)
            case "bad_option" if self._call == "hello":
                raise BadGameOption(words)
            case "protocol":
                raise self._other_protocol(words)
        failed = WorldFailed(f"the world of {self.launch.name!r} failed at {self._call!r}: {words}")
        failed.add_note(plain(error.get("trace", ""), 4_000, lines=True))
        raise failed

    def _other_protocol(self, words: str) -> OtherProtocol:
        return OtherProtocol(
            f"{words}, expected version {PROTOCOL}; set {self.launch.name!r} up again, so that both ends are "
            "of the same version"
        )

    def _wait(self, write: bool) -> None:
        """Wait until the stream can be used. Raises `Silence`."""
        if not self._process.wait_for_stream(write=write, until=self._until):
            raise Silence(
                f"{self._who} did not answer {self._call!r} within {self._patience:g} s and was ended"
                f"{self._process.last_words()}; if it is only slow, allow it more time"
            )
