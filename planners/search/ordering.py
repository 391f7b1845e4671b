"""The order of a plan: equal executions together, and what is nearest first.

A regression lists executions in the order in which they are needed, so that wood for the second tool is
gathered after the first tool was used, far from the trees. The rules do not say where things are; but what
was just gathered is near, and carrying things costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planners.search.pruning import prune
from planners.search.rules import Rule, Rules, World


def group(rules: Rules, steps: Sequence[Rule], goal: Rule, world: World) -> list[Rule]:
    """Move later executions of a gathering skill up to its first one, as far as the plan stays valid.

    Args:
        rules: the skills.
        steps: a plan that is executable from `world` and reaches `goal`.
        goal: the goal as a rule, see `Rules.goal_rule`.
        world: the facts at the start.

    Returns:
        A plan as valid as the old one, and never longer: what becomes superfluous is left out.
    """
    grouped = list(steps)
    start = 0
    begun, valid = world.copy(), True  # how things stand before `start`, and whether all went well until then
    while start < len(grouped):
        rule = grouped[start]
        end = start + 1
        valid = valid and _done(rules, begun, rule)
        if _gathers(rules, rule):
            for later in range(start + 1, len(grouped)):
                if grouped[later] is not rule:
                    continue
                if later > end:
                    rest = [*grouped[end:later], *grouped[later + 1 :]]
                    if not (valid and _valid(rules, [rule, *rest], goal, begun.copy())):
                        break
                    grouped = [*grouped[:end], rule, *rest]
                valid = valid and _done(rules, begun, rule)
                end += 1
        start = end
    if grouped != list(steps):
        grouped, _ = prune(rules, grouped, goal, world)
    return grouped


def nearest_first(
    rules: Rules, steps: Sequence[Rule], goal: Rule, world: World, price: Callable[[Rule], float]
) -> list[Rule]:
    """Begin with whatever is nearest among all that the plan could begin with.

    Args:
        rules: the skills.
        steps: a plan that is executable from `world` and reaches `goal`.
        goal: the goal as a rule, see `Rules.goal_rule`.
        world: the facts at the start.
        price: what executing a skill now would cost.

    Returns:
        A plan as valid as the old one, and never longer. Only its beginning is chosen: after every execution
        the plan is made again.
    """
    if len(steps) < 2:
        return list(steps)
    best, begun = price(steps[0]), list(steps)
    tried = {steps[0].name}
    for i, rule in enumerate(steps):
        if rule.name in tried or not world.covers(rule.conditions):
            continue
        tried.add(rule.name)
        cost = price(rule)
        if cost >= best:
            continue
        end = i + 1
        while end < len(steps) and _follows(rule, steps[end]):
            end += 1
        moved = [*steps[i:end], *steps[:i], *steps[end:]]
        if _valid(rules, moved, goal, world.copy()):
            best, begun = cost, moved
    return begun


def _follows(first: Rule, later: Rule) -> bool:
    """Whether `later` makes use of a place that `first` leads to."""
    return any(need.fact in first.gives for need in later.places)


def _gathers(rules: Rules, rule: Rule) -> bool:
    """Whether a skill brings things to carry, wherever the player stands and without standing somewhere."""
    carried = any(rules.kinds.get(fact, "count") == "count" for fact in rule.gives)
    return carried and not rule.places and not rule.place


def _valid(rules: Rules, steps: Sequence[Rule], goal: Rule, world: World) -> bool:
    return all(_done(rules, world, rule) for rule in steps) and world.covers(goal.conditions)


def _done(rules: Rules, world: World, rule: Rule) -> bool:
    """Execute a skill; says whether it had all that it needs and what it gives can be carried."""
    if not world.covers(rule.conditions):
        return False
    world.execute(rule)
    for fact, _, _, _ in rule.changes:
        high = rules.highs.get(fact)
        if high is not None and world.facts[fact] > high:
            return False
    return True
