"""How large a reply's body may be, and compressed bodies opened without letting them grow beyond it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_PIECE: Final = 1 << 16


class ReplyTooLong(Exception):
    """A body has more bytes than are read, or comes in a form that cannot be measured."""


def too_long(limit: int) -> ReplyTooLong:
    """The error for a body of more than `limit` bytes."""
    return ReplyTooLong(
        f"the reply has more than {limit:,} bytes; if that is what the model means to say, raise "
        "--max-reply-bytes"
    )


def bounded(pieces: Iterable[bytes], limit: int) -> bytes:
    """Pieces put together. Raises `ReplyTooLong` as soon as there are more than `limit` bytes.

    >>> bounded([b"ab", b"c"], 3)
    b'abc'
    """
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > limit:
            raise too_long(limit)
    return bytes(whole)


def opened(body: bytes, encoding: str, limit: int) -> bytes:
    """A body without its compression.

    Args:
        body: as it was sent.
        encoding: the ``Content-Encoding`` header; empty for none.
        limit: most bytes that it may have when opened.

    Raises:
        ReplyTooLong: it grows beyond that, or the compression is not one that can be bounded.
        ValueError: it is damaged.
    """
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()][:3]):
        if name == "identity":
            continue
        if name not in ("gzip", "x-gzip", "deflate"):
            raise ReplyTooLong(
                f"the reply is compressed as {name[:40]!r}, which was not asked for; turn that off"
            )
        body = _inflated(body, limit, raw=name == "deflate" and not _has_header(body))
    return body


def _has_header(body: bytes) -> bool:
    return len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] * 256 + body[1]) % 31 == 0


def _inflated(body: bytes, limit: int, *, raw: bool) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS if raw else _GZIP_OR_ZLIB)
    whole = bytearray()
    try:
        while not stream.eof:
            piece = stream.decompress(body, _PIECE)
            body = stream.unconsumed_tail
            whole += piece
            if len(whole) > limit:
                raise too_long(limit)
            if not piece and not body:
                break
    except zlib.error as error:
        raise ValueError(f"the reply's compression is damaged: {error}") from error
    return bytes(whole)
