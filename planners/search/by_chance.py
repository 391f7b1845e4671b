"""Plans that count on luck: what an event may bring, where no skill brings it on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from envs.facts import Facts
from planners.plan import Goal, Plan
from planners.search.skill_table import SkillTable

Search: TypeAlias = Callable[..., Plan]
"""A search as in `planners.search.search`: the graph, a goal, the facts now, and its own keywords."""


def with_chance(search: Search, may_bring: Mapping[str, Iterable[str]]) -> Search:
    """A search that, where it misses only what an event may bring, plans for the event first.

    Who carries such a plan out looks at the facts after every skill and plans again, so the event is brought
    about until it has brought what is needed.

    Args:
        search: the search.
        may_bring: event -> facts that may rise with it, see `GameSpec.may_bring`.

    Returns:
        A search whose plans say in `Plan.hoped` what they count on.
    """
    events = {fact: event for event, facts in may_bring.items() for fact in facts}

    def find(graph: SkillTable, goal: Goal, have: Facts, **options: Any) -> Plan:
        plan = search(graph, goal, have, **options)
        if plan.possible or not set(plan.missing) <= set(events):
            return plan
        event = events[next(iter(plan.missing))]
        first = search(graph, Goal(facts={event: have.get(event, 0) + 1}), have, **options)
        granted = {**have, **{fact: have.get(fact, 0) + count for fact, count in plan.missing.items()}}
        then = search(graph, goal, granted, **options)
        if not (first.possible and first.steps and then.possible):
            return plan
        return Plan(
            goal=goal,
            steps=(*first.steps, *then.steps),
            expected_steps=first.expected_steps + then.expected_steps,
            success_probability=first.success_probability * then.success_probability,
            hoped=dict.fromkeys(plan.missing, first.steps[-1]),
            step_costs=(*first.step_costs, *then.step_costs),
            step_chances=(*first.step_chances, *then.step_chances),
        )

    return find
