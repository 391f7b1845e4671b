"""Carrying out goals in a game: plan, run the first skill, look at the facts, plan again."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypedDict

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.errors import NoPlan, PlanningError
from planners.execution.events import ExecutorEvent, PlanMade, SceneChanged, SkillPenalised
from planners.execution.guards import Guard, GuardWatch
from planners.execution.judge import FactsJudge, Judge
from planners.execution.runner import Option, OptionMaker, SkillRunner
from planners.execution.strikes import Strikes
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Goal, Outcome, Plan
from planners.search.search import cheapest, cheapest_goal, require_possible
from skills.code.functions import NO_PLAN
from skills.skill import lacking

__all__ = [
    "ExecutionResult",
    "Executor",
    "GoalsResult",
    "Option",
    "OptionMaker",
    "PlayResult",
    "SearchFunction",
]


REFUSED_REST = 20
"""Steps for which a goal rests when the skill to run next may not start yet."""


class SearchFunction(Protocol):
    """What `planners.search.search.cheapest` is."""

    def __call__(self, graph: SkillGraph, goal: Goal, have: Facts, *, penalties: Mapping[str, float]) -> Plan:
        """A plan from the facts to the goal."""
        ...


class PlayFields(TypedDict):
    """The arguments of `PlayResult`."""

    outcome: Outcome
    env_steps: int
    steps: tuple[Execution, ...]
    plans: int
    reason: str
    facts: Facts
    status: EndStatus


@dataclass(frozen=True, kw_only=True)
class PlayResult:
    """How a play went.

    Attributes:
        outcome: done when everything was reached, unclear when the episode was aborted.
        env_steps: environment steps taken.
        steps: executions in the order in which they ended, those of guards included.
        plans: plans made.
        reason: why the play ended.
        facts: the facts at the end.
        status: how the episode stood at the end.
    """

    outcome: Outcome
    env_steps: int
    steps: tuple[Execution, ...]
    plans: int
    reason: str
    facts: Facts
    status: EndStatus


@dataclass(frozen=True, kw_only=True)
class ExecutionResult(PlayResult):
    """How the play for `goal` went."""

    goal: Goal


@dataclass(frozen=True, kw_only=True)
class GoalsResult(PlayResult):
    """How the play for several goals went; `reached` holds those reached, in that order."""

    goals: tuple[Goal, ...]
    reached: tuple[Goal, ...]


@dataclass(slots=True)
class _Play:
    """What is remembered during one play."""

    game: Game
    start: int
    until: float
    strikes: Strikes
    several: bool
    pending: list[Goal] = field(default_factory=list)
    reached: list[Goal] = field(default_factory=list)
    resting: dict[int, int] = field(default_factory=dict)
    plans: int = 0
    reason: str = ""


class Executor:
    """Runs goals in a game.

    After every skill the plan is made anew from the game's facts, and its first step is run. A skill that
    fails twice in a row on a plan that has not become shorter is made dearer, so that the search takes
    another way; where there is none, a fallback skill changes the scene before it is tried again.

    Args:
        graph: the skills; read only, unless `learn`.
        make_option: makes the option that executes a skill.
        judge: says whether an execution succeeded.
        guard: what must be done at once; its skills pre-empt, see `planners.execution.guards`.
        guard_ranking: guard skills, most urgent first.
        guard_cooldown: steps for which a guard's skill that failed twice in a row is ignored.
        fallbacks: skills that change the scene, in order of preference.
        search: finds the plan for a single goal.
        step_cap: steps after which any execution is stopped; None for each skill's own cap.
        strikes: failures in a row before a skill is made dearer.
        penalty: what its cost is multiplied by.
        max_failures: attempts in a row without success after which the play for a single goal ends. With
            several goals, only attempts that took no step count, because there the clock is the limit.
        goal_cooldown: steps for which a goal rests after one of its skills was struck, with several goals.
        learn: record every execution in the graph, so that beliefs change at once.
        on_result: called with every finished execution, those of guards included.
        on_event: called with every decision.
    """

    def __init__(
        self,
        graph: SkillGraph,
        make_option: OptionMaker,
        judge: Judge | None = None,
        *,
        guard: Guard | None = None,
        guard_ranking: Sequence[str] = (),
        guard_cooldown: int = 200,
        fallbacks: Sequence[str] = (),
        search: SearchFunction = cheapest,
        step_cap: int | None = None,
        strikes: int = 2,
        penalty: float = 10.0,
        max_failures: int = 12,
        goal_cooldown: int = 300,
        learn: bool = False,
        on_result: Callable[[Execution], None] | None = None,
        on_event: Callable[[ExecutorEvent], None] | None = None,
    ) -> None:
        self._graph = graph
        self._search = search
        self._fallbacks = tuple(fallbacks)
        self._strikes = strikes
        self._penalty = penalty
        self._max_failures = max_failures
        self._goal_cooldown = goal_cooldown
        self._learn = learn
        self._on_result = on_result
        self._on_event = on_event
        self._results: list[Execution] = []
        self._watch = GuardWatch(graph, guard, guard_ranking, cooldown=guard_cooldown, strikes=strikes)
        self._runner = SkillRunner(
            graph,
            make_option,
            judge or FactsJudge(),
            step_cap=step_cap,
            on_result=self._record,
            on_event=self._tell,
        )

    def execute_skill(
        self, game: Game, skill: str, *, max_steps: int | None = None, guarded: bool = True
    ) -> Execution:
        """Run one skill once.

        Args:
            game: a running game.
            skill: the skill's name; it need not be available.
            max_steps: environment steps after which it is cut off, guards included.
            guarded: whether guards may pre-empt it.
        """
        until = math.inf if max_steps is None else game.steps + max_steps
        self._results = []
        self._watch.reset()
        return self._runner.run(game, skill, until=until, watch=self._watch if guarded else None)

    def run(self, game: Game, goal: Goal, *, max_steps: int | None = None) -> ExecutionResult:
        """Play until the goal is reached, cannot be reached, or the episode or the budget is over.

        Args:
            game: a running game.
            goal: what should hold.
            max_steps: environment steps after which to stop.
        """
        play = self._play(game, [goal], max_steps, several=False)
        return ExecutionResult(goal=goal, **self._outcome(play))

    def run_goals(self, game: Game, goals: Sequence[Goal], *, max_steps: int | None = None) -> GoalsResult:
        """Play for many goals: always the one whose plan has the least expected cost now.

        A goal counts as reached from the first time its facts hold after a skill. Ends when all are reached,
        nothing more can be done, or the episode or the budget is over.
        """
        play = self._play(game, list(goals), max_steps, several=True)
        return GoalsResult(goals=tuple(goals), reached=tuple(play.reached), **self._outcome(play))

    def _play(self, game: Game, goals: list[Goal], max_steps: int | None, *, several: bool) -> _Play:
        until = math.inf if max_steps is None else game.steps + max_steps
        strikes = Strikes(limit=self._strikes, factor=self._penalty)
        play = _Play(game, game.steps, until, strikes, several, pending=list(goals))
        self._results = []
        self._watch.reset()
        while True:
            facts = game.facts()
            self._note_reached(play, facts)
            play.reason = self._end_reason(play) or self._advance(play, facts)
            if play.reason:
                return play

    def _note_reached(self, play: _Play, facts: Facts) -> None:
        for goal in [goal for goal in play.pending if not lacking(goal.facts, facts)]:
            play.pending.remove(goal)
            play.reached.append(goal)

    def _end_reason(self, play: _Play) -> str:
        """Why to stop now, or an empty string."""
        if not play.pending:
            return "all goals reached" if play.several else "reached"
        if play.game.status is not EndStatus.RUNNING:
            return f"the episode is over: {play.game.status.name.lower().replace('_', ' ')}"
        if play.game.steps >= play.until:
            return f"the budget of {play.game.steps - play.start} steps is used up"
        if play.strikes.failures >= self._max_failures:
            return f"gave up after {play.strikes.failures} attempts in a row without success"
        return ""

    def _advance(self, play: _Play, facts: Facts) -> str:
        """Run one skill. Returns why nothing can be done, or an empty string."""
        plan, reason = self._decide(play, facts)
        if plan is None:
            play.strikes.wasted()
            return "" if self._change_scene(play, facts, reason) else reason
        skill = plan.steps[0]
        if play.strikes.struck(skill):
            play.strikes.pardon(skill)
            if self._change_scene(play, facts, f"{skill} keeps failing and there is no other way"):
                return ""
        before = play.game.steps
        self._watch.remaining = min(NO_PLAN, math.ceil(plan.expected_steps))
        result = self._runner.run(play.game, skill, until=play.until, watch=self._watch)
        self._watch.remaining = NO_PLAN
        self._judge_step(play, plan, result, idle=play.game.steps == before)
        return ""

    def _decide(self, play: _Play, facts: Facts) -> tuple[Plan | None, str]:
        """The plan to follow, or why there is none."""
        try:
            plan, reason = self._find(play, facts)
        except PlanningError as error:
            return None, str(error)
        if plan is not None:
            play.plans += 1
            self._tell(PlanMade(step=play.game.steps, plan=plan))
        return plan, reason

    def _find(self, play: _Play, facts: Facts) -> tuple[Plan | None, str]:
        if play.several:
            awake = [g for g in play.pending if play.resting.get(id(g), 0) <= play.game.steps]
            plan = cheapest_goal(self._graph, awake, facts, penalties=play.strikes.penalties)
            if plan is None and len(awake) < len(play.pending) and not self._fallback(facts):
                plan = cheapest_goal(self._graph, play.pending, facts, penalties=play.strikes.penalties)
            return plan, "none of the goals left can be reached from here"
        plan = self._search(self._graph, play.pending[0], facts, penalties=play.strikes.penalties)
        if plan.possible:
            return plan, ""
        if self._worth_trying(plan, facts):
            play.strikes.wasted()
            return plan, ""
        try:
            require_possible(plan, self._graph)
        except NoPlan as error:
            return None, str(error)
        return plan, ""

    def _worth_trying(self, plan: Plan, facts: Facts) -> bool:
        """Whether only places are missing that skills bring: the game may have them side by side."""
        places = all(
            self._graph.kinds.get(fact) == "place" and self._graph.producers(fact) for fact in plan.missing
        )
        return places and bool(plan.steps) and not lacking(self._graph.belief(plan.steps[0]).needs, facts)

    def _judge_step(self, play: _Play, plan: Plan, result: Execution, *, idle: bool) -> None:
        """Count a success or a failure of a plan's first step."""
        if result.verdict.success and not idle:
            if plan.possible:
                play.strikes.succeeded(result.skill)
            return
        if result.interrupted_by and result.verdict.success is None:
            return
        if idle and play.several and result.verdict.success is None:
            play.strikes.wasted()
            play.resting[id(plan.goal)] = play.game.steps + REFUSED_REST
            return
        failures = play.strikes.failures
        factor = play.strikes.failed(result.skill, len(plan.steps))
        if play.several and not idle:
            play.strikes.failures = failures
        if factor is not None:
            self._tell(SkillPenalised(step=play.game.steps, skill=result.skill, factor=factor))
            if play.several:
                play.resting[id(plan.goal)] = play.game.steps + self._goal_cooldown

    def _fallback(self, facts: Facts) -> str | None:
        """The first fallback skill that can be run now."""
        for skill in self._fallbacks:
            ready = skill in self._graph and self._graph.available(skill)
            if ready and not lacking(self._graph.belief(skill).needs, facts):
                return skill
        return None

    def _change_scene(self, play: _Play, facts: Facts, reason: str) -> bool:
        """Run a fallback skill; False when there is none."""
        skill = self._fallback(facts)
        if skill is None:
            return False
        self._tell(SceneChanged(step=play.game.steps, skill=skill, reason=reason))
        before = play.game.steps
        self._runner.run(play.game, skill, until=play.until, watch=self._watch)
        if play.several and play.game.steps > before:
            play.strikes.failures = 0
        return True

    def _outcome(self, play: _Play) -> PlayFields:
        status = play.game.status
        outcome: Outcome = "not_done"
        if not play.pending:
            outcome = "done"
        elif status is EndStatus.ABORTED:
            outcome = "unclear"
        return {
            "outcome": outcome,
            "env_steps": play.game.steps - play.start,
            "steps": tuple(self._results),
            "plans": play.plans,
            "reason": play.reason,
            "facts": play.game.facts(),
            "status": status,
        }

    def _record(self, result: Execution) -> None:
        self._results.append(result)
        if self._learn:
            self._graph.record(result)
        if self._on_result is not None:
            self._on_result(result)

    def _tell(self, event: ExecutorEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)
