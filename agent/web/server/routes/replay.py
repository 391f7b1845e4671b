"""Recorded episodes: ``/api/runs/NAME/episodes``, one of them, and its moments in chunks."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from agent.web.server.answers import Explain, view
from agent.web.views import replay, replay_answers
from agent.web.views.folders import Folders

LONGEST_NAME = 400
"""Characters of a skill's name, beyond which nothing is read."""


def routes(folders: Folders, explain: Explain) -> Sequence[BaseRoute]:
    """The addresses."""

    def listed(request: Request) -> object:
        return replay.episodes(folders, request.path_params["run"])

    def one(request: Request) -> object:
        return replay.episode(folders, request.path_params["run"], request.path_params["episode"])

    def moments(request: Request) -> object:
        named = request.path_params
        return replay.moments(folders, named["run"], named["episode"], named["chunk"])

    def asked(request: Request) -> object:
        named, skill = request.path_params, request.query_params.get("skill", "")[:LONGEST_NAME]
        return replay_answers.asked(folders, named["run"], named["episode"], skill)

    root = "/runs/{run}/episodes"
    return [
        Route(root, view(listed, explain)),
        Route(f"{root}/{{episode}}", view(one, explain)),
        Route(f"{root}/{{episode}}/asked", view(asked, explain)),
        Route(f"{root}/{{episode}}/moments/{{chunk:int}}", view(moments, explain)),
    ]
