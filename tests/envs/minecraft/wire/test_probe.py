"""What answers on a port: an engine, one of another version, something else, or nothing."""

from __future__ import annotations

import socket

import pytest

from agent.testing.scripted_peer import HANG, READ, Script, ScriptedServer, send
from envs.errors import MissingDependency
from envs.minecraft.wire.errors import EngineMissing, OtherEngine
from envs.minecraft.wire.frames import framed
from envs.minecraft.wire.probe import ECHOED, Address, EngineFound, probe, read_address

NO_ENGINE = "is no engine of Malmo 0.37.0"
WHERE = "; name the port after 'Start MalmoEnvServer on port' in the engine's log"


def answered(*scripts: Script) -> EngineFound:
    with ScriptedServer(scripts) as server:
        return probe(Address("localhost", server.port), 5.0)


def refusal(*scripts: Script, timeout_s: float = 5.0) -> MissingDependency:
    with ScriptedServer(scripts) as server, pytest.raises(MissingDependency) as caught:
        probe(Address("localhost", server.port), timeout_s)
    caught.value.args = (str(caught.value).replace(str(server.port), "PORT"),)
    return caught.value


def test_a_real_engine_says_nothing_of_itself() -> None:
    assert answered([READ, send(framed(ECHOED)), READ, send(framed(b"{}")), READ]) == EngineFound(
        "0.37.0", "Malmo"
    )


def test_an_engine_may_say_what_it_is() -> None:
    status = b'{"engine": "block-world"}'
    found = answered([READ, send(framed(ECHOED)), READ, send(framed(status)), READ])
    assert found == EngineFound("0.37.0", "block-world")


def test_an_engine_of_another_version_is_told_apart() -> None:
    error = refusal([READ], [READ, send(framed(ECHOED)), READ, send(framed(b"{}")), READ])
    assert type(error) is OtherEngine
    assert str(error) == (
        "the engine at localhost:PORT is Malmo 0.36.0; minedojo 0.1 speaks to 0.37.0 alone, the one that its "
        "own folder Malmo builds"
    )


def test_what_refuses_every_greeting_is_no_engine() -> None:
    assert str(refusal([READ])) == f"what answers at localhost:PORT {NO_ENGINE}{WHERE}"


def test_what_speaks_otherwise_is_no_engine() -> None:
    assert str(refusal([READ, send(framed(b"hello")), READ])) == (
        f"what answers at localhost:PORT {NO_ENGINE}: b'hello'{WHERE}"
    )
    assert str(refusal([READ, send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), READ])) == (
        f"what answers at localhost:PORT {NO_ENGINE}: a frame says that it has 1,213,486,160 bytes; the most "
        "is 10,000"
    )


def test_silence_is_told() -> None:
    error = refusal([READ, HANG], timeout_s=0.1)
    assert type(error) is EngineMissing
    assert str(error) == (
        "what listens at localhost:PORT did not answer within 0.1 s; an engine that is just starting takes "
        "minutes, so try again, or name another port"
    )


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    with pytest.raises(EngineMissing) as caught:
        probe(Address("127.0.0.1", port))
    assert str(caught.value) == (
        f"nothing listens at 127.0.0.1:{port}; start an engine there, or use the world that comes with "
        "Journeyman: -o engine=block-world"
    )


@pytest.mark.parametrize(
    "text", ["", "9000x", "localhost", "localhost:0", "localhost:65536", ":\u0661", "a:b:c"]
)
def test_an_address_without_a_port_is_refused(text: str) -> None:
    with pytest.raises(EngineMissing) as caught:
        read_address(text)
    assert str(caught.value) == (f"{text!r} names no port; expected HOST:PORT, such as localhost:9000")


def test_an_engine_on_another_machine_is_out_of_reach() -> None:
    with pytest.raises(EngineMissing) as caught:
        read_address("10.0.0.1:9000")
    assert str(caught.value) == (
        "'10.0.0.1:9000' is on another machine, which minedojo cannot reach: it always connects to "
        "localhost; forward its port here, and name localhost"
    )
