"""How much each skill keeps the others out of reach: where practice down the graph helps most.

Source of the idea: Skill-it (Chen et al. 2023), which spends more on the skills that others are learned from.
Here the order of skills is known: it is the skill graph.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from planners.graph.graph import SkillGraph

UNTRIED_RATE = 0.5
"""Success rate of a skill that was never tried: anything is possible."""
LEAST_RATE = 0.05
"""Success rate that a skill which never succeeded counts with, so that none makes all others worthless."""


def limiting(
    graph: SkillGraph, goals: Sequence[str], rates: Mapping[str, float], always: Iterable[str] = ()
) -> dict[str, float]:
    """Skill -> how many of the goals it would bring within reach if only it were perfect.

    A goal is within reach with the product of the success rates of all skills that it takes, itself
    included; each is taken once.

    Args:
        graph: what skills need and bring.
        goals: skills.
        rates: success rate of the skills that were tried, 0..1.
        always: skills that every goal takes, because the player's life depends on them.
    """
    value = {name: max(LEAST_RATE, rates.get(name, UNTRIED_RATE)) for name in graph.skills()}
    gains: dict[str, float] = dict.fromkeys(value, 0.0)
    always = [name for name in always if name in value]
    for goal in goals:
        taken = {*_taken(graph, goal, value), *always}
        reach = math.prod(value[name] for name in taken)
        for name in taken:
            gains[name] += reach / value[name]
    return gains


def _taken(graph: SkillGraph, goal: str, value: Mapping[str, float]) -> set[str]:
    """The goal and the skills that it takes, each need by its best producer; cycles are walked once."""
    taken: set[str] = set()
    waiting = [goal]
    while waiting:
        name = waiting.pop()
        if name in taken:
            continue
        taken.add(name)
        for fact in graph.belief(name).needs:
            producers = [p for p in graph.producers(fact) if p != name]
            if producers:
                waiting.append(max(producers, key=lambda p: (graph.available(p), value[p])))
    return taken
