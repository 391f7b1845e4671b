"""What an offline page of a skill graph holds: the answers of the addresses that the explorer asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent import __version__
from agent.web.offline.addresses import address
from agent.web.offline.page import render_page
from agent.web.views.answers import answers_view
from agent.web.views.card import card_view, fact_card
from agent.web.views.corrections import corrections_view
from agent.web.views.differences import differences_view
from agent.web.views.opened import Opened, practised
from agent.web.views.plan import plan_view
from agent.web.views.scene import scene
from planners.errors import PlanningError

NOSCRIPT = (
    "This page draws with JavaScript, and your browser runs none. The same is in the terminal: "
    "journeyman graph, journeyman skills show NAME, journeyman plan GOAL."
)
BESIDE = "beside"
"""The name of the library that is compared with."""

MOST_CARDS = 2_000
"""Skills of which a file holds cards and plans; a larger library is drawn, and read with a server."""


def graph_page(opened: Opened, *, title: str, beside: Opened | None = None) -> str:
    """The explorer of one library as one file; see `graph_documents`."""
    documents = graph_documents(opened, beside=beside)
    return render_page(title, "graph", {"graph": ""}, documents, noscript=NOSCRIPT)


def graph_documents(opened: Opened, *, beside: Opened | None = None) -> dict[str, Any]:
    """Address -> document, for a page or a bundle without a server.

    Args:
        opened: the library.
        beside: another library of the game to compare it with; None for none.

    Plans are worked out beforehand, for what every skill brings, with nothing carried.
    """
    game, graph = opened.game, opened.graph
    names = graph.skills()[:MOST_CARDS]
    shown = [""] if beside is None else ["", BESIDE]
    titles = {"": "this library", BESIDE: beside.title if beside else ""}
    documents: dict[str, Any] = {
        "/about": {"version": __version__, "game": game, "games": [game]},
        address("/graph", game=game): scene(opened),
        address("/graph", game=game, events="1"): scene(opened, events=True),
        address("/graph/answers", game=game): answers_view(opened, names),
        address("/graph/claims", game=game): corrections_view(opened),
        address("/graph/practised", game=game): practised(opened),
        address("/graph/plans", game=game): plans(opened, names),
        address("/graph/libraries", game=game): [{"name": name, "title": titles[name]} for name in shown],
        address("/graph/runs", game=game): [],
    }
    for name in names:
        documents[address("/graph/skill", game=game, skill=name)] = card_view(opened, name)
    for fact in graph.facts()[:MOST_CARDS]:
        documents[address("/graph/fact", game=game, fact=fact)] = fact_card(opened, fact)
    if beside is not None:
        compared = address("/graph/compare", game=game, other=BESIDE)
        documents[compared] = differences_view(opened, beside)
    return documents


def plans(opened: Opened, names: list[str]) -> dict[str, Any]:
    """Plans from nothing for every skill and everything that one brings.

    Returns:
        ``plans`` by number, and ``goals``: words -> the number of the plan; see ``offline_plan.js``.
    """
    graph = opened.graph
    goals = dict.fromkeys(names)
    goals |= dict.fromkeys(fact for name in names for fact in graph.belief(name).obtains)
    found: dict[str, dict[str, Any]] = {}
    numbers: dict[str, int] = {}
    for goal in goals:
        try:
            plan = plan_view(opened, goal, {})
        except PlanningError:
            continue
        plan.pop("goal")
        key = _key(plan["facts"])
        found.setdefault(key, plan)
        numbers[_words(goal)] = list(found).index(key)
        numbers.setdefault(_words(plan["understood"]), numbers[_words(goal)])
    return {"plans": list(found.values()), "goals": numbers}


def _key(facts: Mapping[str, int]) -> str:
    return ",".join(f"{fact}={count}" for fact, count in sorted(facts.items()))


def _words(goal: str) -> str:
    """A goal as it is looked up: small letters, no articles."""
    words = goal.lower().replace("_", " ").replace(".", " ").split()
    return " ".join(word for word in words if word not in ("a", "an", "the", "some", "1"))
