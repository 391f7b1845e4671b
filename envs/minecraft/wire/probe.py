"""Whether an engine answers on a port, and which.

A real engine never says its version: it answers those whose greeting has its own, and closes on all others.
So known versions are tried, one connection each, and asked for an echo, which changes nothing in a game that
runs.

Source: `checkHello` and the handlers of ``<Echo`` and ``<Status`` in Malmo's `MalmoEnvServer`.
"""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from envs.minecraft.wire.errors import EngineMissing, OtherEngine, WireError
from envs.minecraft.wire.frames import MALMO_VERSION, framed, receive
from envs.text import brief, plain

KNOWN_VERSIONS: Final = (MALMO_VERSION, "0.36.0", "0.35.6", "0.34.0", "0.31.0")
"""Malmo versions that are tried, ours first."""

ECHO: Final = b"<Echo/>"
ECHOED: Final = b"<Echo><Echo/></Echo>"
STATUS: Final = b"<Status/>"

PROBE_S: Final = 10.0
"""Seconds that an answer may take."""

_LONGEST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Address:
    """Where an engine listens; always this machine, since `minedojo` knows no other.

    Attributes:
        host: a name for this machine.
        port: 1..65535.
    """

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class EngineFound:
    """What answers.

    Attributes:
        version: of Malmo's protocol.
        name: what it calls itself, ``Malmo`` where it does not say.
    """

    version: str
    name: str


LOCAL: Final = ("localhost", "127.0.0.1")


def read_address(text: str) -> Address:
    """An address as people write it: ``HOST:PORT``, ``:PORT`` or ``PORT``.

    >>> str(read_address("9000")), str(read_address("127.0.0.1:9001"))
    ('localhost:9000', '127.0.0.1:9001')

    Raises:
        EngineMissing: it is none, or on another machine.
    """
    host, _, port = text.strip().rpartition(":")
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65_535):
        raise EngineMissing(f"{brief(text)} names no port; expected HOST:PORT, such as localhost:9000")
    if (host or LOCAL[0]) not in LOCAL:
        raise EngineMissing(
            f"{brief(text)} is on another machine, which minedojo cannot reach: it always connects to "
            "localhost; forward its port here, and name localhost"
        )
    return Address(host or LOCAL[0], int(port))


def probe(address: Address, timeout_s: float = PROBE_S) -> EngineFound:
    """Ask what answers at an address.

    Raises:
        EngineMissing: nothing listens there, or what does is no engine, or silent.
        OtherEngine: an engine of another version.
    """
    said = ""
    for version in KNOWN_VERSIONS:
        answers = _ask(address, version, timeout_s)
        if answers is None:
            continue
        echo, status = answers
        if echo != ECHOED:
            said = f": {brief(echo[:80])}"
            break
        if version != MALMO_VERSION:
            raise OtherEngine(
                f"the engine at {address} is Malmo {version}; minedojo 0.1 speaks to {MALMO_VERSION} alone, "
                "the one that its own folder Malmo builds"
            )
        return EngineFound(version, _name(status))
    raise OtherEngine(
        f"what answers at {address} is no engine of Malmo {MALMO_VERSION}{said}; name the port after 'Start "
        "MalmoEnvServer on port' in the engine's log"
    )


def _ask(address: Address, version: str, timeout_s: float) -> tuple[bytes, bytes] | None:
    """The answers to an echo and to a question for the status; None where the greeting is refused."""
    try:
        with socket.create_connection((address.host, address.port), timeout_s) as stream:
            stream.sendall(framed(f"<MalmoEnv{version}/>".encode()) + framed(ECHO))
            echo = receive(stream, _LONGEST)
            if echo is None:
                return None
            if echo != ECHOED:
                return echo, b""
            stream.sendall(framed(STATUS))
            status = receive(stream, _LONGEST) or b""
            with suppress(OSError):
                stream.sendall(framed(b"<Disconnect/>"))
            return echo, status
    except TimeoutError:
        raise EngineMissing(
            f"what listens at {address} did not answer within {timeout_s:g} s; an engine that is just "
            "starting takes minutes, so try again, or name another port"
        ) from None
    except ConnectionRefusedError:
        raise EngineMissing(
            f"nothing listens at {address}; start an engine there, or use the world that comes with "
            "Journeyman: -o engine=block-world"
        ) from None
    except WireError as error:
        raise OtherEngine(
            f"what answers at {address} is no engine of Malmo {MALMO_VERSION}: {plain(error)}"
        ) from error
    except ConnectionError:
        return None
    except OSError as error:
        raise EngineMissing(f"{address} cannot be reached: {error.strerror or plain(error)}") from error


def _name(status: bytes) -> str:
    """What an engine calls itself in its status; Malmo's own is an empty object."""
    try:
        said = json.loads(status)
        return plain(said["engine"], 80)
    except (ValueError, KeyError, TypeError, RecursionError):
        return "Malmo"
