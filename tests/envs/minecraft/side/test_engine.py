"""What the side says of an engine that breaks: closed, half a frame, lying length, silence, over, busy."""

from __future__ import annotations

import importlib.util
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import envs.minecraft
from envs.minecraft.wire.frames import framed

FILE = Path(envs.minecraft.__file__).parent / "side" / "engine.py"


@pytest.fixture
def engine() -> Any:
    """The module, loaded as the side loads it."""
    spec = importlib.util.spec_from_file_location("side_engine", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_frame_is_received(engine: Any, ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(framed(b"x" * 100_000))
    assert engine.receive(ours) == b"x" * 100_000


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "it closed the connection"),
        (b"\0\0", "it closed the connection within a frame's length"),
        (framed(b"half a frame")[:9], "it closed the connection after 5 of the 12 bytes of a frame"),
        (b"\xff" * 8, "it sent a frame that says it has 4,294,967,295 bytes; the most is 64,000,000"),
    ],
)
def test_what_is_no_frame_is_told_as_none(
    engine: Any, ends: tuple[socket.socket, socket.socket], sent: bytes, said: str
) -> None:
    ours, theirs = ends
    theirs.sendall(sent)
    theirs.shutdown(socket.SHUT_WR)
    assert engine.receive(ours) is None
    assert engine.Faults.latest == said


def test_silence_is_told(engine: Any, ends: tuple[socket.socket, socket.socket]) -> None:
    ours, _ = ends
    ours.settimeout(0.01)
    with pytest.raises(TimeoutError):
        engine.receive(ours)
    assert engine.Faults.latest == "it was silent for 0.01 s"


def test_a_step_that_fails_is_an_error_and_no_repeated_observation(engine: Any) -> None:
    def step(xmls: object) -> object:
        engine.Faults.latest = "it closed the connection"
        return SimpleNamespace(step_success=False)

    bridge = SimpleNamespace(step=step)
    engine.watch(bridge, [])
    with pytest.raises(engine.EngineLost) as caught:
        bridge.step([])
    assert str(caught.value) == "the engine broke in a step: it closed the connection"


@pytest.mark.parametrize("error", [ValueError("Expecting value"), struct.error("unpack requires 10 bytes")])
def test_an_answer_that_cannot_be_read_is_told(engine: Any, error: Exception) -> None:
    def step(xmls: object) -> object:
        raise error

    bridge = SimpleNamespace(step=step)
    engine.watch(bridge, [])
    with pytest.raises(engine.EngineLost) as caught:
        bridge.step([])
    assert str(caught.value) == f"the engine sent what cannot be read ({type(error).__name__}: {error})"


OVER = RuntimeError("Something went wrong resetting the environment! `done` was true on first frame.")


@pytest.mark.parametrize(
    ("error", "latest", "kind", "said"),
    [
        (ConnectionRefusedError(), "", "EngineLost", "nothing listens at the engine's port any more"),
        (OVER, "", "EngineLost", "the engine says that the episode is over before it has begun"),
        (
            EOFError(
                "Downloading\njava: not found\n\tat Main.main(Main.java:61)\n\n\nMinecraft process finished."
            ),
            "",
            "EngineLost",
            "the engine could not be launched; it said last: java: not found",
        ),
        (
            TimeoutError(),
            "",
            "EngineBusy",
            "the engine plays for somebody else and did not stop; use one of its own",
        ),
        (
            TimeoutError(),
            "it was silent for 60 s",
            "EngineLost",
            "the engine broke while an episode began: it was silent for 60 s",
        ),
        (
            TypeError("a bytes-like object is required"),
            "",
            "EngineLost",
            "the engine broke while an episode began: TypeError: a bytes-like object is required",
        ),
    ],
)
def test_an_episode_that_does_not_begin_is_explained(
    engine: Any, error: Exception, latest: str, kind: str, said: str
) -> None:
    engine.Faults.latest = latest
    found = engine.said_at_reset(error)
    assert (type(found).__name__, str(found)) == (kind, said)
