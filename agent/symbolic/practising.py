"""Claims tried out in a symbolic world: every skill from many situations, each execution being evidence.

The situations are those that practice comes by or seeks out: what is believed to be needed is there,
sometimes with more of it, sometimes with one thing less; a table or a furnace happens to stand near; other
things are carried. Recipes are never looked at.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

from envs.minecraft.symbolic import Operation, SymbolicWorld
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Verdict
from skills.skill import reached

EXECUTIONS: Final = 40
"""Executions of every skill."""

_STATIONS: Final = ("near.table", "near.furnace")
_WORLDS: Final = ("in.overworld", "in.nether", "in.end")
_MOST_OTHERS: Final = 3


def practise(
    graph: SkillGraph, operations: Mapping[str, Operation], *, seed: int = 0, executions: int = EXECUTIONS
) -> int:
    """Execute every skill that crafts, smelts, places or gathers, and record what happened in the graph.

    Finding and travelling are left out: what they need cannot be told by items.

    Returns:
        How many executions succeeded.
    """
    rng = random.Random(seed)
    carried = sorted(
        {fact for name in graph.skills() for fact in graph.claim(name).obtains if "." not in fact}
    )
    successes = 0
    for name in graph.skills():
        if operations[name].verb in ("find", "reach"):
            continue
        for attempt in range(executions):
            facts = _situation(graph, name, carried, attempt, rng)
            world = SymbolicWorld.where(facts, rng.randrange(2**30))
            successes += _execute(graph, name, operations[name], world)
    return successes


def _situation(
    graph: SkillGraph, name: str, carried: list[str], attempt: int, rng: random.Random
) -> dict[str, int]:
    """Facts to begin with: what is believed to be needed, or more; every third time one thing less."""
    facts = dict(graph.belief(name).needs)
    more = rng.choice((1, 1, 2, 3))
    facts = {fact: count * more if "." not in fact else count for fact, count in facts.items()}
    for station in _STATIONS:
        if rng.random() < 0.5:
            facts[station] = 1
    for item in rng.sample(carried, min(len(carried), rng.randint(0, _MOST_OTHERS))):
        facts[item] = facts.get(item, 0) + rng.randint(1, 4)
    if attempt % 3 == 2:
        _take_one_away(facts, list(graph.belief(name).needs), graph.belief(name).needs, rng)
    if not any(facts.get(world) for world in _WORLDS):
        facts["in.overworld"] = 1
    return facts


def _take_one_away(
    facts: dict[str, int], needed: list[str], needs: Mapping[str, int], rng: random.Random
) -> None:
    if needed:
        fact = rng.choice(needed)
        facts[fact] = needs[fact] - 1
        if not facts[fact]:
            del facts[fact]


def _execute(graph: SkillGraph, name: str, operation: Operation, world: SymbolicWorld) -> bool:
    before = world.facts()
    acted = world.do(operation)
    after = world.facts()
    success = acted and reached(judged(graph, name), graph.kinds, before, after)
    verdict = Verdict(outcome="done" if success else "not_done", reason="symbolic", judge="facts")
    graph.record(Execution(skill=name, verdict=verdict, env_steps=1, before=before, after=after))
    return success


def judged(graph: SkillGraph, name: str) -> dict[str, int]:
    """What success of a skill is judged by: at least one of the first thing that was claimed to come."""
    claimed = graph.claim(name).obtains
    first = next(iter(claimed))
    return {first: 1 if graph.kinds.get(first) in ("count", "event") else claimed[first]}
