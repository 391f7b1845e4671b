"""What one unit of every fact costs from scratch: a fixed point over the whole graph."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable

from planners.search.rules import Rule, Rules, UnitCosts

MISSING_COST = 1e9
"""Cost of one unit of something that no skill produces; any plan without it is cheaper."""


def unit_costs(rules: Rules, own: Callable[[Rule], float], free: Iterable[str] = ()) -> UnitCosts:
    """Settle facts cheapest first; a skill's cost is known once everything it needs is settled.

    The cost of a skill that yields several units is shared among them, so a unit may cost less than what the
    skill needs; the order of settling keeps the choices free of circles. O((facts + needs) log facts).

    Args:
        rules: the skills.
        own: cost of one execution of a skill by itself.
        free: facts that cost nothing, because some of them are at hand.

    Source: Knuth, "A generalization of Dijkstra's algorithm" (1977), with shared batch costs added.
    """
    total: dict[str, float] = {}
    waiting: dict[str, int] = {}
    heap: list[tuple[float, int, str]] = []
    by_order: dict[int, Rule] = {}
    unit: dict[str, float] = {}
    choice: dict[str, Rule] = {}

    def offer(rule: Rule) -> None:
        for fact, count in rule.gives.items():
            if fact not in unit:
                share = total[rule.name] / count if rules.gain(fact) else total[rule.name]
                heapq.heappush(heap, (share, rule.order, fact))

    for fact in free:
        heap.append((0.0, -1, fact))
    for fact in rules.needed_by:
        if fact not in rules.producers:
            heap.append((MISSING_COST, -1, fact))
    heapq.heapify(heap)
    for rule in rules.rules.values():
        by_order[rule.order] = rule
        total[rule.name] = own(rule)
        waiting[rule.name] = len(rule.needs) + len(rule.places)
        if not waiting[rule.name]:
            offer(rule)
    while heap:
        cost, order, fact = heapq.heappop(heap)
        if fact in unit:
            continue
        unit[fact] = cost
        if order >= 0:
            choice[fact] = by_order[order]
        for rule, amount in rules.needed_by.get(fact, ()):
            total[rule.name] += amount * cost
            waiting[rule.name] -= 1
            if not waiting[rule.name]:
                offer(rule)
    return UnitCosts(unit, choice)


def least_costs(rules: Rules, own: Callable[[Rule], float], free: Iterable[str]) -> dict[str, float]:
    """A lower bound on the cost of plans that bring each fact: its costliest chain of skills, each run once.

    Args:
        rules: the skills.
        own: cost of one execution of a skill by itself.
        free: facts some of which are at hand.

    Returns:
        Fact -> bound; at least `MISSING_COST` where something that no skill produces is needed. A fact that
        cannot be had at all is not in it. Source: the max heuristic of heuristic-search planning.
    """
    waiting = {rule.name: len(rule.needs) + len(rule.places) for rule in rules.rules.values()}
    heap = [(0.0, fact) for fact in free]
    heap += [(MISSING_COST, fact) for fact in rules.needed_by if fact not in rules.producers]
    heap += [
        (own(rule), fact) for rule in rules.rules.values() if not waiting[rule.name] for fact in rule.gives
    ]
    heapq.heapify(heap)
    bounds: dict[str, float] = {}
    while heap:
        bound, fact = heapq.heappop(heap)
        if fact in bounds:
            continue
        bounds[fact] = bound
        for rule, _ in rules.needed_by.get(fact, ()):
            waiting[rule.name] -= 1
            if not waiting[rule.name]:
                for given in rule.gives:
                    heapq.heappush(heap, (bound + own(rule), given))
    return bounds


def cost_of(costs: UnitCosts, fact: str, amount: int) -> float:
    """Cost of `amount` units of a fact; infinite when only a cycle of skills produces it."""
    if fact in costs.unit:
        return costs.unit[fact] * amount
    return math.inf
