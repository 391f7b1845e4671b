"""The facts after a plan, by the graph's rules."""

from __future__ import annotations

from collections.abc import Sequence

from envs.errors import did_you_mean
from envs.facts import Facts
from planners.errors import NoPlan
from planners.search.compiled import rules_of
from planners.search.skill_table import SkillTable
from planners.search.world import World


def amounts(counts: dict[str, int]) -> str:
    """Facts with counts, in words.

    >>> amounts({"iron": 3, "coal": 1})
    '3 iron, 1 coal'
    """
    return ", ".join(f"{count} {fact}" for fact, count in counts.items())


def simulate(graph: SkillTable, steps: Sequence[str], have: Facts) -> dict[str, int]:
    """The facts after executing skills in order, every one with success.

    Things used up are deducted, things required are kept, a find skill ends every place but its own.

    Raises:
        NoPlan: a step names no skill, or lacks something; the message says which step, skill and what.
    """
    rules = rules_of(graph, only_available=False, limited=False)
    world = World(rules, have)
    for i, name in enumerate(steps):
        rule = rules.rules.get(name)
        if rule is None:
            hint = did_you_mean(name, rules.rules)
            raise NoPlan(f"step {i} of {len(steps)}: the graph has no skill {name!r}{hint}")
        lacks = world.lacks(rule.conditions)
        if lacks:
            raise NoPlan(f"step {i} of {len(steps)}: {name} lacks {amounts(lacks)}")
        world.execute(rule)
    return world.facts
