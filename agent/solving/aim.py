"""What a task means: a policy over skills that was written for it, or facts. Nothing heavy is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from agent.play.kit import PolicyOverSkills
from agent.solving.known_tasks import goal_of, known_task
from agent.solving.policy_choice import named_policy
from envs.game import GameSpec, KnownTask
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
        own_task: whether it is the level's own task, see `GameSpec.own_tasks`, or one of the game's catalogue
            that every episode begins with.
        task: that task of the catalogue; None for none.
        asked: whether a recorded answer says what the task means.
    """

    goal: Goal
    policy: PolicyOverSkills | None = None
    own_task: bool = False
    task: KnownTask | None = None
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


def begun_task(text: str, spec: GameSpec, options: Mapping[str, Any]) -> Aim | None:
    """The aim of a task of the game's catalogue that every episode begins with; None where none is named.

    A task that the options name is begun in any case; it is the aim only where the text names the same.

    Raises:
        UnknownTask: it looks like the id of a task, and there is none of that name.
        UnknownGoal: no facts tell when it is done.
    """
    task = known_task(spec, text) if spec.task_option else None
    given = str(options.get(spec.task_option, ""))
    begun = known_task(spec, given) if task and given else task
    if task is None or begun is None or begun.name != task.name:
        return None
    return Aim(goal=goal_of(task, text), own_task=True, task=task)


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
