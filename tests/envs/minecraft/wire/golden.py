"""Recorded frames of one episode: what the unmodified package sent, and what the flat engine answered.

``golden.json.xz`` holds one entry a frame, in order: who sent it, and its payload. It is written
anew, where the package's environment is built, by: python -m tests.envs.minecraft.wire.golden
"""

from __future__ import annotations

import base64
import json
import lzma
import re
import socket
import threading
from contextlib import suppress
from pathlib import Path

from envs.minecraft.package.engine_choice import EngineChoice
from envs.minecraft.package.player import NO_OP, PackagePlayer, View
from envs.minecraft.wire.frames import LONGEST_ANSWER, framed, receive
from envs.minecraft.wire.probe import Address
from tests.envs.minecraft.wire.client import served

FILE = Path(__file__).with_name("golden.json.xz")
CLIENT, ENGINE = "client", "engine"
UID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VIEW = View(size=(8, 12), voxels=((-1, -1, -1), (1, 1, 1)), rays=((0.0, 0.0, 10.0),))
TASK = "harvest_wool_with_shears_and_sheep"
ACTIONS = (NO_OP, (1, 0, 1, 13, 11, 1, 0, 0), (0, 2, 3, 12, 12, 3, 0, 0))

Frames = list[tuple[str, bytes]]


def load() -> Frames:
    entries = json.loads(lzma.decompress(FILE.read_bytes()))
    return [(who, base64.b64decode(payload)) for who, payload in entries]


def save(frames: Frames) -> None:
    entries = [[who, base64.b64encode(payload).decode()] for who, payload in frames]
    FILE.write_bytes(lzma.compress(json.dumps(entries).encode()))


def without_ids(payload: bytes) -> bytes:
    """A payload with the same id in every episode."""
    return UID.sub(b"00000000-0000-0000-0000-000000000000", payload)


class Tap:
    """Listens in place of an engine, passes all frames on and keeps them.

    Only the connection that begins a mission is kept.
    """

    def __init__(self, port: int) -> None:
        self.frames: Frames = []
        self._engine = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._streams: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        for stream in (self._listener, *self._streams):
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
            stream.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listener.accept()
                theirs = socket.create_connection(("127.0.0.1", self._engine))
                self._streams += [ours, theirs]
                kept: Frames = []
                self.frames = kept
                for source, target, who in ((ours, theirs, CLIENT), (theirs, ours, ENGINE)):
                    threading.Thread(target=self._pass, args=(source, target, who, kept), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, who: str, kept: Frames) -> None:
        with suppress(OSError):
            while (payload := receive(source, LONGEST_ANSWER)) is not None:
                kept.append((who, payload))
                target.sendall(framed(payload))
            target.shutdown(socket.SHUT_WR)


def record(side: Path | None = None) -> Frames:
    """One episode of the unmodified package against the flat engine."""
    with served() as (server, _):
        tap = Tap(server.port)
        choice = EngineChoice("attach", Address("127.0.0.1", tap.port))
        with PackagePlayer(choice, VIEW, side=side) as player:
            player.begin(TASK, 7)
            for action in ACTIONS:
                player.act(action)
        frames = [(who, without_ids(payload)) for who, payload in tap.frames]
        tap.close()
    return frames


if __name__ == "__main__":
    save(record())
