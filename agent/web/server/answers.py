"""A view's value, or its error, as a response."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from hashlib import blake2b
from typing import Any, Protocol, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agent.web.server.security import refused
from envs.json_text import for_browsers

_log = logging.getLogger(__name__)

Explained: TypeAlias = Mapping[str, Any]
"""``kind``, ``message`` and ``did_you_mean`` of an error that is meant for people."""


class Explain(Protocol):
    """Says what an error means."""

    def __call__(self, error: Exception, /) -> Explained | None:
        """Its kind, message and near names; None when it is a mistake of ours."""
        ...


def view(answer: Callable[[Request], Any], explain: Explain) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers with a view's value as JSON.

    Args:
        answer: reads files, may take a while; called on a thread of its own. May return a response.
        explain: what errors mean.

    An unchanged answer is not sent again (``ETag``). Errors that are meant for people are status 404 when
    their kind begins with ``Unknown`` and 409 otherwise; anything else is status 500, logged.
    """

    async def endpoint(request: Request) -> Response:
        try:
            value = await run_in_threadpool(answer, request)
            response = value if isinstance(value, Response) else None
            text = "" if response else await run_in_threadpool(for_browsers, value)
        except Exception as error:
            return error_response(error, explain)
        return response or _unless_known(request, Response(text, media_type="application/json"))

    return endpoint


def error_response(error: Exception, explain: Explain) -> Response:
    """The response that an error stands for."""
    explained = explain(error)
    if explained is None:
        _log.error("a page's data could not be made", exc_info=error)
        kind = type(error).__name__
        return refused(500, "InternalError", f"a mistake in Journeyman ({kind}); the server's log has more")
    status = 404 if str(explained["kind"]).startswith("Unknown") else 409
    return refused(status, explained["kind"], explained["message"], explained.get("did_you_mean", ()))


def _unless_known(request: Request, response: Response) -> Response:
    tag = f'"{blake2b(bytes(response.body), digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
