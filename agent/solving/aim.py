"""What a task means: a policy over skills that was written for it, or facts. Nothing heavy is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent.play.kit import PolicyOverSkills
from agent.solving.policy_choice import named_policy
from envs.game import GameSpec
from planners.goal_parser import LONGEST_GOAL, parse_goal
from planners.goals.refusals import quoted
from planners.graph.graph import SkillGraph
from planners.plan import Goal, facts_in_words

OWN_TASK = "the level's own task, done when the level says so"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is to be reached.

    Attributes:
        goal: the facts; none where only the policy can tell that the task is done.
        policy: the policy over skills that carries it out; None for plans.
        own_task: whether it is the level's own task, see `GameSpec.own_tasks`.
        asked: whether a recorded answer says what the task means.
    """

    goal: Goal
    policy: PolicyOverSkills | None = None
    own_task: bool = False
    asked: bool = False


def read_task(
    text: str, graph: SkillGraph, spec: GameSpec | None, policies: Mapping[str, PolicyOverSkills]
) -> Aim:
    """What a task means without asking anybody: a policy over skills of that name, or facts by their words.

    Raises:
        UnknownGoal: neither; close ones are named.
    """
    if len(text) <= LONGEST_GOAL and (policy := named_policy(policies, text)):
        return aim_of(policy, text)
    return Aim(goal=parse_goal(text, graph, spec))


def aim_of(policy: PolicyOverSkills, text: str) -> Aim:
    """The aim of a policy over skills."""
    facts = f": {facts_in_words(policy.goal)}" if policy.goal else ""
    said = f"the task {quoted(policy.task)}, by a policy over skills{facts}"
    return Aim(goal=Goal(facts=policy.goal, text=text, understood=said), policy=policy)


def with_own_task(aim: Aim, graph: SkillGraph, spec: GameSpec, options: Mapping[str, Any]) -> Aim:
    """The aim, marked where it is the task that the level itself sets."""
    own = spec.own_tasks.get(str(options.get("level")))
    facts = set(aim.goal.facts)
    if not own or not set(own) <= facts:
        return aim
    one_skill = any(facts <= set(graph.belief(skill).obtains) for skill in graph.producers(next(iter(own))))
    if facts != set(own) and not one_skill:
        return aim
    goal = replace(aim.goal, understood=f"{aim.goal.in_words()} ({OWN_TASK})")
    return replace(aim, goal=goal, own_task=True)
