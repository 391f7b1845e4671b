"""The seven messages, several connections, and whatever a client may send that is none of them."""

from __future__ import annotations

import logging
import socket

import pytest

from envs.minecraft.wire.errors import BadMission
from envs.minecraft.wire.frames import framed
from envs.minecraft.wire.probe import Address, EngineFound, probe
from envs.minecraft.wire.server import MOST_CONNECTIONS, WireServer
from tests.envs.minecraft.wire.client import HELLO, MISSION, TOKEN, Client, served, step
from tests.envs.minecraft.wire.flat_engine import FlatEngine


def test_an_episode_from_greeting_to_goodbye() -> None:
    with served() as (server, engine):
        client = Client(server.port)
        client.send(b"<Quit/>")
        assert client.number() == 1
        assert client.begin() == 1
        picture, info, done = client.peek()
        assert (len(picture), done) == (16 * 24 * 3, b"\0")
        assert (info["xpos"], info["ypos"], info["zpos"]) == (1.0, 64.0, 2.0)
        picture, outcome, info = client.play("forward 1\ncamera 10.0 90.0\nuse 1\ncraft none")
        assert outcome == (0.0, 0, 1)
        assert (round(info["xpos"], 6), info["yaw"], info["pitch"]) == (0.8, 90.0, 10.0)
        assert info["stat"]["use_item"]["minecraft"]["shears"] == 1
        assert info["engine"] == "flat"
        client.send(b"<Disconnect/>")
        assert client.receive() is None
        assert len(engine.commands) == 1


def test_the_lowest_row_of_a_picture_comes_first() -> None:
    with served() as (server, _):
        client = Client(server.port)
        client.begin()
        picture, _, _ = client.peek()
        assert (picture[:3], picture[-3:]) == (b"\x00\x96\x00", b"\x00\x00\xc8")


def test_without_pictures_they_are_black() -> None:
    with served(pictures=False) as (server, _):
        client = Client(server.port)
        client.begin()
        assert client.peek()[0] == bytes(16 * 24 * 3)
        assert client.play("forward 0")[0] == bytes(16 * 24 * 3)


def test_what_is_asked_for_is_in_the_first_look() -> None:
    with served() as (server, engine):
        client = Client(server.port)
        client.begin()
        _, info, _ = client.peek()
        assert len(info["voxels"]) == 27 * 10
        assert [info["voxels"][10 * cell] for cell in range(9)] == ["grass"] * 3 + ["air"] * 6
        assert len(info["rays"]) == 2 * 16
        assert info["rays"][27:29] == [0.1, 0.2]
        assert [slot["inventory"] for slot in info["inventory"]] == ["inventory"] * 41
        assert engine.missions[0].seed == "7"


def test_another_connection_is_busy_once_and_has_the_engine_then() -> None:
    with served() as (server, engine):
        first, second = Client(server.port), Client(server.port)
        assert first.begin() == 1
        assert second.begin() == 0
        assert second.begin() == 1
        assert len(engine.missions) == 2


def test_a_mission_whose_connection_was_lost_makes_no_one_wait() -> None:
    with served() as (server, _):
        client = Client(server.port)
        client.begin()
        client.stream.close()
        again = Client(server.port)
        again.send(b"<Quit/>")
        assert (again.number(), again.begin()) == (1, 1)


def test_a_mission_outlives_a_look_from_outside() -> None:
    with served() as (server, _):
        client = Client(server.port)
        client.begin()
        assert probe(Address("127.0.0.1", server.port)) == EngineFound("0.37.0", "flat")
        assert client.play("forward 1")[1] == (0.0, 0, 1)


def test_the_end_is_asked_for_on_a_second_connection() -> None:
    with served() as (server, _):
        client = Client(server.port)
        client.begin()
        second = Client(server.port)
        second.send(b"<Exit>NOW</Exit>")
        assert second.number() == 1
        assert server.exited.wait(20)
        assert client.receive() is None
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), 5).close()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([b"<MalmoEnv0.36/>"], "a client greets with b'<MalmoEnv0.36/>'; expected <MalmoEnv0.37.0/>"),
        ([HELLO, b"<Dance/>"], "a client says b'<Dance/>', which is no message that is known here"),
        ([HELLO, step("")], "a client wants to play, and there is no mission"),
        ([HELLO, b"<Peek/>"], "a client wants to play, and there is no mission"),
        ([HELLO, b"<StepClient9></StepClient9 >"], "which is no step"),
        ([HELLO, step("fly 1")], "a step has the command 'fly'; expected one of forward, back"),
        ([HELLO, MISSION, b"uid"], "a mission comes with the token b'uid'; expected UID:0:0:1:true"),
        ([HELLO, b"<MissionInit", TOKEN], "a mission is no XML: unclosed token: line 1, column 0"),
    ],
)
def test_what_is_no_message_ends_the_connection_and_nothing_else(
    sent: list[bytes], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with served() as (server, _), caplog.at_level(logging.WARNING):
        client = Client(server.port, hello=None)
        client.send(*sent)
        assert client.receive() is None
        assert Client(server.port).begin() == 1
    assert said in caplog.text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "a frame says that it has 1,195,725,856 bytes; the most is 17"),
        (framed(HELLO) + b"\xff" * 4, "a frame says that it has 4,294,967,295 bytes; the most is 4,000,000"),
    ],
)
def test_a_lying_length_ends_the_connection(sent: bytes, said: str, caplog: pytest.LogCaptureFixture) -> None:
    with served() as (server, _), caplog.at_level(logging.WARNING):
        client = Client(server.port, hello=None)
        client.stream.sendall(sent)
        assert client.receive() is None
    assert said in caplog.text


def test_half_a_frame_ends_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    with served() as (server, _), caplog.at_level(logging.WARNING):
        client = Client(server.port)
        client.stream.sendall(framed(b"<Peek/>")[:6])
        client.stream.shutdown(socket.SHUT_WR)
        assert client.receive() is None
    assert "the stream ended after 2 of the 7 bytes of a frame" in caplog.text


def test_an_engine_that_fails_ends_the_mission_and_the_next_one_is_clean(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with served() as (server, _):
        client = Client(server.port)
        client.begin()
        client.send(step("craft explode"))
        assert client.receive() is None
        again = Client(server.port)
        assert again.begin() == 1
        assert again.play("forward 1")[1] == (0.0, 0, 1)
    assert "made to fail" in caplog.text


def test_what_an_engine_does_not_have_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    with served() as (server, engine):

        def refuse(mission: object) -> None:
            raise BadMission("there are no villages here")

        engine.reset = refuse  # type: ignore[method-assign]
        client = Client(server.port)
        client.send(MISSION, TOKEN)
        assert client.receive() is None
    assert "a connection is ended: there are no villages here" in caplog.text


def test_more_connections_than_allowed_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    with served() as (server, _):
        clients = [Client(server.port) for _ in range(MOST_CONNECTIONS)]
        for client in clients:
            client.send(b"<Status/>")
            assert client.receive() == b'{"engine": "flat"}'
        refused = Client(server.port, hello=None)
        assert refused.receive() is None


def test_a_port_that_is_taken_is_told() -> None:
    with served() as (server, _), pytest.raises(OSError, match="Address already in use"):
        WireServer(FlatEngine(), server.port)
