"""Reports: ``/api/runs/NAME/report`` and ``/api/compare?first=NAME&second=NAME``."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from agent.records.runs import find_run
from agent.web.server.answers import Explain, view
from agent.web.views.compare import compare
from agent.web.views.folders import Folders
from agent.web.views.report import report


def routes(folders: Folders, explain: Explain) -> Sequence[BaseRoute]:
    """The addresses."""

    def reported(request: Request) -> object:
        return report(find_run(folders.runs, request.path_params["name"]))

    def compared(request: Request) -> object:
        names = (request.query_params.get("first", ""), request.query_params.get("second", ""))
        first, second = (find_run(folders.runs, name) for name in names)
        return compare(first, second)

    return [Route("/runs/{name}/report", view(reported, explain)), Route("/compare", view(compared, explain))]
