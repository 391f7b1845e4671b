"""Saved states as bytes that show every damage: a mark, a length, a checksum, and the body, compressed.

The format, in this order and with nothing behind it; numbers are little-endian::

    mark      8 bytes       game and version, such as JMCRAFT2
    length    4 bytes       of the body before it was compressed
    checksum  4 bytes       CRC-32 of mark, length and stored body
    stored    the rest      the body as one zlib stream

The checksum covers the bytes as they are stored, since several compressed streams unpack to the same body.
Before version 2 there was no length, and the checksum was that of the body alone; such states are read too.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from envs.errors import BadSnapshot
from envs.text import brief

LARGEST_BODY: Final = 16_000_000
"""Bytes of a body at most; a longer one is refused before it is unpacked."""

_NUMBER: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """How one game's saved states are marked.

    Attributes:
        name: of the game, for messages.
        mark: first bytes of what is written now.
        earlier: first bytes of what was written before checksums covered the stored bytes; as long as `mark`.
        level: of compression, 1..9.
    """

    name: str
    mark: bytes
    earlier: bytes
    level: int = 1

    def close(self, body: bytes) -> bytes:
        """The body, marked, compressed and checked. Raises `BadSnapshot` if it is too long."""
        if len(body) > LARGEST_BODY:
            raise BadSnapshot(
                f"a {self.name} state of {len(body):,} bytes is not saved; the most is {LARGEST_BODY:,}"
            )
        head = self.mark + len(body).to_bytes(_NUMBER, "little")
        stored = zlib.compress(body, self.level)
        return head + _checksum(stored, head) + stored

    def open(self, data: bytes) -> bytes:
        """The body. Raises `BadSnapshot` unless these are exactly the bytes that `close` returned."""
        at = len(self.mark)
        mark = data[:at]
        if mark == self.mark:
            head, check, stored = data[: at + 4], data[at + 4 : at + 8], data[at + 8 :]
            if check != _checksum(stored, head):
                raise self.damaged("checksum")
            return self._unpack(stored, int.from_bytes(head[at:], "little"))
        if mark == self.earlier:
            body = self._unpack(data[at + 4 :])
            if data[at : at + 4] != _checksum(body):
                raise self.damaged("checksum")
            return body
        raise BadSnapshot(
            f"not a saved {self.name} state: it begins with {brief(mark)}, expected {self.mark!r} "
            f"or {self.earlier!r}"
        )

    def damaged(self, why: object) -> BadSnapshot:
        """The error for bytes that are not what was saved."""
        return BadSnapshot(f"the saved {self.name} state is damaged ({why}); use another one")

    def _unpack(self, stored: bytes, length: int | None = None) -> bytes:
        """The body of one zlib stream that is as long as it says and ends where the bytes end."""
        most = LARGEST_BODY if length is None else min(length, LARGEST_BODY)
        stream = zlib.decompressobj()
        try:
            body = stream.decompress(stored, most + 1)
        except zlib.error as error:
            raise self.damaged(error) from error
        if len(body) > most or (length is not None and len(body) != length):
            raise self.damaged(f"it is not the {most:,} bytes long that it should be")
        if not stream.eof:
            raise self.damaged("it breaks off")
        if stream.unused_data:
            raise self.damaged(f"something follows its end: {brief(stream.unused_data, 60)}")
        return body


def _checksum(data: bytes, before: bytes = b"") -> bytes:
    return zlib.crc32(data, zlib.crc32(before)).to_bytes(_NUMBER, "little")
