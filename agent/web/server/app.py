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

from agent.web.offline.page import joined_script, joined_style, sources
from agent.web.server.answers import Explain
from agent.web.server.routes import about, graph, replay, report, runs
from agent.web.server.security import Access, Guard, refused
from agent.web.views.folders import Folders

Application: TypeAlias = ASGIApp

ROUTES = (about.routes, graph.routes, replay.routes, report.routes, runs.routes)
"""Functions that give the addresses of one kind of data."""

LEAST_GZIPPED_BYTES = 1_000

_FRESH = {"cache-control": "no-cache"}
"""A newer version's pages are shown at once."""


def make_app(folders: Folders, access: Access, explain: Explain) -> Application:
    """The application.

    Modules and style sheets are sent joined: some fifty small files, of which each names the next ones, take
    a browser most of a second.

    Args:
        folders: what may be shown.
        access: who may ask.
        explain: what errors mean to people.
    """
    data: Sequence[BaseRoute] = [route for each in ROUTES for route in each(folders, explain)]
    with as_file(files("agent.web") / "static") as static:
        page = static / "index.html"

        script, style = joined_script(sources()), joined_style()

        async def index(_: Request) -> Response:
            return FileResponse(page, headers=_FRESH)

        async def all_scripts(_: Request) -> Response:
            return Response(script, media_type="text/javascript", headers=_FRESH)

        async def all_styles(_: Request) -> Response:
            return Response(style, media_type="text/css", headers=_FRESH)

        app = Starlette(
            routes=[
                Route("/", index),
                Route("/script.js", all_scripts),
                Route("/style.css", all_styles),
                Mount("/api", routes=[*data, Route("/{rest:path}", _unknown, methods=["GET", "POST"])]),
                Mount("/static", StaticFiles(directory=static)),
            ]
        )
    return Guard(GZipMiddleware(app, LEAST_GZIPPED_BYTES), access)


async def _unknown(request: Request) -> Response:
    return refused(404, "UnknownAddress", f"nothing is answered at {request.url.path[:200]!r}")
