"""The scripted peer does what its scripts say, as a program (`tests/envs/remote`) and on loopback."""

from __future__ import annotations

import socket

import pytest

from agent.testing.scripted_peer import HANG, READ, ScriptedServer, send


def test_every_connection_plays_the_next_script_and_the_last_one_repeats() -> None:
    with ScriptedServer([[READ, send(b"first")], [send(b"again"), READ, send(b"!")]]) as server:
        for expected in (b"first", b"again!", b"again!"):
            with socket.create_connection(("127.0.0.1", server.port)) as stream:
                stream.sendall(b"hello")
                said = b""
                while data := stream.recv(100):
                    said += data
            assert said == expected
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_one_that_hangs_says_nothing_until_the_other_end_is_gone() -> None:
    with ScriptedServer([[send(b"x"), HANG, send(b"y")], [send(b"next")]]) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as stream:
            assert stream.recv(100) == b"x"
            stream.setblocking(False)
            with pytest.raises(BlockingIOError):
                stream.recv(100)
        with socket.create_connection(("127.0.0.1", server.port)) as stream:
            assert stream.recv(100) == b"next"
