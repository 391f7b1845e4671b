"""A port that is bound before anything is promised, and the server that listens on it."""

from __future__ import annotations

import errno
import socket

from agent.errors import BadConfig
from agent.web.server.app import Application


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any that is free.

    Raises:
        BadConfig: the port is in use or not allowed, or the host is none of this machine's.
    """
    if not host.strip():  # the system would take it for all addresses
        raise BadConfig(
            "no host is named; expected an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(256)
    except (OSError, OverflowError) as error:
        listening.close()
        raise BadConfig(_why(host, port, error)) from error
    return listening


def _why(host: str, port: int, error: Exception) -> str:
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return f"port {port} is in use; choose another with --port, or --port 0 for any that is free"
    if getattr(error, "errno", None) in (errno.EACCES, errno.EPERM):
        return f"port {port} may not be used; choose one above 1023 with --port"
    said = getattr(error, "strerror", None) or error
    return f"cannot listen on {host!r}, port {port}: {said}; expected an address of this machine"


def listen(app: Application, listening: socket.socket) -> None:
    """Answer until Ctrl-C."""
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
    )
    uvicorn.Server(config).run(sockets=[listening])
