"""Two libraries side by side: which skills only one has, where they differ in success, and in belief."""

from __future__ import annotations

from typing import Any

from agent.web.views.card import stats_view
from agent.web.views.opened import Opened
from agent.web.views.scene import state_of
from planners.graph.graph import SkillGraph


def differences_view(one: Opened, other: Opened) -> dict[str, Any]:
    """What differs between two libraries of a game.

    Two rates count as different when their 95 % intervals do not meet, which is stricter than a test at 5 %.

    Returns:
        ``only_here``, ``only_there``: names; ``differ``: rows with both states, both statistics, whether the
        rates differ, and the beliefs that do; ``alike``: how many skills say the same.
    """
    here, there = one.graph, other.graph
    rows = [_row(one, other, name) for name in here.skills() if name in there]
    differ = [row for row in rows if row["rates_differ"] or row["beliefs"] or row["here"] != row["there"]]
    return {
        "only_here": [name for name in here.skills() if name not in there],
        "only_there": [name for name in there.skills() if name not in here],
        "differ": differ,
        "alike": len(rows) - len(differ),
    }


def _row(one: Opened, other: Opened, name: str) -> dict[str, Any]:
    here, there = one.graph.stats(name), other.graph.stats(name)
    first, second = stats_view(here), stats_view(there)
    apart = bool(first["interval"] and second["interval"]) and (
        first["interval"][1] < second["interval"][0] or second["interval"][1] < first["interval"][0]
    )
    return {
        "skill": name,
        "here": state_of(one, name),
        "there": state_of(other, name),
        "stats_here": first,
        "stats_there": second,
        "rates_differ": apart,
        "beliefs": _beliefs(one.graph, other.graph, name),
    }


def _beliefs(one: SkillGraph, other: SkillGraph, name: str) -> list[dict[str, Any]]:
    """Counts that are believed otherwise; 0 where it is not believed at all."""
    here = {(e.role, e.fact): e.believed for e in one.skill_corrections(name)}
    there = {(e.role, e.fact): e.believed for e in other.skill_corrections(name)}
    return [
        {"role": role, "fact": fact, "here": here.get((role, fact), 0), "there": there.get((role, fact), 0)}
        for role, fact in dict.fromkeys((*here, *there))
        if here.get((role, fact), 0) != there.get((role, fact), 0)
    ]
