"""A chat model's server on loopback that says what a function says, and counts what it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

from agent.llm.answer import Usage
from agent.llm.message import estimated_tokens
from agent.llm.pictures import content_tokens

Request: TypeAlias = dict[str, Any]
"""The body of a request in OpenAI's chat protocol."""


@dataclass(frozen=True, slots=True)
class Served:
    """One request: its tokens, those of its pictures among them, and how many pictures it shows."""

    usage: Usage
    picture_tokens: int
    pictures: int


class ChatServer(ThreadingHTTPServer):
    """Answers every request with what `reply` says; what was asked is counted in `served`."""

    daemon_threads = True

    def __init__(self, reply: Callable[[Request], str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply = reply
        self.served: list[Served] = []

    @property
    def address(self) -> str:
        """What ``--llm`` takes."""
        return f"http://127.0.0.1:{self.server_port}/v1#stand-in"

    def answer(self, request: Request) -> dict[str, Any]:
        """The body of the reply to a request."""
        text = self.reply(request)
        blocks = list(picture_blocks(request))
        shown = sum(content_tokens([block]) for block in blocks)
        asked = sum(content_tokens(message.get("content")) for message in request["messages"])
        usage = Usage(input_tokens=asked, output_tokens=estimated_tokens(text))
        self.served.append(Served(usage, shown, len(blocks)))
        return {
            "id": "chatcmpl-0",
            "object": "chat.completion",
            "created": 0,
            "model": "stand-in",
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            ],
            "usage": {
                "prompt_tokens": usage.input_tokens,
                "completion_tokens": usage.output_tokens,
                "total_tokens": usage.input_tokens + usage.output_tokens,
            },
        }


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer."""
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(self.server.answer(request)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def picture_blocks(request: Request) -> Iterator[dict[str, Any]]:
    """The pictures of a request, in order."""
    for message in request["messages"]:
        content = message.get("content")
        for block in content if isinstance(content, list) else ():
            if block.get("type") == "image_url":
                yield block


def text_of(request: Request) -> str:
    """What a request says, without its pictures."""
    texts = []
    for message in request["messages"]:
        content = message.get("content") or ""
        blocks = content if isinstance(content, list) else [{"text": content}]
        texts += [block.get("text", "") for block in blocks]
    return "\n".join(texts)


@contextmanager
def chat_server(reply: Callable[[Request], str]) -> Iterator[ChatServer]:
    """A server that runs while the block lasts."""
    server = ChatServer(reply)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
