"""Malmo's protocol in front of a world: several connections, one mission at a time.

A connection begins with a greeting of our version; whatever is wrong in what it sends ends it, as it does
with Malmo, and goes into the log. The mission belongs to the server; one whose connection
ends wants to be quit.

Source: `MalmoEnvServer` of the Malmo in `minedojo` 0.1.
"""

from __future__ import annotations

import logging
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import numpy as np

from envs.minecraft.wire.commands import read_commands
from envs.minecraft.wire.engine import Engine
from envs.minecraft.wire.errors import BadMessage, WireError
from envs.minecraft.wire.frames import LONGEST_COMMAND, MALMO_VERSION, framed, number, receive
from envs.minecraft.wire.info import InfoWriter
from envs.minecraft.wire.mission import Mission, read_mission
from envs.minecraft.wire.probe import ECHO
from envs.text import brief, plain

HELLO: Final = f"<MalmoEnv{MALMO_VERSION}".encode()
LONGEST_HELLO: Final = len("<MalmoEnv") + 8
"""Bytes of a greeting; a server that reads more could be kept waiting by any other client."""

STEP_OPEN: Final = len("<StepClient_>")
STEP_CLOSE: Final = len("</StepClient_ >")
"""The blank before the last bracket is a part of the protocol."""

MOST_CONNECTIONS: Final = 16
ENDS: Final = (b"<Disconnect", b"<Exit")

_OUTCOME: Final = struct.Struct("!dbb")
_log: Final = logging.getLogger(__name__)


class WireServer:
    """Listens on this machine alone.

    Args:
        engine: the world; asked by one thread at a time.
        port: where to listen; 0 for any that is free.
        pictures: False sends black pictures, which cost nothing to draw; `minedojo` fails at empty ones.

    Attributes:
        port: where it listens.
        exited: set once a client has asked for the end.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, engine: Engine, port: int = 0, *, pictures: bool = True) -> None:
        self._engine, self._pictures = engine, pictures
        self._info = InfoWriter(engine.name)
        self._lock = threading.Lock()
        self._mission: Mission | None = None
        self._wants_to_quit = False
        self._owner: socket.socket | None = None
        self._streams: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self.exited = threading.Event()

    def serve(self) -> None:
        """Answer until a client asks for the end, or `close` is called."""
        while not self.exited.is_set():
            try:
                stream, _ = self._listener.accept()
            except OSError:
                break
            if len(self._streams) >= MOST_CONNECTIONS:
                _log.warning("a connection is refused: there are %d", MOST_CONNECTIONS)
                stream.close()
                continue
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._streams.add(stream)
            threading.Thread(target=self._talk, args=(stream,), daemon=True).start()
        self.close()

    def close(self) -> None:
        """End all connections and stop listening."""
        self.exited.set()
        for held in (self._listener, *self._streams):
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
            held.close()

    def _talk(self, stream: socket.socket) -> None:
        """Answer one connection until it ends."""
        try:
            self._greet(stream)
            while (message := receive(stream, LONGEST_COMMAND)) is not None:
                answer = self._answer(message, stream)
                if answer:
                    stream.sendall(answer)
                if message.startswith(ENDS):
                    break
            if message is not None and message.startswith(b"<Exit"):
                self.close()
        except (WireError, UnicodeDecodeError) as error:
            _log.warning("a connection is ended: %s", plain(error))
        except OSError as error:
            _log.info("a connection broke: %s", plain(error))
        except Exception:  # the world failed: the client is told by the end of the stream, we by the log
            _log.exception("the engine failed; the mission is over")
            self._mission = None
        finally:
            if self._owner is stream:
                self._wants_to_quit = True
            self._streams.discard(stream)
            stream.close()

    def _greet(self, stream: socket.socket) -> None:
        hello = receive(stream, LONGEST_HELLO)
        if hello is not None and not hello.startswith(HELLO):
            raise BadMessage(f"a client greets with {brief(hello)}; expected {HELLO.decode()}/>")

    def _answer(self, message: bytes, stream: socket.socket) -> bytes:
        """What is sent back, all frames together; nothing for what has no answer."""
        if message.startswith(b"<StepClient"):
            return self._step(message)
        if message.startswith(b"<MissionInit"):
            return self._begin(message, receive(stream, LONGEST_COMMAND), stream)
        for word, answer in _SIMPLE.items():
            if message.startswith(word):
                return answer(self, message)
        raise BadMessage(f"a client says {brief(message[:80])}, which is no message that is known here")

    def _step(self, message: bytes) -> bytes:
        options = message[STEP_OPEN - 2 : STEP_OPEN - 1]
        if len(message) < STEP_OPEN + STEP_CLOSE or options not in (b"0", b"1", b"2", b"3"):
            raise BadMessage(f"a client says {brief(message[:80])}, which is no step")
        commands = read_commands(message[STEP_OPEN:-STEP_CLOSE].decode())
        with self._lock:
            mission = self._running()
            self._engine.step(commands)
            picture = self._picture(mission)
            info = framed(self._info.text(self._engine.observation())) if options in b"02" else b""
        return framed(picture) + framed(_OUTCOME.pack(0.0, 0, 1)) + info

    def _begin(self, message: bytes, token: bytes | None, stream: socket.socket) -> bytes:
        """Begin a mission; one that runs has to be quit first, and is, so that the next try succeeds."""
        parts = (token or b"").split(b":")
        if len(parts) < 5 or parts[1] != b"0" or parts[3] != b"1":
            raise BadMessage(f"a mission comes with the token {brief(token)}; expected UID:0:0:1:true")
        mission = read_mission(message)
        with self._lock:
            if self._mission is not None and not self._wants_to_quit:
                self._wants_to_quit = True
                return number(0)
            self._mission = None
            self._engine.reset(mission)
            self._mission, self._wants_to_quit, self._owner = mission, False, stream
        return number(1)

    def _peek(self, message: bytes) -> bytes:
        with self._lock:
            mission = self._running()
            picture = self._picture(mission)
            info = self._info.text(self._engine.observation())
        return framed(picture) + framed(info) + framed(b"\0")

    def _quit(self, message: bytes) -> bytes:
        with self._lock:
            self._wants_to_quit = True
        return number(1)

    def _running(self) -> Mission:
        if self._mission is None:
            raise BadMessage("a client wants to play, and there is no mission")
        return self._mission

    def _picture(self, mission: Mission) -> bytes:
        """The bytes of a picture, the lowest row first."""
        if self._pictures:
            frame = self._engine.frame(mission.width, mission.height)
            return np.ascontiguousarray(frame[::-1]).tobytes()
        return bytes(3 * mission.width * mission.height)


def _echo(server: WireServer, message: bytes) -> bytes:
    return framed(b"<Echo>" + message[: len(ECHO) + 1_000] + b"</Echo>")


def _status(server: WireServer, message: bytes) -> bytes:
    name = server._engine.name.replace('"', "")
    return framed(f'{{"engine": "{name}"}}'.encode())


_SIMPLE: Final[dict[bytes, Callable[[WireServer, bytes], bytes]]] = {
    b"<StepServer": lambda server, message: b"",
    b"<Peek": WireServer._peek,
    b"<Quit": WireServer._quit,
    b"<Init": lambda server, message: number(1),
    b"<Close": lambda server, message: number(1),
    b"<Exit": lambda server, message: number(1),
    b"<Disconnect": lambda server, message: b"",
    b"<Echo": _echo,
    b"<Status": _status,
}
"""Beginning of a message -> its answer."""
