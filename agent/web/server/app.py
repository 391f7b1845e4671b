"""The application: pages, data, guards around both."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from agent.web.server.answers import Explain
from agent.web.server.routes import about, graph, replay, report, runs
from agent.web.server.security import Access, Guard, refused
from agent.web.views.folders import Folders

Application: TypeAlias = ASGIApp

ROUTES = (about.routes, graph.routes, replay.routes, report.routes, runs.routes)
"""Functions that give the addresses of one kind of data."""

LEAST_GZIPPED_BYTES = 1_000


def make_app(folders: Folders, access: Access, explain: Explain) -> Application:
    """The application.

    Args:
        folders: what may be shown.
        access: who may ask.
        explain: what errors mean to people.
    """
    data: Sequence[BaseRoute] = [route for each in ROUTES for route in each(folders, explain)]
    with as_file(files("agent.web") / "static") as static:
        page = static / "index.html"

        async def index(_: Request) -> Response:
            return FileResponse(page, headers={"cache-control": "no-cache"})

        app = Starlette(
            routes=[
                Route("/", index),
                Mount("/api", routes=[*data, Route("/{rest:path}", _unknown, methods=["GET", "POST"])]),
                Mount("/static", StaticFiles(directory=static)),
            ]
        )
    return Guard(GZipMiddleware(app, LEAST_GZIPPED_BYTES), access)


async def _unknown(request: Request) -> Response:
    return refused(404, "UnknownAddress", f"nothing is answered at {request.url.path[:200]!r}")
