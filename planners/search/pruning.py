"""Drop the executions that a plan does not need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from planners.search.rules import Rule, Rules
from planners.search.world import World

AtHand: TypeAlias = tuple[list[int], dict[str, int] | None]
"""What is there before an execution: of each fact that it changes, and the places, where it ends them."""


def at_hand(rule: Rule, world: World) -> AtHand:
    """What is there before an execution of a skill."""
    facts = world.facts
    here = {fact: facts[fact] for fact in world.here} if rule.expires else None
    return [facts.get(change[0], 0) for change in rule.changes], here


def prune(
    rules: Rules, steps: Sequence[Rule], goal: Rule, world: World, known: list[AtHand] | None = None
) -> tuple[list[Rule], dict[str, int]]:
    """Leave out steps until no single step can go without making the plan invalid.

    Args:
        rules: the skills.
        steps: a plan that is executable from `world` and reaches `goal`.
        goal: the goal as a rule, see `Rules.goal_rule`.
        world: the facts at the start.
        known: what is at hand before each of the steps, where that is known.

    Returns:
        The steps left, and what they need to be there at the start.
    """
    while True:
        left, required = _pass(rules, steps, goal, known or _all_at_hand(steps, world.copy()))
        known = None
        if len(left) == len(steps):
            return left, required
        steps = left


def _all_at_hand(steps: Sequence[Rule], world: World) -> list[AtHand]:
    found = []
    for rule in steps:
        found.append(at_hand(rule, world))
        world.execute(rule)
    return found


def _pass(
    rules: Rules, steps: Sequence[Rule], goal: Rule, known: list[AtHand]
) -> tuple[list[Rule], dict[str, int]]:
    """Leave out, from the last step to the first, every step that can go. Linear in the plan's length.

    Before each step it is known what is at hand (from the start) and what must be at hand for the rest of the
    plan (from the goal); a step can go when the one covers the other without it. Leaving out an earlier step
    may free what makes a later one superfluous, which the next pass finds.
    """
    places = rules.places
    required: dict[str, int] = {need.fact: need.there for need in goal.conditions}
    left: list[Rule] = []
    for rule, (held, here) in zip(reversed(steps), reversed(known), strict=True):
        if _needed(rule, required, held, here, places):
            left.append(rule)
            _regress(rule, required, places)
    left.reverse()
    return left, required


def _needed(
    rule: Rule,
    required: dict[str, int],
    held: list[int],
    here: dict[str, int] | None,
    places: frozenset[str],
) -> bool:
    """Whether what was at hand before the step does not cover what must be at hand after it."""
    for value, change in zip(held, rule.changes, strict=True):
        if value < required.get(change[0], 0):
            return True
    if here is not None:
        for fact, count in required.items():
            if fact in places and here.get(fact, 0) < count:
                return True
    return False


def _regress(rule: Rule, required: dict[str, int], places: frozenset[str]) -> None:
    """Turn what must be at hand after the step into what must be at hand before it."""
    if rule.expires:
        for fact in [fact for fact in required if fact in places]:
            del required[fact]
    for fact, count, added, _ in rule.changes:
        if fact in required:
            if added:
                required[fact] -= count
            elif count >= required[fact]:
                del required[fact]
    for fact, there, used in rule.conditions:
        required[fact] = max(there, required.get(fact, 0) + used)
