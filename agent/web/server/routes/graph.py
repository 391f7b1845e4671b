"""The skill graph and all that is known of its skills: ``/api/graph`` and what lies below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from agent.web.server.answers import Explain, view
from agent.web.views.answers import answers_view
from agent.web.views.card import card_view, fact_card
from agent.web.views.corrections import corrections_view
from agent.web.views.differences import differences_view
from agent.web.views.folders import Folders
from agent.web.views.graph import graph_view
from agent.web.views.moments import moments_view, practice_runs
from agent.web.views.opened import Opened, libraries, named_library, open_library, practised
from agent.web.views.plan import plan_view, read_have

LONGEST_TEXT = 400
"""Characters of what is asked for, beyond which nothing is read."""


def routes(folders: Folders, explain: Explain) -> Sequence[BaseRoute]:
    """The addresses."""
    answers = _Answers(folders)
    return [
        Route(f"/graph{path}", view(answer, explain))
        for path, answer in (
            ("", answers.graph),
            ("/skill", answers.skill),
            ("/fact", answers.fact),
            ("/answers", answers.answers),
            ("/claims", answers.claims),
            ("/plan", answers.plan),
            ("/practised", answers.practised),
            ("/libraries", answers.libraries),
            ("/compare", answers.compare),
            ("/runs", answers.runs),
            ("/moments", answers.moments),
        )
    ]


class _Answers:
    """Views of the folders that may be shown."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    def graph(self, request: Request) -> dict[str, Any]:
        name, events = _asked(request, "library"), bool(_asked(request, "events"))
        return graph_view(self._folders.library, self._game(request), name=name, events=events)

    def skill(self, request: Request) -> dict[str, Any]:
        return card_view(self._opened(request), _asked(request, "skill"), self._folders.runs)

    def fact(self, request: Request) -> dict[str, Any]:
        return fact_card(self._opened(request), _asked(request, "fact"))

    def answers(self, request: Request) -> dict[str, Any]:
        opened, name = self._opened(request), _asked(request, "skill")
        return answers_view(opened, [name] if name else opened.graph.skills(), self._folders.runs)

    def claims(self, request: Request) -> list[dict[str, Any]]:
        return corrections_view(self._opened(request))

    def plan(self, request: Request) -> dict[str, Any]:
        have = read_have(_asked(request, "have"))
        return plan_view(self._opened(request), _asked(request, "goal"), have, self._folders.runs)

    def practised(self, request: Request) -> dict[str, str]:
        return practised(self._opened(request))

    def libraries(self, request: Request) -> list[dict[str, str]]:
        return libraries(self._folders.library, self._game(request))

    def compare(self, request: Request) -> dict[str, Any]:
        other = named_library(self._folders.library, _asked(request, "other"))
        return differences_view(self._opened(request), open_library(other, self._game(request)))

    def runs(self, request: Request) -> list[dict[str, str]]:
        return practice_runs(self._folders.runs, self._game(request))

    def moments(self, request: Request) -> dict[str, Any]:
        return moments_view(self._folders.runs, _asked(request, "run"))

    def _game(self, request: Request) -> str:
        return _asked(request, "game") or self._folders.game

    def _opened(self, request: Request) -> Opened:
        name = _asked(request, "library")
        return open_library(named_library(self._folders.library, name), self._game(request))


def _asked(request: Request, name: str) -> str:
    query: Mapping[str, str] = request.query_params
    return query.get(name, "")[:LONGEST_TEXT]
