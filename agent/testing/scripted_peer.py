"""A peer that does what a script says: answers, half answers, lies, silence, death.

For tests of whatever talks to another program over a stream. It is a program of its own, which runs on the
standard library alone in place of a worker (``Launch.program`` of `envs.remote.launch`), or a thread that
listens on loopback (`ScriptedServer`). Every process or connection plays the next script of a list; the last
one repeats.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, TypeAlias

Act: TypeAlias = tuple[str, str | int]
"""What is done, and with what; made by the functions below."""

Script: TypeAlias = Sequence[Act]

SCRIPTS: Final = "SCRIPTED_PEER"
"""Environment variable with the scripts, and with the file in which processes are counted."""

READ: Final[Act] = ("read", 0)
"""Wait for what the other end sends, once."""

HANG: Final[Act] = ("hang", 0)
"""Say nothing until the other end is gone; what it sends meanwhile is read."""


def send(data: bytes) -> Act:
    """Send some bytes."""
    return "send", data.hex()


def say(text: str) -> Act:
    """Print a line."""
    return "say", text


def leave(code: int) -> Act:
    """End with an exit code."""
    return "leave", code


def die(number: signal.Signals) -> Act:
    """End by a signal."""
    return "die", int(number)


def environment(scripts: Sequence[Script], count: Path) -> dict[str, str]:
    """The environment of processes that play scripts.

    Args:
        scripts: the first one for the first process, and so on.
        count: a file in which the processes are counted; not there yet.
    """
    return {SCRIPTS: json.dumps([list(scripts), str(count)])}


def play(stream: socket.socket, script: Script) -> None:
    """Play one script; the stream ends with it."""
    with stream, suppress(ConnectionError):
        for what, given in script:
            if what == "read":
                stream.recv(1 << 20)
            elif what == "send":
                stream.sendall(bytes.fromhex(str(given)))
            elif what == "say":
                os.write(1, f"{given}\n".encode())
            elif what == "leave":
                os._exit(int(given))
            elif what == "die":
                os.kill(os.getpid(), int(given))
            elif what == "hang":
                while stream.recv(1 << 20):
                    pass


class ScriptedServer:
    """Listens on loopback and plays a script for every connection, one after the other; a context.

    Args:
        scripts: the first one for the first connection, and so on.

    Attributes:
        port: where it listens.
    """

    def __init__(self, scripts: Sequence[Script]) -> None:
        self._scripts = scripts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> ScriptedServer:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening, once the connection under way has ended."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        played = 0
        while True:
            try:
                stream, _ = self._listener.accept()
            except OSError:
                return
            play(stream, self._scripts[min(played, len(self._scripts) - 1)])
            played += 1


def main(arguments: Sequence[str]) -> None:
    """Play the script of this process over an inherited file descriptor, the first argument."""
    scripts, count = json.loads(os.environ[SCRIPTS])
    with open(count, "ab") as file:
        file.write(b"1")
        started = file.tell()
    play(socket.socket(fileno=int(arguments[0])), scripts[min(started, len(scripts)) - 1])


if __name__ == "__main__":
    main(sys.argv[1:])
