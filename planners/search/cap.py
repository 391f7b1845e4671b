"""Which producers of a fact a plan may choose among: the cheapest few, however large the library is.

They are chosen by what they do; names and descriptions count for nothing. Half of them are those that bring
the fact at the least cost from nothing, what they need included; the other half are those that cost least
by themselves, for when what they need is at hand. Of skills that can replace each other in any plan there is
one in reserve, for when the cheapest keeps failing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from planners.search.costs import unit_costs
from planners.search.rules import Rule, Rules

ALIKE: Final = 2
"""How many of the chosen can replace each other."""
STEPS_PER_DOUBLING: Final = 8
"""Costs that differ by less than one of these steps count as equal, and the older skill is preferred, so that
the choice does not change with every execution."""


def choices(rules: Rules, most: int) -> Mapping[str, frozenset[str]]:
    """Fact -> names of the skills that plans may choose among; only facts that more than `most` produce."""
    crowded = {fact: able for fact, able in rules.producers.items() if len(able) > most}
    if not crowded:
        return {}
    own = {rule.name: rounded_cost(rule) for able in crowded.values() for rule in able}
    unit = unit_costs(rules, rounded_cost).unit
    whole = {name: cost + _needs_cost(rules, rules.rules[name], unit) for name, cost in own.items()}
    return {
        fact: _chosen(able, fact, whole, own, most)
        if rules.gain(fact)
        else _of_every_value(able, fact, whole, own, most)
        for fact, able in crowded.items()
    }


def rounded_cost(rule: Rule) -> float:
    """The cost of one execution, in steps of about a tenth."""
    cost = max(rule.cost, 1e-9)
    return float(2 ** (round(STEPS_PER_DOUBLING * math.log2(cost)) / STEPS_PER_DOUBLING))


def _needs_cost(rules: Rules, rule: Rule, unit: Mapping[str, float]) -> float:
    """Expected steps to bring from nothing what a skill needs; infinite where that cannot be had."""
    return sum(
        unit.get(fact, math.inf) * (there if rules.gain(fact) else 1) for fact, there, _ in rule.conditions
    )


def _of_every_value(
    able: Sequence[Rule], fact: str, whole: Mapping[str, float], own: Mapping[str, float], most: int
) -> frozenset[str]:
    """Those chosen among the skills that bring a fact to the same value: what brings less crowds none out."""
    by_value: dict[int, list[Rule]] = {}
    for rule in able:
        by_value.setdefault(rule.gives[fact], []).append(rule)
    return frozenset[str]().union(*(_chosen(same, "", whole, own, most) for same in by_value.values()))


def _chosen(
    able: Sequence[Rule], shared: str, whole: Mapping[str, float], own: Mapping[str, float], most: int
) -> frozenset[str]:
    """The first by the whole cost and by its own, in turn; per unit of `shared`, if there is one."""
    orders = [
        iter(sorted(able, key=lambda rule: (costs[rule.name] / rule.gives.get(shared, 1), rule.order)))
        for costs in (whole, own)
    ]
    chosen: list[Rule] = []
    while orders and len(chosen) < most:
        order = orders.pop(0)
        found = next((rule for rule in order if _wanted(rule, chosen, own)), None)
        if found is not None:
            chosen.append(found)
            orders.append(order)
    return frozenset(rule.name for rule in chosen)


def _wanted(rule: Rule, chosen: Sequence[Rule], own: Mapping[str, float]) -> bool:
    """Whether a skill is not chosen yet, and fewer than `ALIKE` that can replace it at no more cost are."""
    alike = 0
    for other in chosen:
        alike += own[other.name] <= own[rule.name] and other.stands_for(rule)
        if other is rule or alike == ALIKE:
            return False
    return True
