"""Recorded episodes: ``/api/runs/NAME/episodes``, one of them, and its moments in chunks."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from agent.web.server.answers import Explain, view
from agent.web.views import replay
from agent.web.views.folders import Folders


def routes(folders: Folders, explain: Explain) -> Sequence[BaseRoute]:
    """The addresses."""

    def listed(request: Request) -> object:
        return replay.episodes(folders, request.path_params["run"])

    def one(request: Request) -> object:
        return replay.episode(folders, request.path_params["run"], request.path_params["episode"])

    def moments(request: Request) -> object:
        named = request.path_params
        return replay.moments(folders, named["run"], named["episode"], named["chunk"])

    root = "/runs/{run}/episodes"
    return [
        Route(root, view(listed, explain)),
        Route(f"{root}/{{episode}}", view(one, explain)),
        Route(f"{root}/{{episode}}/moments/{{chunk:int}}", view(moments, explain)),
    ]
