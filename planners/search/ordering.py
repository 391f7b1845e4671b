"""The order of a plan: equal executions together, and what is nearest first.

A regression lists executions in the order in which they are needed, so that wood for the second tool is
gathered after the first tool was used, far from the trees. The rules do not say where things are; but what
was just gathered is near, and carrying things costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planners.search.pruning import prune
from planners.search.rules import Rule, Rules
from planners.search.world import World


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
    if not _scattered(grouped):
        return grouped
    start = 0
    begun, valid = world.copy(), True  # how things stand before `start`, and whether all went well until then
    whole: bool | None = None  # whether all goes well to the end; looked at when it matters
    while start < len(grouped):
        rule = grouped[start]
        end = start + 1
        valid = valid and _done(rules, begun, rule)
        if rule.gathers:
            for later in range(start + 1, len(grouped)):
                if grouped[later] is not rule:
                    continue
                if later > end:
                    if whole is None:
                        whole = _within(rules, world) and _valid(rules, grouped, goal, world.copy())
                    between, rest = grouped[end:later], grouped[later + 1 :]
                    if whole and _only_adds(rule):
                        movable = _may_come_before(rules, rule, between, begun)
                    else:
                        movable = valid and _valid(rules, [rule, *between, *rest], goal, begun.copy())
                    if not movable:
                        break
                    grouped = [*grouped[:end], rule, *between, *rest]
                    whole = whole or _within(rules, world)
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


def _scattered(steps: Sequence[Rule]) -> bool:
    """Whether a gathering skill is executed in several places of a plan."""
    seen: set[str] = set()
    last = ""
    for rule in steps:
        if rule.name != last:
            last = rule.name
            if rule.gathers and last in seen:
                return True
            seen.add(last)
    return False


def _valid(rules: Rules, steps: Sequence[Rule], goal: Rule, world: World) -> bool:
    for rule in steps:
        if not _done(rules, world, rule):
            return False
    return world.covers(goal.conditions)


def _within(rules: Rules, world: World) -> bool:
    """Whether no place is held more often than can be."""
    return all(world.facts[fact] <= rules.highs.get(fact, world.facts[fact]) for fact in world.here)


def _only_adds(rule: Rule) -> bool:
    """Whether a skill uses nothing up, and adds to what is there."""
    return not rule.used and all(added for _, _, added, _ in rule.changes)


def _may_come_before(rules: Rules, rule: Rule, between: Sequence[Rule], begun: World) -> bool:
    """Whether an execution after `between` may come before it instead, in a plan that is valid as it is.

    The skill only adds to what is there, and has just been executed, so that it ends no place held. All other
    executions find what they found before, or more; so only what can be carried is to be looked at.

    Args:
        rules: the skills.
        rule: the skill.
        between: the executions that it is to come before.
        begun: the facts before these.
    """
    if not begun.covers(rule.conditions):
        return False
    for fact, count, _, _ in rule.changes:
        high = rules.highs.get(fact)
        if high is None:
            continue
        level = begun.facts.get(fact, 0) + count
        if level > high:
            return False
        for step in between:
            for used, n in step.used:
                if used == fact:
                    level -= n
            if fact in step.gives:
                level += step.gives[fact]
                if level > high:
                    return False
    return True


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
