"""Frames of Malmo's protocol: a length of four bytes, big-endian, then that many bytes, both ways.

Source: `TCPUtils` and `MalmoEnvServer` of Malmo 0.37.0; ``bridge/utils/socket_comm.py`` of `minedojo` 0.1.
"""

from __future__ import annotations

import socket
import struct
from typing import Final

from envs.minecraft.wire.errors import HalfMessage, LyingLength

MALMO_VERSION: Final = "0.37.0"
"""The version of Malmo whose protocol this is."""

LONGEST_COMMAND: Final = 4_000_000
"""Bytes of a frame that a client sends: a mission with a thousand drawn blocks has about 100,000."""

LONGEST_ANSWER: Final = 64_000_000
"""Bytes of a frame that an engine sends: a picture of 4,000 by 4,000 has 48,000,000."""

_LENGTH: Final = struct.Struct("!I")
_AT_ONCE: Final = 1 << 16


def framed(payload: bytes) -> bytes:
    r"""A payload as a frame.

    >>> framed(b"<Peek/>")
    b'\x00\x00\x00\x07<Peek/>'
    """
    return _LENGTH.pack(len(payload)) + payload


def number(value: int) -> bytes:
    """A frame with one number, the answer to what is only done or not done.

    >>> number(1).hex()
    '0000000400000001'
    """
    return framed(_LENGTH.pack(value))


def receive(stream: socket.socket, longest: int) -> bytes | None:
    """The payload of the next frame; None where the stream ends before it.

    Args:
        stream: connected; its own timeout holds for every part that comes.
        longest: most bytes that it may have.

    Raises:
        LyingLength: it says that it has more.
        HalfMessage: the stream ends within it.
        OSError: the stream breaks, or is silent for too long.
    """
    head = _exactly(stream, _LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise HalfMessage(f"the stream ended after {len(head)} of the 4 bytes of a frame's length")
    (length,) = _LENGTH.unpack(head)
    if length > longest:
        raise LyingLength(f"a frame says that it has {length:,} bytes; the most is {longest:,}")
    payload = _exactly(stream, length)
    if len(payload) < length:
        raise HalfMessage(f"the stream ended after {len(payload):,} of the {length:,} bytes of a frame")
    return payload


def _exactly(stream: socket.socket, count: int) -> bytes:
    """So many bytes, or as many as come before the end of the stream."""
    parts: list[bytes] = []
    while count:
        part = stream.recv(min(count, _AT_ONCE))
        if not part:
            break
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
