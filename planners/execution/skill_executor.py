"""What all executors share: running skills under guards, judging, recording and reporting them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field

from envs.facts import EndStatus, Facts
from envs.game import Game
from planners.execution.events import ExecutorEvent, FallbackForced, OnEvent, PlayEnded
from planners.execution.guards import Guard, GuardWatch
from planners.execution.judge import FactsJudge, Judge
from planners.execution.looking import SuccessByLooking
from planners.execution.option import OptionMaker
from planners.execution.play_result import PlayEnd, PlayResult
from planners.execution.runner import SkillRunner
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Goal, Outcome
from skills.code.functions import NO_PLAN
from skills.skill import lacking


@dataclass(slots=True, kw_only=True)
class Play:
    """The state of one play; each executor adds to it.

    Attributes:
        game: a running game.
        begin: its step counter at the start.
        until: its step counter at which the play stops.
        end: what ended the play, once `reason` says why.
        reason: why the play ended; empty while it goes on.
    """

    game: Game
    begin: int
    until: float
    end: PlayEnd = "stuck"
    reason: str = ""

    @property
    def env_steps(self) -> int:
        """Environment steps taken so far."""
        return self.game.steps - self.begin

    def stop(self, end: PlayEnd, reason: str) -> None:
        """End the play."""
        self.end, self.reason = end, reason

    def stop_on_time(self) -> None:
        """End the play when the episode or the budget of steps is over."""
        if self.game.status is not EndStatus.RUNNING:
            self.stop("episode", f"the episode is over: {self.game.status.name.lower().replace('_', ' ')}")
        elif self.game.steps >= self.until:
            self.stop("budget", f"the budget of {self.env_steps} steps is used up")


@dataclass(eq=False, repr=False)
class SkillExecutor:
    """Executes single skills; base of the executors of plans and of policies over skills.

    Args:
        graph: the skills; read only, unless `learn`.
        make_option: makes the option that executes a skill.
        judge: says whether an execution succeeded.
        guard: what must be done at once; its skills pre-empt, see `planners.execution.guards`.
        guard_ranking: guard skills, most urgent first.
        guard_cooldown: steps for which a guard's skill that failed twice in a row is ignored.
        fallbacks: skills that are run when a play is stuck.
        learn: record every execution in the graph, so that beliefs change at once.
        on_result: called with every finished execution, those of guards and fallbacks included.
        on_event: called with every decision, see `planners.execution.events`.
        looking: skills whose success a judge sees; None for none.
    """

    graph: SkillGraph
    make_option: OptionMaker
    judge: Judge = field(default_factory=FactsJudge)
    _: KW_ONLY
    guard: Guard | None = None
    guard_ranking: Sequence[str] = ()
    guard_cooldown: int = 200
    fallbacks: Sequence[str] = ()
    learn: bool = False
    on_result: Callable[[Execution], None] | None = None
    on_event: OnEvent | None = None
    looking: SuccessByLooking | None = None

    def __post_init__(self) -> None:
        self._executions: list[Execution] = []
        self._watch = GuardWatch(self.graph, self.guard, self.guard_ranking, cooldown=self.guard_cooldown)
        self._runner = SkillRunner(
            self.graph,
            self.make_option,
            self.judge,
            on_result=self._record,
            on_event=self._emit,
            looking=self.looking,
        )

    def execute_skill(self, game: Game, skill: str, *, guarded: bool = True) -> Execution:
        """Run one skill once.

        Args:
            game: a running game.
            skill: the skill's name; it need not be available.
            guarded: whether guards may pre-empt it.
        """
        self._begin(game, None)
        self._watch.remaining = NO_PLAN
        return self._runner.run(game, skill, watch=self._watch if guarded else None)

    def _begin(self, game: Game, max_steps: int | None) -> float:
        """Reset the state of the last play. Returns the step counter at which the new one stops."""
        self._executions = []
        self._watch.reset()
        return math.inf if max_steps is None else game.steps + max_steps

    def _run(self, play: Play, skill: str, *, remaining: int = NO_PLAN) -> Execution:
        """Run one skill under guards, which are told how many steps of the plan remain."""
        self._watch.remaining = remaining
        return self._runner.run(play.game, skill, until=play.until, watch=self._watch)

    def _ready(self, skill: str, facts: Facts) -> bool:
        """Whether a skill is there, can be executed and has what it is believed to need."""
        graph = self.graph
        return skill in graph and graph.available(skill) and not lacking(graph.belief(skill).needs, facts)

    def _emit_fallback(self, play: Play, skill: str, reason: str) -> None:
        self._emit(FallbackForced(env_step=play.game.steps, skill=skill, reason=reason))

    def _result(
        self,
        play: Play,
        outcome: Outcome,
        *,
        goals_reached: Sequence[Goal] = (),
        plans: int = 0,
        choices: Sequence[str] = (),
        rescues: int = 0,
    ) -> PlayResult:
        game = play.game
        self._emit(
            PlayEnded(
                env_step=game.steps,
                end=play.end,
                outcome=outcome,
                reason=play.reason,
                env_steps=play.env_steps,
            )
        )
        return PlayResult(
            outcome=outcome,
            end=play.end,
            reason=play.reason,
            env_steps=play.env_steps,
            executions=tuple(self._executions),
            facts=game.facts(),
            status=game.status,
            goals_reached=tuple(goals_reached),
            plans=plans,
            choices=tuple(choices),
            rescues=rescues,
        )

    def _record(self, execution: Execution) -> None:
        self._executions.append(execution)
        if self.learn:
            self.graph.record(execution)
        if self.on_result is not None:
            self.on_result(execution)

    def _emit(self, event: ExecutorEvent) -> None:
        if self.on_event is not None:
            self.on_event(event)
