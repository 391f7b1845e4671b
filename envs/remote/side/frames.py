"""How one message lies in bytes, and large arrays beside it in shared memory.

A frame, numbers little-endian::

    mark      4 bytes   JMRF
    header    4 bytes   length of the header
    body      4 bytes   length of the body
    header              a JSON object in UTF-8; "arrays" lists [name, type, shape, place]
    body                the arrays without a place, in the order of the list, nothing between them

A place is a byte in the shared memory. The two ends take turns, so the memory belongs to whoever speaks: what
lies in it holds until the reader answers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROTOCOL = 1
"""Version of the calls and answers; frames and the call ``hello`` are the same in all versions."""

MARK = b"JMRF"
LONGEST_HEADER = 4_000_000
"""Bytes of a header at most."""
LONGEST_BODY = 64_000_000
"""Bytes of a body at most."""
MOST_ARRAYS = 16
MOST_AXES = 4
LEAST_SHARED = 4_096
"""Bytes from which on an array goes into the shared memory, if there is room."""

ITEM_BYTES = {"uint8": 1, "int32": 4, "int64": 8, "float32": 4, "float64": 8}
"""Types of numbers -> bytes of one."""

_TYPES = {("B", 1): "uint8", ("i", 4): "int32", ("l", 4): "int32", ("l", 8): "int64", ("q", 8): "int64",
          ("f", 4): "float32", ("d", 8): "float64"}  # fmt: skip
_PREFIX = struct.Struct("<4sII")
_APART = 64
"""Arrays in shared memory begin at multiples of this."""


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_DECODER = json.JSONDecoder(parse_constant=_no_number)


class BadFrame(Exception):
    """Bytes that are no frame; the message says what is wrong with them."""


@dataclass(frozen=True)
class Array:
    """Numbers in memory.

    Attributes:
        type: one of `ITEM_BYTES`.
        shape: items along each axis.
        data: the items as bytes, in C order; where it lies in shared memory it holds until the next answer.
    """

    type: str
    shape: tuple[int, ...]
    data: memoryview


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        header: everything that is no array.
        arrays: by name.
    """

    header: dict[str, Any]
    arrays: dict[str, Array] = field(default_factory=dict)


def array_of(value: Any) -> Array:
    """Anything with a buffer (bytes, ``array.array``, numpy's arrays) as an array. Raises `ValueError`.

    >>> array_of(b"abc").shape
    (3,)
    """
    view = memoryview(value)
    shape = tuple(view.shape or ())
    kind = _TYPES.get((view.format.lstrip("@=<"), view.itemsize))
    if kind is None:
        raise ValueError(f"an array has items {view.format!r}, expected one of {', '.join(ITEM_BYTES)}")
    if not view.c_contiguous or len(shape) > MOST_AXES:
        raise ValueError(f"an array has shape {shape} or gaps, expected C order and {MOST_AXES} axes at most")
    return Array(kind, shape, view.cast("B") if view.nbytes else memoryview(b""))


