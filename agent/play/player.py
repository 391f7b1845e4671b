"""A player: a kit opened in one process, ready to pursue goals or to try single skills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType

from agent.play.kit import Kit, PolicyOverSkills
from agent.play.option_code import Shield, allow_all
from agent.play.option_factory import OptionFactory
from envs.facts import Facts
from envs.game import Game, GameSpec
from envs.registry import game_spec
from planners.execution.events import OnEvent
from planners.execution.guards import Guard
from planners.execution.judge import FactsJudge
from planners.execution.plan_executor import PlanExecutor
from planners.execution.play_result import PlayResult
from planners.execution.policy_over_skills import PolicyOverSkillsExecutor, SkillChooser
from planners.plan import Execution, Goal
from planners.search.by_chance import with_chance
from planners.search.search import cheapest
from skills.code.functions import GuardFunction, ShieldFunction
from skills.code.policy_code import PolicyOverSkillsFunction
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected

GUARD_COOLDOWN = 20
"""Steps for which a guard's skill that failed twice in a row is ignored; short, as danger remains."""


def _quiet(guard: GuardFunction) -> Guard:
    """The guard, asking for nothing where its code fails, so that the episode is not lost."""

    def ask(facts: Facts, remaining: int) -> str:
        try:
            return guard.one(facts, remaining)
        except CodeRejected:
            return ""

    return ask


class _ReportingGuard:
    """A guard that reports every new request."""

    def __init__(self, guard: Guard, on_request: Callable[[str], None]) -> None:
        self._guard = guard
        self._on_request = on_request
        self._latest = ""

    def forget(self) -> None:
        """Start an episode: the first request counts as new, even if the last episode ended with it."""
        self._latest = ""

    def __call__(self, facts: Facts, remaining: int) -> str:
        request = self._guard(facts, remaining) or ""
        if request and request != self._latest:
            self._on_request(request)
        self._latest = request
        return request


def _quiet_shield(shield: ShieldFunction, spec: GameSpec) -> Shield:
    """The shield with actions by their index, forbidding nothing where its code fails."""

    def ask(facts: Facts) -> tuple[int, ...]:
        try:
            return tuple(spec.action_index[name] for name in shield.one(facts))
        except CodeRejected:
            return ()

    return ask


def _failing(reason: str) -> SkillChooser:
    """A policy over skills whose code could not be loaded."""

    def choose(start: Facts, facts: Facts, last: str, failures: int) -> str:
        raise CodeRejected(reason)

    return choose


class Player:
    """Plays games with one kit; use as a context manager.

    Args:
        kit: what it can do.
        seed: of its own draws (action sampling); the game's seed is given to `reset`.
        on_result: called after every execution of a skill.
        learn: whether results change this player's beliefs at once.
        on_request: called with what the guard begins to ask for, whether or not it can be executed.
        on_event: called with every decision of the executors, see `planners.execution.events`.
    """

    def __init__(
        self,
        kit: Kit,
        seed: int,
        *,
        on_result: Callable[[Execution], None] | None = None,
        learn: bool = True,
        on_request: Callable[[str], None] | None = None,
        on_event: OnEvent | None = None,
    ) -> None:
        self.kit = kit
        self.spec = game_spec(kit.game)
        self.graph = kit.open_graph()
        self._sandbox = Sandbox()
        guard: Guard | None = None
        self._reporting: _ReportingGuard | None = None
        names = [fact.name for fact in self.spec.facts]
        self._watchful: list[GuardFunction | ShieldFunction] = []
        if guard_function := self._load_guard(names):
            guard = _quiet(guard_function)
            if on_request is not None:
                guard = self._reporting = _ReportingGuard(guard, on_request)
        shield = self._load_shield(names)
        self._options = OptionFactory(kit, self.graph, self.spec, self._sandbox, seed, shield)
        self.executor = PlanExecutor(
            self.graph,
            self._options,
            FactsJudge(),
            guard=guard,
            guard_ranking=kit.guard.ranking,
            guard_cooldown=GUARD_COOLDOWN,
            fallbacks=tuple(name for name in self.spec.fallback_skills if name in kit.skills),
            on_result=on_result,
            learn=learn,
            on_event=on_event,
        )
        self._by_chance = replace(
            self.executor,
            search=with_chance(cheapest, self.spec.may_bring),
            fallbacks=tuple(
                name
                for name in dict.fromkeys((*self.spec.fallback_skills, *self.spec.unstick_skills))
                if name in kit.skills
            ),
        )
        self.policy_executor = PolicyOverSkillsExecutor(
            self.graph,
            self._options,
            FactsJudge(),
            guard=guard,
            guard_ranking=kit.guard.ranking,
            guard_cooldown=GUARD_COOLDOWN,
            fallbacks=tuple(name for name in self.spec.unstick_skills if name in kit.skills),
            on_result=on_result,
            learn=learn,
            on_event=on_event,
        )

    def _load_guard(self, names: Sequence[str]) -> GuardFunction | None:
        """The kit's guard; None without one, or where its code cannot be loaded."""
        code = self.kit.guard
        if not code.source:
            return None
        try:
            guard = GuardFunction(self._sandbox, code.source, names, code.ranking)
        except CodeRejected:
            return None
        self._watchful.append(guard)
        return guard

    def _load_shield(self, names: Sequence[str]) -> Shield:
        """The kit's shield; it forbids nothing where its code cannot be loaded."""
        try:
            shield = ShieldFunction(self._sandbox, self.kit.shield.source, names, self.spec.actions)
        except CodeRejected:
            return allow_all
        self._watchful.append(shield)
        return _quiet_shield(shield, self.spec)

    def reseed(self, seed: int) -> None:
        """Draw from `seed` from now on, and forget earlier episodes."""
        self._options.reseed(seed)
        for function in self._watchful:
            function.forgive()
        if self._reporting is not None:
            self._reporting.forget()

    def pursue(
        self, game: Game, goal: Goal, max_steps: int | None = None, *, by_chance: bool = False
    ) -> PlayResult:
        """Plan and act until the goal holds, the episode ends or nothing more can be done.

        Args:
            game: running.
            goal: what should hold.
            max_steps: environment steps after which to stop.
            by_chance: whether plans may hope for what the game's events may bring.
        """
        executor = self._by_chance if by_chance and self.spec.may_bring else self.executor
        return executor.run(game, goal, max_steps=max_steps)

    def play_goals(self, game: Game, goals: Sequence[str], max_steps: int) -> Sequence[Execution]:
        """Reach as many goals (event facts) as possible, the cheapest next; every execution, in order."""
        wanted = [Goal(facts={name: 1}, text=name) for name in goals]
        return self.executor.run_goals(game, wanted, max_steps=max_steps).executions

    def attempt(self, game: Game, skill: str, *, guarded: bool = True) -> Execution:
        """Execute one skill once, from where the game stands; `guarded`: guards may interrupt it."""
        return self.executor.execute_skill(game, skill, guarded=guarded)

    def carry_out(self, game: Game, policy: PolicyOverSkills, max_steps: int | None = None) -> PlayResult:
        """Play a policy over skills until it is done, the episode or budget ends, or the watchdog gives up.

        Code that cannot be loaded is code that fails in play.
        """
        names = [fact.name for fact in self.spec.facts]
        choose: SkillChooser
        try:
            choose = PolicyOverSkillsFunction(self._sandbox, policy.source, names, policy.skills).one
        except CodeRejected as error:
            choose = _failing(str(error))
        return self.policy_executor.run(game, choose, policy.goal, max_steps=max_steps)

    def close(self) -> None:
        """End the sandbox."""
        self._sandbox.close()

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
