"""HTTP to a model's server, within limits: a deadline for a whole reply, a cap on its bytes, checked ways."""

from __future__ import annotations

import importlib
import ssl
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import openai

from agent.llm.limits import bounded, opened
from agent.llm.network import certificates, proxy_for

if TYPE_CHECKING:
    import httpx
else:
    # OpenAI's package is built upon httpx or upon its successor, depending on its version.
    _client = next(kind for kind in openai.DefaultHttpxClient.__mro__ if kind.__name__ == "Client")
    httpx = importlib.import_module(_client.__module__.partition(".")[0])

_COMPRESSED: Final = ("content-encoding", "content-length", "transfer-encoding")


class LimitedTransport(httpx.BaseTransport):
    """Sends requests, and reads their replies whole before it gives them on."""

    def __init__(self, *, timeout_s: float, max_bytes: int) -> None:
        """Set up the limits; nothing is connected yet.

        Args:
            timeout_s: seconds for a reply from the first byte sent to the last one read.
            max_bytes: most bytes of a reply, decompressed.
        """
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._ways: dict[tuple[bool, str], httpx.BaseTransport] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises `httpx.ReadTimeout` at the deadline, `ReplyTooLong` beyond the cap."""
        deadline = time.monotonic() + self._timeout_s
        request.headers["Accept-Encoding"] = "identity"
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout_s)
        response = self._way(str(request.url)).handle_request(request)
        try:
            body = bounded(self._in_time(response, deadline), self._max_bytes)
        finally:
            response.close()
        body = opened(body, response.headers.get("content-encoding", ""), self._max_bytes)
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in _COMPRESSED]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)

    def _in_time(self, response: httpx.Response, deadline: float) -> Iterator[bytes]:
        assert isinstance(response.stream, httpx.SyncByteStream)
        for piece in response.stream:
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout(f"no whole reply within {self._timeout_s:g} s")
            yield piece

    def _way(self, url: str) -> httpx.BaseTransport:
        """The transport to an address, by its proxy if there is one. Raises `BadNetwork`."""
        proxy = proxy_for(url)
        encrypted = url.startswith("https:") or (proxy is not None and proxy.url.startswith("https:"))
        key = (encrypted, proxy.url if proxy else "")
        with self._lock:
            if key not in self._ways:
                # Without encryption certificates are not even looked at: a dead file of them does no harm.
                verify: ssl.SSLContext | bool = (certificates() or True) if encrypted else _no_trust()
                self._ways[key] = httpx.HTTPTransport(
                    verify=verify, trust_env=False, proxy=proxy.url if proxy else None
                )
            return self._ways[key]

    def check(self, url: str) -> None:
        """Find out now whether there is a way to an address. Raises `BadNetwork`."""
        self._way(url)

    def close(self) -> None:
        """Cut all connections; the next request opens new ones."""
        with self._lock:
            ways, self._ways = list(self._ways.values()), {}
        for way in ways:
            way.close()


def _no_trust() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def limited_clients(transport: LimitedTransport) -> dict[str, Any]:
    """HTTP clients for LangChain's OpenAI model that use a transport, and nothing from the environment.

    There is an asynchronous one because LangChain would make its own, with the environment's proxies; it is
    not used.
    """
    return {
        "http_client": httpx.Client(transport=transport, trust_env=False, follow_redirects=True),
        "http_async_client": httpx.AsyncClient(transport=httpx.AsyncBaseTransport(), trust_env=False),
    }
