"""Carrying out a policy over skills in a game: it names a skill, the skill runs, it names the next."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.execution.events import ExecutorEvent, SceneChanged
from planners.execution.guards import Guard, GuardWatch
from planners.execution.judge import FactsJudge, Judge
from planners.execution.runner import OptionMaker, SkillRunner
from planners.execution.watchdog import Patience, Watchdog, failures_after
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Outcome
from skills.errors import CodeRejected
from skills.skill import lacking

PolicyEnd: TypeAlias = Literal["policy", "episode", "budget", "stuck", "broken"]
"""Who ended it: the policy, the game, the budget of steps, the watchdog, or an error in the policy's code."""

MOST_ERRORS = 3
"""Errors in the policy's code after which the play ends; before, a fallback skill runs instead."""


class SkillChooser(Protocol):
    """What `skills.code.policy_code.PolicyOverSkillsFunction.one` is."""

    def __call__(self, start: Facts, facts: Facts, last: str, failures: int) -> str:
        """The next skill, or ``""`` when it is done. Raises `CodeRejected`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyResult:
    """How a play under a policy over skills went.

    Attributes:
        outcome: done when the goal's facts hold at the end; unclear when the episode was aborted, when the
            policy's code failed, and when the policy was done with a task that has no facts to be judged by.
        end: who ended it.
        reason: why, in words.
        env_steps: environment steps taken.
        steps: executions in the order in which they ended, those of guards and of fallbacks included.
        choices: skills that the policy named, in order.
        rescues: skills that the watchdog forced.
        facts: the facts at the end.
        status: how the episode stood at the end.
    """

    outcome: Outcome
    end: PolicyEnd
    reason: str
    env_steps: int
    steps: tuple[Execution, ...]
    choices: tuple[str, ...]
    rescues: int
    facts: Facts
    status: EndStatus


@dataclass(slots=True)
class _Play:
    """What is remembered during one play."""

    game: Game
    choose: SkillChooser
    begin: int
    until: float
    start: Facts
    watchdog: Watchdog
    last: str = ""
    failures: dict[str, int] = field(default_factory=dict)
    choices: list[str] = field(default_factory=list)
    errors: int = 0
    rescues: int = 0
    end: PolicyEnd = "policy"
    reason: str = ""


class PolicyExecutor:
    """Runs policies over skills.

    A skill that fails, may not start or is not at hand is first told to the policy, as `failures`. When it
    goes on all the same, or when nothing comes of what it does, a fallback skill runs instead; when nothing
    comes of that either, the play ends.

    Args:
        graph: the skills; read only, unless `learn`.
        make_option: makes the option that executes a skill.
        judge: says whether an execution succeeded.
        guard: what must be done at once; its skills pre-empt, see `planners.execution.guards`.
        guard_ranking: guard skills, most urgent first.
        guard_cooldown: steps for which a guard's skill that failed twice in a row is ignored.
        fallbacks: skills that the watchdog may force, taken in turn.
        patience: when it does.
        learn: record every execution in the graph, so that beliefs change at once.
        on_result: called with every finished execution.
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
        patience: Patience | None = None,
        learn: bool = False,
        on_result: Callable[[Execution], None] | None = None,
        on_event: Callable[[ExecutorEvent], None] | None = None,
    ) -> None:
        self._graph = graph
        self._make_option = make_option
        self._fallbacks = tuple(fallbacks)
        self._patience = patience
        self._learn = learn
        self._on_result = on_result
        self._on_event = on_event or (lambda event: None)
        self._results: list[Execution] = []
        self._watch = GuardWatch(graph, guard, guard_ranking, cooldown=guard_cooldown)
        self._runner = SkillRunner(
            graph, make_option, judge or FactsJudge(), on_result=self._record, on_event=self._on_event
        )

    def run(
        self,
        game: Game,
        choose: SkillChooser,
        goal: Mapping[str, int] | None = None,
        *,
        max_steps: int | None = None,
    ) -> PolicyResult:
        """Play until the policy is done, the episode or the budget is over, or nothing comes of it any more.

        Args:
            game: a running game.
            choose: the policy.
            goal: facts that tell whether the task was done; they judge, and the policy decides when to end.
            max_steps: environment steps after which to stop.
        """
        until = math.inf if max_steps is None else game.steps + max_steps
        start = game.facts()
        play = _Play(game, choose, game.steps, until, start, Watchdog(game.spec.facts, self._patience))
        play.watchdog.begin(start)
        self._results = []
        self._watch.reset()
        while not self._over(play):
            if (complaint := play.watchdog.complaint) and not self._rescue(play, complaint):
                break
            if not complaint and not self._advance(play):
                break
        return self._result(play, goal or {})

    def _over(self, play: _Play) -> bool:
        if play.game.status is not EndStatus.RUNNING:
            play.end = "episode"
            play.reason = f"the episode is over: {play.game.status.name.lower().replace('_', ' ')}"
        elif play.game.steps >= play.until:
            play.end, play.reason = "budget", f"the budget of {play.game.steps - play.begin} steps is used up"
        return bool(play.reason)

    def _advance(self, play: _Play) -> bool:
        """Run what the policy names. False when it is done, or broken for good."""
        try:
            skill = play.choose(play.start, play.game.facts(), play.last, play.failures.get(play.last, 0))
        except CodeRejected as error:
            play.errors += 1
            if play.errors < MOST_ERRORS and self._rescue(play, f"the policy failed: {error}"):
                return True
            play.end, play.reason = "broken", f"the policy's code failed in play: {error}"
            return False
        if not skill:
            play.reason = "the policy is done"
            return False
        play.choices.append(skill)
        self._execute(play, skill)
        return True

    def _execute(self, play: _Play, skill: str) -> None:
        """Run one skill and note what came of it; one that is not at hand fails without a step."""
        before = play.game.steps
        success: bool | None = False
        if skill in self._graph and self._graph.available(skill):
            result = self._runner.run(play.game, skill, until=play.until, watch=self._watch)
            success = result.verdict.success
        steps = play.game.steps - before
        play.failures = failures_after(play.failures, skill, success, steps)
        play.last = skill
        play.watchdog.note(skill, play.game.facts(), success=success, steps=steps)

    def _rescue(self, play: _Play, complaint: str) -> bool:
        """Force a fallback skill. False when there is none, or when it was of no use so far."""
        facts = play.game.facts()
        useful = play.watchdog.rescue()
        ready = [skill for skill in self._fallbacks if self._may_start(skill, facts)]
        if not useful or not ready:
            tried = f", nor did {', '.join(ready)} help" if ready else ", and no other skill may start"
            play.end, play.reason = "stuck", f"{complaint}{tried}"
            return False
        others = [skill for skill in ready if skill != play.last] or ready
        skill = others[play.rescues % len(others)]
        play.rescues += 1
        self._on_event(SceneChanged(step=play.game.steps, skill=skill, reason=complaint))
        self._execute(play, skill)
        return True

    def _may_start(self, skill: str, facts: Facts) -> bool:
        return (
            skill in self._graph
            and self._graph.available(skill)
            and not lacking(self._graph.belief(skill).needs, facts)
            and self._make_option(skill).may_start(facts)
        )

    def _result(self, play: _Play, goal: Mapping[str, int]) -> PolicyResult:
        facts, status = play.game.facts(), play.game.status
        short = lacking(goal, facts)
        outcome: Outcome = "not_done" if short else "done"
        if goal and short and play.end == "policy":
            play.reason += ", and yet missing: " + ", ".join(f"{fact} {n}" for fact, n in short.items())
        if status is EndStatus.SUCCESS:
            outcome = "done"
        elif status is EndStatus.ABORTED or (play.end == "broken" and outcome != "done"):
            outcome = "unclear"
        elif not goal:
            outcome = "unclear" if play.end == "policy" else "not_done"
        return PolicyResult(
            outcome=outcome,
            end=play.end,
            reason=play.reason,
            env_steps=play.game.steps - play.begin,
            steps=tuple(self._results),
            choices=tuple(play.choices),
            rescues=play.rescues,
            facts=facts,
            status=status,
        )

    def _record(self, result: Execution) -> None:
        self._results.append(result)
        if self._learn:
            self._graph.record(result)
        if self._on_result is not None:
            self._on_result(result)
