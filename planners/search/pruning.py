"""Drop the executions that a plan does not need."""

from __future__ import annotations

from collections.abc import Sequence

from planners.search.rules import Rule, Rules, World


def prune(rules: Rules, steps: Sequence[Rule], goal: Rule, world: World) -> tuple[list[Rule], dict[str, int]]:
    """Leave out steps until no single step can go without making the plan invalid.

    Args:
        rules: the skills.
        steps: a plan that is executable from `world` and reaches `goal`.
        goal: the goal as a rule, see `Rules.goal_rule`.
        world: the facts at the start.

    Returns:
        The steps left, and what they need to be there at the start.
    """
    while True:
        left, required = _pass(rules, steps, goal, world.copy())
        if len(left) == len(steps):
            return left, required
        steps = left


def _pass(rules: Rules, steps: Sequence[Rule], goal: Rule, world: World) -> tuple[list[Rule], dict[str, int]]:
    """Leave out, from the last step to the first, every step that can go. Linear in the plan's length.

    Before each step it is known what is at hand (from the start) and what must be at hand for the rest of the
    plan (from the goal); a step can go when the one covers the other without it. Leaving out an earlier step
    may free what makes a later one superfluous, which the next pass finds.
    """
    at_hand = []
    for rule in steps:
        held = {fact: world.facts.get(fact, 0) for fact in rule.gives}
        here = {fact: world.facts[fact] for fact in world.here} if rule.expires else {}
        at_hand.append((held, here))
        world.execute(rule)
    required: dict[str, int] = {need.fact: need.there for need in (*goal.needs, *goal.places)}
    left: list[Rule] = []
    for rule, (held, here) in zip(reversed(steps), reversed(at_hand), strict=True):
        if _needed(rules, rule, required, held, here):
            left.append(rule)
            _regress(rules, rule, required)
    left.reverse()
    return left, required


def _needed(
    rules: Rules, rule: Rule, required: dict[str, int], held: dict[str, int], here: dict[str, int]
) -> bool:
    """Whether what was at hand before the step does not cover what must be at hand after it."""
    if any(held[fact] < required.get(fact, 0) for fact in rule.gives):
        return True
    return rule.expires and any(
        here.get(fact, 0) < count for fact, count in required.items() if rules.place(fact)
    )


def _regress(rules: Rules, rule: Rule, required: dict[str, int]) -> None:
    """Turn what must be at hand after the step into what must be at hand before it."""
    if rule.expires:
        for fact in [fact for fact in required if rules.place(fact)]:
            del required[fact]
    for fact, count in rule.gives.items():
        if fact in required:
            if rules.gain(fact):
                required[fact] -= count
            elif count >= required[fact]:
                del required[fact]
    for need in (*rule.needs, *rule.places):
        required[need.fact] = max(need.there, required.get(need.fact, 0) + need.used)
