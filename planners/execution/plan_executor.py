"""Carries out goals in a game: plan, run the first skill, look at the facts, plan again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.errors import NoPlan, PlanningError
from planners.execution.events import PlanMade, Replanned, SkillStruck
from planners.execution.play_result import PlayResult
from planners.execution.skill_executor import Play, SkillExecutor
from planners.execution.strikes import Strikes
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Goal, Outcome, Plan
from planners.search.search import cheapest, cheapest_goal, require_possible
from skills.code.functions import NO_PLAN
from skills.skill import lacking

REFUSED_GOAL_COOLDOWN = 20
"""Environment steps for which a goal is not planned for, after its next skill could not start."""


class SearchFunction(Protocol):
    """The signature of `planners.search.search.cheapest`."""

    def __call__(self, graph: SkillGraph, goal: Goal, have: Facts, *, penalties: Mapping[str, float]) -> Plan:
        """A plan from the facts to the goal."""
        ...


@dataclass(slots=True, kw_only=True)
class _PlanPlay(Play):
    """A play by plans.

    Attributes:
        several: whether it is for several goals, which are reached in any order.
        pending: goals not reached yet.
        reached: goals reached, in that order.
        resting: identity of a goal -> step counter until which it rests.
        strikes: failures so far.
        plans: plans made.
    """

    several: bool
    pending: list[Goal]
    reached: list[Goal] = field(default_factory=list)
    resting: dict[int, int] = field(default_factory=dict)
    strikes: Strikes = field(default_factory=Strikes)
    plans: int = 0


@dataclass(eq=False, repr=False, kw_only=True)
class PlanExecutor(SkillExecutor):
    """Pursues goals by plans.

    After every skill the plan is made again from the game's facts, and its first step is run. A skill that
    fails twice in a row on a plan that has not become shorter costs more from then on, so that the search
    takes another way; where there is none, a fallback skill runs before it is tried again. The first fallback
    that is ready is taken.

    Args:
        search: finds the plan for a single goal.
        max_failures: attempts in a row without success after which the play for a single goal ends. With
            several goals, only attempts that took no step count, because there the steps are the limit.
        goal_cooldown: with several goals, steps for which a goal is not planned for after one of its skills
            was struck.

    See `SkillExecutor` for the other arguments.
    """

    search: SearchFunction = cheapest
    max_failures: int = 12
    goal_cooldown: int = 300

    def run(self, game: Game, goal: Goal, *, max_steps: int | None = None) -> PlayResult:
        """Play until the goal is reached, cannot be reached, or the episode or the budget is over.

        Args:
            game: a running game.
            goal: what should hold.
            max_steps: environment steps after which to stop.
        """
        return self._play(game, [goal], max_steps, several=False)

    def run_goals(self, game: Game, goals: Sequence[Goal], *, max_steps: int | None = None) -> PlayResult:
        """Play for many goals: always the one whose plan has the least expected cost now.

        A goal counts as reached from the first time its facts hold after a skill. Ends when all are reached,
        nothing more can be done, or the episode or the budget is over.
        """
        return self._play(game, goals, max_steps, several=True)

    def _play(self, game: Game, goals: Sequence[Goal], max_steps: int | None, *, several: bool) -> PlayResult:
        until = self._begin(game, max_steps)
        play = _PlanPlay(game=game, begin=game.steps, until=until, several=several, pending=list(goals))
        while not play.reason:
            facts = game.facts()
            self._note_reached(play, facts)
            self._stop_if_over(play)
            if not play.reason:
                self._advance(play, facts)
        outcome: Outcome = "not_done"
        if not play.pending:
            outcome = "done"
        elif game.status is EndStatus.ABORTED:
            outcome = "unclear"
        return self._result(play, outcome, goals_reached=play.reached, plans=play.plans)

    def _note_reached(self, play: _PlanPlay, facts: Facts) -> None:
        for goal in [goal for goal in play.pending if not lacking(goal.facts, facts)]:
            play.pending.remove(goal)
            play.reached.append(goal)

    def _stop_if_over(self, play: _PlanPlay) -> None:
        if not play.pending:
            play.stop("reached", "all goals reached" if play.several else "reached")
            return
        play.stop_on_time()
        failures = play.strikes.failures
        if not play.reason and failures >= self.max_failures:
            play.stop("stuck", f"gave up after {failures} attempts in a row without success")

    def _advance(self, play: _PlanPlay, facts: Facts) -> None:
        """Run one skill, or end the play when nothing can be done."""
        plan, reason = self._decide(play, facts)
        if plan is None:
            play.strikes.wasted()
            if not self._fall_back(play, facts, reason):
                play.stop("no_plan", reason)
            return
        skill = plan.steps[0]
        if play.strikes.struck(skill):
            play.strikes.pardon(skill)
            if self._fall_back(play, facts, f"{skill} keeps failing and there is no other way"):
                return
        before = play.game.steps
        execution = self._run(play, skill, remaining=min(NO_PLAN, math.ceil(plan.expected_steps)))
        self._count(play, plan, execution, idle=play.game.steps == before)

    def _decide(self, play: _PlanPlay, facts: Facts) -> tuple[Plan | None, str]:
        """The plan to follow, or why there is none."""
        try:
            plan, reason = self._find(play, facts)
        except PlanningError as error:
            return None, str(error)
        if plan is not None:
            play.plans += 1
            event = PlanMade if play.plans == 1 else Replanned
            self._emit(event.of(plan, play.game.steps))
        return plan, reason

    def _find(self, play: _PlanPlay, facts: Facts) -> tuple[Plan | None, str]:
        penalties = play.strikes.penalties
        if play.several:
            awake = [goal for goal in play.pending if play.resting.get(id(goal), 0) <= play.game.steps]
            plan = cheapest_goal(self.graph, awake, facts, penalties=penalties)
            if plan is None and len(awake) < len(play.pending) and not self._fallback(facts):
                plan = cheapest_goal(self.graph, play.pending, facts, penalties=penalties)
            return plan, "none of the goals left can be reached from here"
        plan = self.search(self.graph, play.pending[0], facts, penalties=penalties)
        if plan.possible:
            return plan, ""
        if self._worth_trying(plan, facts):
            play.strikes.wasted()
            return plan, ""
        try:
            require_possible(plan, self.graph)
        except NoPlan as error:
            return None, str(error)
        return plan, ""

    def _worth_trying(self, plan: Plan, facts: Facts) -> bool:
        """Whether only places are missing that skills bring: the game may have them side by side."""
        places = all(
            self.graph.kinds.get(fact) == "place" and self.graph.producers(fact) for fact in plan.missing
        )
        return places and bool(plan.steps) and not lacking(self.graph.belief(plan.steps[0]).needs, facts)

    def _count(self, play: _PlanPlay, plan: Plan, execution: Execution, *, idle: bool) -> None:
        """Count a success or a failure of a plan's first step; `idle`: the game took no step."""
        skill, success = execution.skill, execution.verdict.success
        if success and not idle:
            if plan.possible:
                play.strikes.succeeded(skill)
            return
        if execution.interrupted_by and success is None:
            return
        if idle and play.several and success is None:
            play.strikes.wasted()
            play.resting[id(plan.goal)] = play.game.steps + REFUSED_GOAL_COOLDOWN
            return
        failures = play.strikes.failures
        factor = play.strikes.failed(skill, len(plan.steps))
        if play.several and not idle:
            play.strikes.failures = failures
        if factor is not None:
            self._emit(SkillStruck(env_step=play.game.steps, skill=skill, cost_factor=factor))
            if play.several:
                play.resting[id(plan.goal)] = play.game.steps + self.goal_cooldown

    def _fallback(self, facts: Facts) -> str | None:
        """The first fallback skill that can be run now."""
        return next((skill for skill in self.fallbacks if self._ready(skill, facts)), None)

    def _fall_back(self, play: _PlanPlay, facts: Facts, reason: str) -> bool:
        """Run a fallback skill; False when there is none."""
        skill = self._fallback(facts)
        if skill is None:
            return False
        self._emit_fallback(play, skill, reason)
        before = play.game.steps
        self._run(play, skill)
        if play.several and play.game.steps > before:
            play.strikes.failures = 0
        return True
