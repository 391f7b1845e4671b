"""Whole frames over a socket."""

from __future__ import annotations

import socket
from typing import Callable

from .frames import FrameReader, Message, pack

Wait = Callable[[bool], None]
"""Called before a read (False) or write (True) that may not be possible yet; what it raises ends the call."""

_AT_ONCE = 1 << 16


class HalfFrame(Exception):
    """The stream ended within a frame; the message says how much of it came."""


class Channel:
    """One end of a stream of frames.

    Args:
        stream: connected; with `wait` it does not block.
        memory: shared with the other end.
        wait: waits until the stream can be used; None where the stream blocks by itself.
    """

    def __init__(self, stream: socket.socket, memory: memoryview, wait: Wait | None = None) -> None:
        self._stream, self._memory, self._wait = stream, memory, wait
        self._reader = FrameReader(memory)

    def send(self, message: Message) -> None:
        """Send one message. Raises `OSError` when nobody reads, `ValueError` when it is too long."""
        rest = memoryview(pack(message, self._memory))
        while rest:
            try:
                rest = rest[self._stream.send(rest) :]
            except BlockingIOError:
                if self._wait is not None:
                    self._wait(True)

    def receive(self) -> Message | None:
        """The next message; None at the end of the stream.

        Raises:
            BadFrame: what came is no frame.
            HalfFrame: the stream ended within one.
        """
        while True:
            message = self._reader.next()
            if message is not None:
                return message
            if self._wait is not None:
                self._wait(False)
            try:
                data = self._stream.recv(_AT_ONCE)
            except BlockingIOError:
                continue
            except ConnectionError:
                data = b""
            if data:
                self._reader.feed(data)
            elif self._reader.held:
                raise HalfFrame(f"{self._reader.held:,} of {self._reader.expected:,} bytes of a frame came")
            else:
                return None
