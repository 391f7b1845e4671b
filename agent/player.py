"""A player: a kit opened in one process, ready to pursue goals or to try single skills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType

from agent.kit import Kit
from agent.options import OptionShop
from envs.game import Game, game_spec, make_game
from planners.executor import ExecutionResult, Executor, GoalsResult
from planners.judge import FactsJudge
from planners.plan import Goal, StepResult
from skills.code import GuardFunction
from skills.sandbox import Sandbox

FALLBACKS = ("explore",)
"""Skills that change the scene when a plan is stuck, where the kit has them."""


class Player:
    """Plays one game with one kit; use as a context manager.

    Args:
        kit: what it can do.
        seed: of its own draws (action sampling); the game's seed is given to `reset`.
        on_result: called after every execution of a skill.
        learn: whether results change this player's beliefs at once.
    """

    def __init__(
        self,
        kit: Kit,
        seed: int,
        *,
        on_result: Callable[[StepResult], None] | None = None,
        learn: bool = True,
    ) -> None:
        self.kit = kit
        self.spec = game_spec(kit.game)
        self.graph = kit.open_graph()
        self._sandbox = Sandbox()
        guard = None
        if kit.guard.source:
            names = [fact.name for fact in self.spec.facts]
            guard = GuardFunction(self._sandbox, kit.guard.source, names, kit.guard.ranking).one
        self.game: Game = make_game(kit.game, **kit.game_options)
        self.executor = Executor(
            self.graph,
            OptionShop(kit, self.spec, self._sandbox, seed),
            FactsJudge(),
            guard=guard,
            guard_ranking=kit.guard.ranking,
            fallbacks=tuple(name for name in FALLBACKS if name in kit.skills),
            on_result=on_result,
            learn=learn,
        )

    def pursue(self, goal: Goal, max_steps: int | None = None) -> ExecutionResult:
        """Plan and act until the goal holds, the episode ends or nothing more can be done."""
        return self.executor.run(self.game, goal, max_steps=max_steps)

    def pursue_all(self, goals: Sequence[Goal], max_steps: int | None = None) -> GoalsResult:
        """Reach as many of the goals as possible, the cheapest next."""
        return self.executor.run_goals(self.game, goals, max_steps=max_steps)

    def attempt(self, skill: str) -> StepResult:
        """Execute one skill once, from where the game stands."""
        return self.executor.execute_skill(self.game, skill)

    def close(self) -> None:
        """End the sandbox and the game."""
        self._sandbox.close()
        self.game.close()

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
