"""Many made-up skills beside the real ones of a graph, none of which is ever the better choice."""

from __future__ import annotations

import random

from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillStats

WAYS = ("copy", "fussy", "bundle", "novelty")
"""Worse copies, worse copies that need more, two skills in one at a high price, things that nothing needs."""


def crowded(graph: SkillGraph, count: int, seed: int = 0) -> SkillGraph:
    """A copy of a graph with so many more skills, a quarter of each of `WAYS`, all available.

    Args:
        graph: at least one of its skills is available.
        count: of the skills to add.
        seed: of what they are made from.
    """
    rng, more = random.Random(seed), graph.copy()
    able = [name for name in graph.skills() if graph.available(name)]
    for number in range(count):
        way, model = WAYS[number % len(WAYS)], rng.choice(able)
        more.add_skill(
            f"{way}_{number}",
            graph.kind(model),
            _effects(graph, way, model, rng.choice(able), rng.choice(list(graph.kinds)), number),
            stats=_worse(graph, model, rng) if way in ("copy", "fussy") else _dear(graph),
            available=True,
            step_cap=graph.step_cap(model),
        )
        if way in ("copy", "fussy"):
            more.set_evidence(f"{way}_{number}", graph.evidence(model))
    return more


def _effects(graph: SkillGraph, way: str, model: str, other: str, fact: str, number: int) -> Effects:
    own, theirs = graph.belief(model), graph.belief(other)
    if way == "fussy":
        return own.model_copy(update={"requires": {fact: 1, **own.requires}})
    if way == "bundle":
        needs = {fact: max(own.needs.get(fact, 0), n) for fact, n in {**own.needs, **theirs.needs}.items()}
        return Effects(requires=needs, obtains={**own.obtains, **theirs.obtains})
    if way == "novelty":
        return Effects(requires=own.requires, obtains={f"novelty.{number}": 1})
    return own


def _worse(graph: SkillGraph, model: str, rng: random.Random) -> SkillStats:
    """A tenth more steps an execution, and more failures."""
    stats = graph.stats(model)
    failures = stats.failures + rng.randint(1, 20) + stats.attempts // 10
    per_try = stats.mean_steps if stats.attempts else graph.step_cap(model) / 2
    return SkillStats(
        successes=stats.successes,
        failures=failures,
        steps=round(1.1 * per_try * (stats.successes + failures)) + 5,
    )


def _dear(graph: SkillGraph) -> SkillStats:
    """As long as the two longest skills together, six times out of ten."""
    longest = max(graph.step_cap(name) for name in graph.skills())
    return SkillStats(successes=6, failures=4, steps=20 * longest)
