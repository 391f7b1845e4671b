"""A real HTTP server on loopback that speaks OpenAI's chat protocol and misbehaves on request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Say:
    """A proper completion."""

    text: str | None
    finish: str = "stop"
    refusal: str | None = None
    usage: tuple[int, int] | None = (1000, 50)
    beside: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the message, such as ``reasoning_content``."""
    counted: Any = None
    """Stands for the whole field ``usage``, if given."""


@dataclass(frozen=True)
class Status:
    """An HTTP error."""

    code: int
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "scripted failure"


@dataclass(frozen=True)
class Raw:
    """Status 200 with any body."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    """The length that the header claims, if another than the body's."""


@dataclass(frozen=True)
class Cut:
    """Half a body, then the connection is closed."""


@dataclass(frozen=True)
class Hang:
    """No answer until the server is closed."""


@dataclass(frozen=True)
class Drip:
    """A byte now and then, without an end, from the first header on or from the body on."""

    headers: bool = False


@dataclass(frozen=True)
class Endless:
    """A body that goes on as fast as it is read."""


@dataclass(frozen=True)
class Redirect:
    """Somewhere else."""

    to: str


@dataclass(frozen=True)
class Fits:
    """A completion, if question and longest reply fit into a context; else what servers say then."""

    context: int
    prompt: int
    text: str


Behaviour = Say | Status | Raw | Cut | Hang | Drip | Endless | Redirect | Fits


def completion(say: Say) -> dict[str, Any]:
    message = {"role": "assistant", "content": say.text, "refusal": say.refusal, **say.beside}
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": say.finish, "logprobs": None}],
    }
    if say.counted is not None:
        body["usage"] = say.counted
    elif say.usage is not None:
        tokens_in, tokens_out = say.usage
        body["usage"] = {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
        }
    return body


class OpenAIServer(ThreadingHTTPServer):
    """Plays a script, one behaviour per request, or does what `answer` says of each.

    What was asked is kept in `requests` and `headers`.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Behaviour] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, Any]], Behaviour] | None = None
        self.closing = threading.Event()
        self.dripped = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1#scripted"

    def play(self, *script: Behaviour) -> None:
        self.script = list(script)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that gave up are expected."""


class _Handler(BaseHTTPRequestHandler):
    server: OpenAIServer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(json.loads(body))
        self.server.headers.append({k.lower(): v for k, v in self.headers.items()})
        script = self.server.script
        behaviour: Behaviour = Status(418, message="the script is exhausted")
        if self.server.answer is not None:
            behaviour = self.server.answer(self.server.requests[-1])
        elif script:
            behaviour = script.pop(0)
        match behaviour:
            case Say():
                self._send(200, json.dumps(completion(behaviour)).encode())
            case Status():
                error = {"error": {"message": behaviour.message, "type": "scripted"}}
                self._send(behaviour.code, json.dumps(error).encode(), behaviour.headers)
            case Raw():
                self._send(200, behaviour.body, dict(behaviour.headers), behaviour.length)
            case Drip():
                self._drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"" if behaviour.headers else b"\r\n\r\n")
            case Endless():
                self._endless()
            case Redirect():
                self._send(307, b"", {"Location": behaviour.to})
            case Fits():
                self._fit(behaviour, json.loads(body))
            case Cut():
                whole = json.dumps(completion(Say("never seen in full " * 50))).encode()
                self._send(200, whole[: len(whole) // 2], length=len(whole))
                self.close_connection = True
            case Hang():
                self.server.closing.wait(600)

    def _drip(self, head: bytes, rest: bytes) -> None:
        self.wfile.write(head + rest)
        while not self.server.closing.wait(0.02):
            self.wfile.write(b"x")
            self.server.dripped += 1
        self.close_connection = True

    def _endless(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while not self.server.closing.is_set():
            self.wfile.write(b" " * 65536)

    def _fit(self, want: Fits, request: dict[str, Any]) -> None:
        asked = request["max_tokens"]
        if want.prompt + asked <= want.context:
            self._send(200, json.dumps(completion(Say(want.text))).encode())
            return
        said = (
            f"This model's maximum context length is {want.context} tokens. However, you requested "
            f"{want.prompt + asked} tokens ({want.prompt} in the messages, {asked} in the completion)."
        )
        self._send(400, json.dumps({"error": {"message": said, "type": "invalid_request_error"}}).encode())

    def _send(
        self, code: int, body: bytes, headers: dict[str, str] | None = None, length: int | None = None
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def says(*texts: str) -> Sequence[Say]:
    return [Say(text) for text in texts]
