"""Frames: what is written is read again, and what is no frame is told from one."""

from __future__ import annotations

import array
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.remote.side.frames import (
    ITEM_BYTES,
    LEAST_SHARED,
    LONGEST_BODY,
    LONGEST_HEADER,
    MARK,
    Array,
    BadFrame,
    FrameReader,
    Message,
    array_of,
    pack,
)


def memory(size: int = 1 << 16) -> memoryview:
    return memoryview(bytearray(size))


def frame(
    header: object, body: bytes = b"", *, mark: bytes = MARK, lengths: tuple[int, int] | None = None
) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<4sII", mark, *(lengths or (len(text), len(body)))) + text + body


def read(data: bytes, shared: memoryview | None = None) -> Message | None:
    reader = FrameReader(memory() if shared is None else shared)
    reader.feed(data)
    return reader.next()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)
headers = st.dictionaries(st.text().filter(lambda name: name != "arrays"), json_values, max_size=4)
some_arrays = st.dictionaries(
    st.text(max_size=5),
    st.tuples(st.sampled_from([*ITEM_BYTES]), st.lists(st.integers(0, 40), max_size=3)),
    max_size=5,
)  # fmt: skip


@given(headers, some_arrays, st.integers(1, 200_000), st.integers(1, 5_000))
def test_a_message_is_read_as_it_was_written(header, shapes, room, at_once) -> None:
    arrays = {}
    for i, (name, (kind, shape)) in enumerate(shapes.items()):
        values = np.arange(i, i + int(np.prod(shape))).astype(kind).reshape(shape)
        arrays[name] = array_of(values)
    shared = memory(room)
    data = pack(Message(header, arrays), shared) * 2
    reader = FrameReader(shared)
    found = []
    for begin in range(0, len(data), at_once):
        reader.feed(data[begin : begin + at_once])
        while (message := reader.next()) is not None:
            found.append(message)
    assert len(found) == 2 and reader.held == 0
    assert found[1].header == header
    assert {name: (one.type, one.shape, bytes(one.data)) for name, one in found[1].arrays.items()} == {
        name: (one.type, one.shape, bytes(one.data)) for name, one in arrays.items()
    }


def test_large_arrays_lie_in_the_shared_memory_while_there_is_room() -> None:
    shared = memory(2 * LEAST_SHARED + 100)
    large = np.arange(LEAST_SHARED, dtype=np.uint8)
    data = pack(Message({}, {str(i): array_of(large) for i in range(3)}), shared)
    assert LEAST_SHARED < len(data) < 2 * LEAST_SHARED  # the third one has no place
    assert bytes(shared[:LEAST_SHARED]) == large.tobytes()
    found = read(data, shared)
    assert found is not None
    assert [bytes(one.data) for one in found.arrays.values()] == [large.tobytes()] * 3


