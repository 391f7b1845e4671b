"""What a page must know of whoever serves it: ``/api/about``."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from agent.web.server.answers import Explain, view
from agent.web.views.about import about
from agent.web.views.folders import Folders


def routes(folders: Folders, explain: Explain) -> Sequence[BaseRoute]:
    """The addresses."""

    def answer(_: Request) -> object:
        return about(folders)

    return [Route("/about", view(answer, explain))]