def pack(message: Message, memory: memoryview) -> bytes:
    """A message as a frame; large arrays are laid into the shared memory. Raises `ValueError` if too long."""
    listed: list[list[Any]] = []
    inline: list[memoryview] = []
    free = 0
    for name, array in message.arrays.items():
        size = array.data.nbytes
        place = free if LEAST_SHARED <= size <= len(memory) - free else None
        if place is None:
            inline.append(array.data)
        else:
            memory[place : place + size] = array.data
            free = min(len(memory), -(-(place + size) // _APART) * _APART)
        listed.append([name, array.type, list(array.shape), place])
    header = {**message.header, "arrays": listed} if listed else message.header
    text = _ENCODER.encode(header).encode()
    length = sum(part.nbytes for part in inline)
    if len(text) > LONGEST_HEADER or length > LONGEST_BODY or len(listed) > MOST_ARRAYS:
        raise ValueError(
            f"a message of {len(text):,} and {length:,} bytes and {len(listed)} arrays is too long; the most "
            f"is {LONGEST_HEADER:,}, {LONGEST_BODY:,} and {MOST_ARRAYS}"
        )
    return b"".join([_PREFIX.pack(MARK, len(text), length), text, *inline])


class FrameReader:
    """Puts frames together from bytes as they come.

    Args:
        memory: shared with whoever writes them.
    """

    def __init__(self, memory: memoryview) -> None:
        self._memory = memory
        self._buffer = bytearray()

    @property
    def held(self) -> int:
        """Bytes that have come and belong to no whole frame yet."""
        return len(self._buffer)

    @property
    def expected(self) -> int:
        """Bytes of the frame that has begun; those of its beginning alone while no more is known."""
        return _length(self._buffer)[2] if len(self._buffer) >= _PREFIX.size else _PREFIX.size

    def feed(self, data: bytes) -> None:
        """Take some bytes."""
        self._buffer += data

    def next(self) -> Message | None:
        """The next whole message, if there is one. Raises `BadFrame`; nothing can be read after that."""
        if len(self._buffer) < _PREFIX.size:
            return None
        header, _, whole = _length(self._buffer)
        if len(self._buffer) < whole:
            return None
        frame = memoryview(bytes(self._buffer[_PREFIX.size : whole]))
        del self._buffer[:whole]
        return _message(frame[:header], frame[header:], self._memory)


def _length(buffer: bytearray) -> tuple[int, int, int]:
    """Lengths of header, body and all of a frame that is there in part."""
    mark, header, body = _PREFIX.unpack_from(buffer)
    if mark != MARK:
        raise BadFrame(f"a frame begins with {mark!r}, expected {MARK!r}")
    if header > LONGEST_HEADER or body > LONGEST_BODY:
        raise BadFrame(
            f"a frame says that it has a header of {header:,} bytes and a body of {body:,}; the most is "
            f"{LONGEST_HEADER:,} and {LONGEST_BODY:,}"
        )
    return header, body, _PREFIX.size + header + body


def _message(text: memoryview, body: memoryview, memory: memoryview) -> Message:
    try:
        header = _DECODER.decode(bytes(text).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"the header of a frame is no JSON: {str(error)[:200]}") from None
    if not isinstance(header, dict):
        raise BadFrame(f"the header of a frame is a {type(header).__name__}, expected a JSON object")
    listed = header.pop("arrays", [])
    if not isinstance(listed, list) or len(listed) > MOST_ARRAYS:
        raise BadFrame(f"a frame lists its arrays wrongly; expected a list of {MOST_ARRAYS} at most")
    arrays: dict[str, Array] = {}
    at = 0
    for entry in listed:
        name, kind, shape, place = _entry(entry)
        size = ITEM_BYTES[kind]
        for axis in shape:
            size *= axis
        source, begin = (body, at) if place is None else (memory, place)
        if begin + size > len(source) or name in arrays:
            where = "the body" if place is None else "the shared memory"
            raise BadFrame(f"array {name[:80]!r} of a frame is there twice or ends outside of {where}")
        arrays[name] = Array(kind, shape, source[begin : begin + size])
        at += size if place is None else 0
    if at != len(body):
        raise BadFrame(f"the arrays of a frame take {at:,} bytes of its body of {len(body):,}")
    return Message(header, arrays)


def _entry(entry: Any) -> tuple[str, str, tuple[int, ...], int | None]:
    """Name, type, shape and place of an array. Raises `BadFrame`."""
    if isinstance(entry, list) and len(entry) == 4:
        name, kind, shape, place = entry
        if isinstance(name, str) and isinstance(kind, str) and kind in ITEM_BYTES and isinstance(shape, list):
            numbers = shape if place is None else [*shape, place]
            if len(shape) <= MOST_AXES and all(type(n) is int and 0 <= n <= LONGEST_BODY for n in numbers):
                return name, kind, tuple(shape), place
    raise BadFrame(
        f"a frame lists an array wrongly: {repr(entry)[:200]}; expected [name, type, shape, place]"
    )


def fields_of(message: Message) -> Mapping[str, Any]:
    """The header of a call without its number and name."""
    return {name: value for name, value in message.header.items() if name not in ("id", "call")}