@pytest.mark.parametrize(
    ("value", "kind", "shape"),
    [
        (b"abc", "uint8", (3,)),
        (array.array("i", [1, 2]), "int32", (2,)),
        (array.array("l", [1]), "int64", (1,)),
        (array.array("d", [1]), "float64", (1,)),
        (np.zeros((2, 3), np.float32), "float32", (2, 3)),
        (np.zeros((0, 3), np.int64), "int64", (0, 3)),
    ],
)
def test_whatever_has_a_buffer_is_an_array(value: object, kind: str, shape: tuple[int, ...]) -> None:
    assert (array_of(value).type, array_of(value).shape) == (kind, shape)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.zeros(2, np.int16), "items 'h', expected one of uint8, int32, int64, float32, float64$"),
        (np.zeros((4, 4), np.uint8)[:, ::2], r"shape \(4, 2\) or gaps, expected C order and 4 axes at most$"),
        (np.zeros((1, 1, 1, 1, 1), np.uint8), r"an array has shape \(1, 1, 1, 1, 1\) or gaps"),
    ],
)  # fmt: skip
def test_other_arrays_are_refused(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        array_of(value)


def test_what_is_too_long_is_not_sent() -> None:
    too_long = Array("uint8", (LONGEST_BODY + 1,), memoryview(bytes(LONGEST_BODY + 1)))
    with pytest.raises(
        ValueError, match="a message of 42 and 64,000,001 bytes and 1 arrays is too long; the most is"
    ):
        pack(Message({}, {"x": too_long}), memory())


@pytest.mark.parametrize("cut", [0, 1, 11, 12, 20])
def test_a_part_of_a_frame_is_waited_on(cut: int) -> None:
    data = frame({"id": 1, "call": "step"})
    reader = FrameReader(memory())
    reader.feed(data[:cut])
    assert reader.next() is None
    assert (reader.held, reader.expected) == (cut, 12 if cut < 12 else len(data))


def arrays(*listed: object) -> bytes:
    """A frame that lists these arrays, and has no body."""
    return frame({"arrays": list(listed)})


NOT_JSON = "the header of a frame is no JSON: "
TOO_LONG = (
    "a frame says that it has a header of {} bytes and a body of {}; the most is 4,000,000 and 64,000,000"
)
LISTED = "a frame lists an array wrongly: {}; expected [name, type, shape, place]"
OUTSIDE = "array 'x' of a frame is there twice or ends outside of the "
BAD_FRAMES = {
    "another mark": (b"HTTP/1.1 200 OK", "a frame begins with b'HTTP', expected b'JMRF'"),
    "long header": (frame({}, lengths=(LONGEST_HEADER + 1, 0)), TOO_LONG.format("4,000,001", "0")),
    "long body": (frame({}, lengths=(2, 2**32 - 1)), TOO_LONG.format("2", "4,294,967,295")),
    "half JSON": (frame(b'{"'), f"{NOT_JSON}Unterminated string starting at: line 1 column 2 (char 1)"),
    "not a number": (frame(b'{"x": NaN}'), f"{NOT_JSON}NaN is no number"),
    "a list": (frame([]), "the header of a frame is a list, expected a JSON object"),
    "no list": (frame({"arrays": {}}), "a frame lists its arrays wrongly; expected a list of 16 at most"),
    "too few": (arrays(["x"]), LISTED.format("['x']")),
    "type": (arrays(["x", "object", [1], None]), LISTED.format("['x', 'object', [1], None]")),
    "shape": (arrays(["x", "uint8", [-1], None]), LISTED.format("['x', 'uint8', [-1], None]")),
    "true": (arrays(["x", "uint8", [True], 0]), LISTED.format("['x', 'uint8', [True], 0]")),
    "not there": (arrays(["x", "uint8", [5], None]), f"{OUTSIDE}body"),
    "behind the memory": (arrays(["x", "uint8", [5], 65_532]), f"{OUTSIDE}shared memory"),
    "larger than it": (arrays(["x", "float64", [99, 99, 99, 99], 0]), f"{OUTSIDE}shared memory"),
    "twice": (arrays(["x", "uint8", [0], None], ["x", "uint8", [0], None]), f"{OUTSIDE}body"),
    "too much": (frame({}, b"123"), "the arrays of a frame take 0 bytes of its body of 3"),
}


@pytest.mark.parametrize("data", [frame(b"\xff"), frame(b"[" * 100_000), frame(b"1" * 10_000)])
def test_a_header_that_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame, match=f"^{NOT_JSON}"):
        read(data)


@pytest.mark.parametrize(("data", "message"), BAD_FRAMES.values(), ids=BAD_FRAMES)
def test_what_is_no_frame_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadFrame) as caught:
        read(data)
    assert str(caught.value) == message


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_are_a_frame_or_not(noise: bytes, at: int) -> None:
    good = frame({"id": 1, "arrays": [["x", "int32", [2], None]]}, b"12345678")
    for data in (noise, MARK + noise, good[:at] + noise + good[at:]):
        try:
            read(data)
        except BadFrame as error:
            assert str(error)
