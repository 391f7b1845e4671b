"""A player: a kit opened in one process, ready to pursue goals or to try single skills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType

import numpy as np

from agent.judges.deferring import Deferring
from agent.judges.spot_checks import CONTESTED
from agent.play.demonstration import Demonstration
from agent.play.kit import Kit, PolicyOverSkills
from agent.play.kit_code import KitCode
from agent.play.option_factory import OptionFactory
from envs.facts import Facts
from envs.game import Game
from envs.registry import game_spec
from envs.rollout.looking import watched_facts
from envs.seeding import SEED_SPAN, child_seed
from planners.execution.events import OnEvent
from planners.execution.guards import Guard
from planners.execution.judge import FactsJudge, Judge, JudgeTask
from planners.execution.looking import SuccessByLooking
from planners.execution.plan_executor import PlanExecutor
from planners.execution.play_result import PlayResult
from planners.execution.policy_over_skills import PolicyOverSkillsExecutor, SkillChooser
from planners.plan import Execution, Goal
from planners.search.by_chance import with_chance
from planners.search.search import cheapest
from skills.errors import CodeRejected

GUARD_COOLDOWN = 20
"""Steps for which a guard's skill that failed twice in a row is ignored; short, as danger remains."""


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
        judge: says whether an execution succeeded; None for the one that compares facts.
        code: the kit's code, loaded; None to load it for this player alone.
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
        judge: Judge | None = None,
        code: KitCode | None = None,
    ) -> None:
        self.kit = kit
        self.spec = game_spec(kit.game)
        self.graph = kit.open_graph()
        self._code = KitCode(kit, self.spec) if code is None else code
        self._owns_code = code is None
        self._code.forgive()
        guard = self._code.guard
        self._reporting: _ReportingGuard | None = None
        if guard is not None and on_request is not None:
            guard = self._reporting = _ReportingGuard(guard, on_request)
        looking = self._success_by_looking(kit, judge)
        judge = FactsJudge() if judge is None else judge
        self._options = OptionFactory(kit, self.graph, self.spec, self._code, seed)
        self._keys = np.random.default_rng(child_seed(seed, "attempts"))
        self.executor = PlanExecutor(
            self.graph,
            self._options,
            judge,
            guard=guard,
            guard_ranking=kit.guard.ranking,
            guard_cooldown=GUARD_COOLDOWN,
            fallbacks=tuple(name for name in self.spec.fallback_skills if name in kit.skills),
            on_result=on_result,
            learn=learn,
            on_event=on_event,
            looking=looking,
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
            judge,
            guard=guard,
            guard_ranking=kit.guard.ranking,
            guard_cooldown=GUARD_COOLDOWN,
            fallbacks=tuple(name for name in self.spec.unstick_skills if name in kit.skills),
            on_result=on_result,
            learn=learn,
            on_event=on_event,
            looking=looking,
        )

    def take_unsettled(self, skill: str) -> JudgeTask | None:
        """The last attempt at a skill, if its judge was unclear about it and keeps it for somebody else."""
        looking = self.executor.looking
        return looking.judge.take(skill) if looking and isinstance(looking.judge, Deferring) else None

    def demonstrate(self, demonstration: Demonstration | None) -> None:
        """Keep actions from now on; None to stop."""
        self._options.demonstration = demonstration

    def _success_by_looking(self, kit: Kit, judge: Judge | None) -> SuccessByLooking | None:
        """The skills that succeed when a judge says so, the kit's own if none is given; None for none."""
        if not (claims := kit.claims):
            return None
        names = [fact.name for fact in self.spec.facts]
        carried, sights = ([names[i] for i in part] for part in watched_facts(self.spec))
        return SuccessByLooking(
            claims=claims, judge=judge or kit.judge.make(self.spec), carried=carried, sights=sights,
            next_key=self._next_key, settled_by=(CONTESTED,),
        )  # fmt: skip

    def _next_key(self) -> int:
        """Tells an execution from all others of this play."""
        return int(self._keys.integers(1, SEED_SPAN))

    def reseed(self, seed: int) -> None:
        """Draw from `seed` from now on, and forget earlier episodes."""
        self._options.reseed(seed)
        self._keys = np.random.default_rng(child_seed(seed, "attempts"))
        self._code.forgive()
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
        choose: SkillChooser
        try:
            choose = self._code.policy(policy).one
        except CodeRejected as error:
            choose = _failing(str(error))
        return self.policy_executor.run(game, choose, policy.goal, max_steps=max_steps)

    def close(self) -> None:
        """End the sandbox, unless others play with it."""
        if self._owns_code:
            self._code.close()

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
