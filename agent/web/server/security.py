"""Who may ask: the right host, the right origin, the token.

A page of another site cannot read what is answered here (no cross-origin headers are sent), and cannot
steer practice: every request that writes needs the token, which only the address that was printed carries.
A name that is made to point at this machine after a page has loaded (DNS rebinding) does not get through
either, since only the hosts that were bound are answered.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from secrets import token_urlsafe

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.errors import BadConfig
from envs.json_text import for_browsers
from envs.text import plain

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
"""Hosts that a page on this machine is asked for by."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a page may load: its own scripts, styles, pictures and data."""

HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""Sent with every response."""

OPENER = (b"cross-origin-opener-policy", b"same-origin")
"""Sent where only this machine asks: browsers take it from loopback, elsewhere it is an error to them."""

_READING = ("GET", "HEAD")
_PORT = re.compile("[0-9]{1,5}")
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\]")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0"), is_loopback("localhost")
    (True, True, False, True)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may ask what.

    Attributes:
        host: the address that is bound.
        port: the port that is bound.
        names: more hosts to answer, such as the machine's name where it is reached from others.
        token: needed to write, and to read too unless only this machine can ask.
    """

    host: str
    port: int
    names: tuple[str, ...] = ()
    token: str = field(default_factory=lambda: token_urlsafe(24), repr=False)

    def __post_init__(self) -> None:
        """Raise `BadConfig` for a name that no request can carry, such as an address with ``http://``."""
        for name in self.names:
            if not _NAME.fullmatch(name):
                raise BadConfig(
                    f"no host is called {plain(name, 80)!r}; expected a name without scheme and port, "
                    "such as box.lan"
                )

    @property
    def reading_is_free(self) -> bool:
        """Whether reading needs no token."""
        return is_loopback(self.host)

    def address(self) -> str:
        """Where a browser finds the pages, the token included."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        host = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"http://{host}:{self.port}/#token={self.token}"

    def allows_host(self, given: str) -> bool:
        """Whether a request's ``Host`` names this server."""
        name, _, port = given.lower().rpartition(":")
        if not _PORT.fullmatch(port):
            name, port = given.lower(), "80"
        own = (each.lower() for each in (self.host, f"[{self.host}]", *self.names))
        named = name in {*LOOPBACK_NAMES, *own}
        return int(port) == self.port and (named or (not self._names_are_known and _is_address(name)))

    @property
    def _names_are_known(self) -> bool:
        return bool(self.names) or self.host not in ("0.0.0.0", "::")

    def has_token(self, authorization: str) -> bool:
        """Whether a request brings the token: ``Bearer TOKEN``."""
        kind, _, given = authorization.partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(given.encode(), self.token.encode())


def _is_address(name: str) -> bool:
    """Whether a host is given by its number: no name that somebody else can point here."""
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class Guard:
    """Lets through only what `Access` allows, and adds `HEADERS`; an ASGI application around another."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access
        self._headers = (*HEADERS, OPENER) if is_loopback(access.host) else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        await (refusal or self._app)(scope, receive, sending)

    def _refusal(self, method: str, path: str, headers: Headers) -> Response | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._access.allows_host(hosts[0]):
            return refused(421, "WrongHost", "this server is not asked for by that name")
        if path.startswith("/api/"):
            return self._refused_data(method, headers)
        return None if method in _READING else refused(405, "WrongMethod", "pages can only be read")

    def _refused_data(self, method: str, headers: Headers) -> Response | None:
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return refused(403, "OtherSite", "pages of other sites may not ask here")
        if (origin := headers.get("origin")) and not self._is_own(origin):
            return refused(403, "OtherSite", "pages of other sites may not ask here")
        if method in _READING and self._access.reading_is_free:
            return None
        if self._access.has_token(headers.get("authorization", "")):
            return None
        return refused(
            401, "NoToken", "this needs the token: open the address that journeyman serve has printed"
        )

    def _is_own(self, origin: str) -> bool:
        scheme, _, host = origin.partition("://")
        return scheme == "http" and self._access.allows_host(host)


def refused(status: int, kind: str, message: str, close: Iterable[str] = ()) -> Response:
    """An error as a response: ``{"error": {"kind", "message", "did_you_mean"}}``."""
    error = {"kind": kind, "message": message, "did_you_mean": list(close)}
    return Response(for_browsers({"error": error}), status_code=status, media_type="application/json")
