"""How a task is carried out: by plans, or by a policy over skills that is kept, recorded or written now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.config import SolveConfig
from agent.play.graphs import full_bars
from agent.play.kit import Kit, PolicyOverSkills
from agent.records.runs import Run
from agent.solving.aim import Aim, aim_of, with_own_task
from agent.solving.policy_choice import keep_policy, recorded_policy, write_policy
from agent.solving.understanding import asked_goal, can_ask
from envs.game import GameSpec
from envs.registry import make_game
from envs.seeding import evaluation_seed
from planners.errors import NoPlan, UnknownGoal
from planners.goal_parser import parse_goal
from planners.graph.graph import SkillGraph
from planners.plan import Goal, Plan
from planners.search.by_chance import with_chance
from planners.search.search import cheapest, require_possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """How a task is carried out: by a plan over the skill graph, or by a policy over skills."""

    aim: Aim
    plan: Plan | None = None

    @property
    def goal(self) -> Goal:
        """What should hold in the end."""
        return self.aim.goal

    @property
    def policy(self) -> PolicyOverSkills | None:
        """The policy over skills that is followed; None for plans."""
        return self.aim.policy


def ready_approach(
    config: SolveConfig, kit: Kit, graph: SkillGraph, spec: GameSpec, aim: Aim
) -> Approach | None:
    """The approach to an aim that needs no model; None where a live model is to write a policy.

    Raises:
        NoPlan: the skills at hand cannot reach it.
    """
    if aim.policy is not None:
        return Approach(aim=aim)
    try:
        return Approach(aim=aim, plan=_first_plan(graph, spec, aim, kit.game_options))
    except NoPlan as error:
        if can_ask(config, error):
            return None
        if spec.known_tasks and not config.untried:
            hint = "skills that are claimed and were never tried serve too with --untried"
            raise NoPlan(f"{error}; {hint}", error.missing) from None
        raise


def asked_approach(
    config: SolveConfig, kit: Kit, graph: SkillGraph, spec: GameSpec, run: Run, aim: Aim | None
) -> Approach:
    """The approach to a task about which a model is asked: its recorded policy, its goal, or a new policy.

    Args:
        config: the task, the model.
        kit: the skills.
        graph: what is believed of them.
        spec: the game.
        run: where answers are noted.
        aim: what the task means, where that is known; then there is no plan for it.

    Raises:
        UnknownGoal, NoPlan, NoPolicyOverSkills: as `agent.solving.solve.solve`.
        LLMError: a live model gave no usable answer.
    """
    reason = "no plan leads there"
    if aim is None:
        if policy := recorded_policy(config, kit, spec, run):
            return Approach(aim=with_own_task(aim_of(policy, config.task), graph, spec, kit.game_options))
        try:
            aim = _read(config, graph, spec, run)
            if ready := ready_approach(config, kit, graph, spec, aim):
                return ready
        except UnknownGoal as error:
            if not can_ask(config, error):
                raise
            reason = str(error)
    run.event("no_plan", reason=reason)
    policy = write_policy(config, kit, spec, run, aim.goal.facts if aim else None)
    if why_not := keep_policy(config, policy):
        run.event("strategy_not_kept", reason=why_not)
    return Approach(aim=aim_of(policy, config.task))


def _read(config: SolveConfig, graph: SkillGraph, spec: GameSpec, run: Run) -> Aim:
    """What the task means by its words, or as a model reads it. Raises `UnknownGoal`."""
    try:
        return Aim(goal=parse_goal(config.task, graph, spec))
    except UnknownGoal:
        if goal := asked_goal(config, spec, run):
            return Aim(goal=goal)
        raise


def _first_plan(graph: SkillGraph, spec: GameSpec, aim: Aim, options: Mapping[str, Any]) -> Plan:
    """The plan at the start: of a task of the catalogue from what it says that it begins with."""
    if aim.task is None:
        return plan_from_start(graph, aim.goal, spec, options)
    start = spec.completed({**full_bars(graph), **aim.task.start})
    plan = with_chance(cheapest, spec.may_bring)(graph, aim.goal, start)
    require_possible(plan, graph)
    return plan


def plan_from_start(
    graph: SkillGraph, goal: Goal, spec: GameSpec, options: Mapping[str, Any] | None = None
) -> Plan:
    """The plan at the start of an episode. Raises `NoPlan`, which says what is missing."""
    game = make_game(spec.name, **(options or {}))
    game.reset(evaluation_seed(0, 0))
    plan = with_chance(cheapest, spec.may_bring)(graph, goal, game.facts())
    game.close()
    require_possible(plan, graph)
    return plan
