"""A client of the wire for tests, which sends and receives frames one by one."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from envs.minecraft.wire.frames import LONGEST_ANSWER, framed, receive
from envs.minecraft.wire.server import WireServer
from tests.envs.minecraft.wire.flat_engine import FlatEngine

MISSION = Path(__file__).with_name("mission.xml").read_bytes()
HELLO = b"<MalmoEnv0.37.0/>"
TOKEN = b"uid:0:0:1:true"


def step(body: str) -> bytes:
    return f"<StepClient0>{body}</StepClient0 >".encode()


OPEN: list[socket.socket] = []


class Client:
    def __init__(self, port: int, hello: bytes | None = HELLO) -> None:
        self.stream = socket.create_connection(("127.0.0.1", port), 20)
        OPEN.append(self.stream)
        if hello is not None:
            self.send(hello)

    def send(self, *payloads: bytes) -> None:
        self.stream.sendall(b"".join(map(framed, payloads)))

    def receive(self) -> bytes | None:
        try:
            return receive(self.stream, LONGEST_ANSWER)
        except ConnectionError:
            return None

    def number(self) -> int:
        answer = self.receive()
        assert answer is not None and len(answer) == 4
        return int(struct.unpack("!I", answer)[0])

    def begin(self, mission: bytes = MISSION) -> int:
        self.send(mission, TOKEN)
        return self.number()

    def play(self, body: str) -> tuple[bytes, tuple[float, int, int], dict[str, Any]]:
        self.send(step(body), b"<StepServer></StepServer>")
        picture, outcome, info = self.receive(), self.receive(), self.receive()
        assert picture is not None and outcome is not None and info is not None
        return picture, struct.unpack("!dbb", outcome), json.loads(info)

    def peek(self) -> tuple[bytes, dict[str, Any], bytes]:
        self.send(b"<Peek/>")
        picture, info, done = self.receive(), self.receive(), self.receive()
        assert picture is not None and info is not None and done is not None
        return picture, json.loads(info), done


@contextmanager
def served(*, pictures: bool = True) -> Iterator[tuple[WireServer, FlatEngine]]:
    engine = FlatEngine()
    server = WireServer(engine, pictures=pictures)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server, engine
    finally:
        while OPEN:
            OPEN.pop().close()
        server.close()
        thread.join()
