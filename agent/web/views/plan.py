"""A plan for a goal that somebody typed: its steps, what they cost, what else would do, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from math import prod
from pathlib import Path
from typing import Any

from agent.errors import BadConfig
from agent.play.graphs import full_bars, require_facts
from agent.records.outcomes import outcomes_of
from agent.records.reached import reached
from agent.web.views.opened import Opened
from envs.text import plain
from planners.errors import PlanningError
from planners.goal_parser import parse_goal
from planners.goals.meanings import Vocabulary
from planners.graph.graph import SkillGraph
from planners.plan import Goal, Plan
from planners.search.by_chance import with_chance
from planners.search.search import cheapest
from skills.interval import wilson

SHUNNED = 1e4
"""Factor on the cost of a skill when it is asked what would be done without it."""

LONGEST_TUNED = 200
"""Executions of a plan up to which other ways are looked for."""

MOST_ALTERNATIVES = 6
"""Skills of a plan for which another way is looked for."""


def plan_view(opened: Opened, goal: str, have: Mapping[str, int], runs: Path | None = None) -> dict[str, Any]:
    """The plan of least expected cost.

    Args:
        opened: the library.
        goal: what to reach, in words, as a fact or as a skill.
        have: facts at the start; bars such as health are full unless they are among them.
        runs: folder of runs that may have played for this goal; None for none.

    Returns:
        ``understood``, ``steps`` (equal ones that follow each other together), the expected steps and chance
        of the whole, what became of it in play (with nothing carried, which would make it another task),
        ``alternatives`` and ``missing``.

    Raises:
        UnknownGoal: the words mean nothing; close ones are named.
        BadConfig: `have` names a fact that the graph does not know, or something that is no count.
        SearchTooDeep: the plan would be too long.
    """
    graph = opened.graph
    facts = {**full_bars(graph), **require_facts(have, graph)}
    wanted = parse_goal(goal, graph, opened.spec, _vocabulary(opened))
    plan = _search(opened, wanted, facts)
    return {
        "goal": goal,
        "understood": wanted.in_words(),
        "facts": dict(wanted.facts),
        "have": dict(have),
        "possible": plan.possible,
        "steps": _steps(plan),
        "executions": len(plan.steps),
        **_whole(opened, plan),
        "played": None if have else _played(opened, wanted, runs),
        "measured": None if have else _measured(opened, wanted),
        "hoped": dict(plan.hoped),
        "missing": [_missing(opened, fact, count) for fact, count in plan.missing.items()],
        "alternatives": _alternatives(opened, wanted, facts, plan),
    }


def read_have(text: str) -> dict[str, int]:
    """Facts from a text such as ``wood=3, stone=1``. Raises `BadConfig` for anything else.

    >>> read_have("wood=3, stone = 1")
    {'wood': 3, 'stone': 1}
    """
    facts: dict[str, int] = {}
    for part in text.replace(" = ", "=").replace(",", " ").split():
        name, _, count = part.partition("=")
        if not name or not re.fullmatch("[0-9]{1,9}", count):
            raise BadConfig(
                f"carried {plain(part, 80)!r}; expected fact=count, e.g. wood=3, several parted by spaces"
            )
        facts[name] = int(count)
    return facts


def _vocabulary(opened: Opened) -> Vocabulary:
    """The names that goals may use; kept for the library asked last: large ones take a second."""
    known = _kept.get("last")
    if known is None or known[0] is not opened or known[1] != opened.graph.revision:
        known = opened, opened.graph.revision, Vocabulary(opened.graph, opened.spec)
        _kept["last"] = known
    return known[2]


_kept: dict[str, tuple[Opened, int, Vocabulary]] = {}


def _search(opened: Opened, goal: Goal, facts: Mapping[str, int], without: str = "") -> Plan:
    find = with_chance(cheapest, opened.spec.may_bring if opened.spec else {})
    penalties = {without: SHUNNED} if without else None
    only = opened.store is not None
    return find(opened.graph, goal, facts, penalties=penalties, only_available=only)


def _steps(plan: Plan) -> list[dict[str, Any]]:
    """Equal steps in a row as one, with what one of them costs and how often it works at the first try."""
    each = list(zip(plan.steps, plan.step_costs, plan.step_chances, strict=True))
    grouped = [(name, list(some)) for name, some in groupby(each, key=lambda step: step[0])]
    return [
        {
            "skill": name,
            "times": len(some),
            "steps": round(sum(cost for _, cost, _ in some), 1),
            "chance": round(some[0][2], 4),
            **({"together": round(prod(chance for _, _, chance in some), 4)} if len(some) > 1 else {}),
        }
        for name, some in grouped
    ]


def _whole(opened: Opened, plan: Plan) -> dict[str, Any]:
    """The estimate of the whole: every step at the first try, with what the evidence for each allows.

    The bounds take every skill at the bounds of its 95 % interval, all at once, so they are wide on purpose.
    """
    bounds = {}
    for name in dict.fromkeys(plan.steps):
        stats = opened.graph.stats(name)
        bounds[name] = wilson(stats.successes, stats.attempts)
    return {
        "expected_steps": round(plan.expected_steps, 1),
        "chance": round(plan.success_probability, 4),
        "chance_low": round(prod(bounds[name].low for name in plan.steps), 4),
        "chance_high": round(prod(bounds[name].high for name in plan.steps), 4),
        "weakest": min(bounds, key=lambda name: opened.graph.stats(name).success_rate, default=""),
    }


def _played(opened: Opened, goal: Goal, runs: Path | None) -> dict[str, Any] | None:
    """How often the goal was reached in play, dangers and guards included; None where it was not played."""
    if runs is None or opened.store is None:
        return None
    outcomes = outcomes_of(runs, opened.game, goal.facts, opened.store.root)
    return None if outcomes is None else outcomes.to_record()


def _measured(opened: Opened, goal: Goal) -> dict[str, Any] | None:
    """The rate that comes with the library; None for a graph without one."""
    return None if opened.store is None else reached(opened.store.folder, goal.facts).to_record()


def _missing(opened: Opened, fact: str, count: int) -> dict[str, Any]:
    """A fact that cannot be had, and who might bring it one day."""
    return {
        "fact": fact,
        "count": count,
        "might": [name for name in opened.graph.producers(fact) if not opened.graph.available(name)],
        "cannot": [name for name in opened.graph.producers(fact) if opened.graph.available(name)],
    }


def _alternatives(opened: Opened, goal: Goal, facts: Mapping[str, int], plan: Plan) -> list[dict[str, Any]]:
    """For skills of the plan that others could stand in for: the best plan without them, and why not."""
    if len(plan.steps) > LONGEST_TUNED:
        return []
    graph = opened.graph
    used = list(dict.fromkeys(plan.steps))
    wanted = {fact for step in used for fact in graph.belief(step).needs}
    found: list[dict[str, Any]] = []
    for name in used:
        others = _others(graph, name, wanted)
        if others and len(found) < MOST_ALTERNATIVES:
            instead = _without(opened, goal, facts, plan, name, others)
            found.append({"skill": name, "others": others, **instead})
    return found


def _others(graph: SkillGraph, name: str, wanted: set[str]) -> list[str]:
    """Other skills that bring one of the things that this one is there for."""
    given = graph.belief(name).obtains
    useful = [fact for fact in given if fact in wanted] or list(given)
    others = dict.fromkeys(other for fact in useful for other in graph.producers(fact))
    return [other for other in others if other != name]


def _only_from(opened: Opened, skill: str, maker: str) -> list[str]:
    """What a skill needs that `maker` alone brings."""
    graph = opened.graph
    return [fact for fact in graph.belief(skill).needs if graph.producers(fact) == (maker,)]


def _without(
    opened: Opened, goal: Goal, facts: Mapping[str, int], plan: Plan, name: str, others: Iterable[str]
) -> dict[str, Any]:
    try:
        other = _search(opened, goal, facts, without=name)
    except PlanningError:
        return {"why": "none", "steps": [], "needs": {}}
    if name in other.steps or not other.possible:
        needs = {one: _only_from(opened, one, name) for one in others}
        return {"why": "none", "steps": [], "needs": needs}
    return {
        "why": "dearer" if other.expected_steps >= plan.expected_steps else "riskier",
        "steps": _steps(other),
        "expected_steps": round(other.expected_steps, 1),
        "chance": round(other.success_probability, 4),
    }
