"""Who plays a task that is given in words: by the nearest skill, by plans, or by looking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from agent.evaluation.players import Played
from envs.game import Game
from planners.errors import UnknownGoal
from planners.goal_parser import parse_goal
from planners.plan import Execution, Goal

if TYPE_CHECKING:
    from agent.play.player import Player
    from planners.execution.events import ExecutorEvent
    from planners.execution.judge import Judge

NOT_ATTEMPTED = "not attempted"
"""How the account of an episode begins in which nothing was tried."""


class Way(Protocol):
    """A way to carry out a task."""

    def __call__(self, player: Player, game: Game, max_steps: int) -> Played:
        """Play, and give an account of it."""
        ...


class TaskPlayer:
    """Plays a task given in words.

    Args:
        player: with the library's skills.
        way: how the task is carried out.
        events: what the player's executors decide is added here.
    """

    def __init__(self, player: Player, way: Way, events: Sequence[ExecutorEvent]) -> None:
        self._player, self._way, self._events = player, way, events

    def play(self, game: Game, max_steps: int) -> Played:
        """See `agent.evaluation.players.Player`."""
        played = self._way(self._player, game, max_steps)
        return Played(
            skills=played.skills,
            end=played.end,
            attempted=played.attempted,
            verdict=played.verdict,
            events=tuple(event.to_record() for event in self._events),
        )

    def close(self) -> None:
        """Free what the player holds."""
        self._player.close()


def way_of(mode: str, text: str, parts: Sequence[str], judge: Judge | None) -> Way:
    """The way of a mode, see `agent.evaluation.suites.suite.MODES`.

    Args:
        mode: ``name``, ``plan`` or ``look``.
        text: the task in words.
        parts: the skills that are tried where facts do not state it, or the one for ``name``.
        judge: of ``look``.
    """
    if mode == "name":
        return lambda player, game, max_steps: _by_name(player, game, parts)
    if mode == "plan":
        return lambda player, game, max_steps: _by_plans(player, game, text, max_steps)
    return lambda player, game, max_steps: _by_looking(player, game, text, parts, judge, max_steps)


def _by_name(player: Player, game: Game, parts: Sequence[str]) -> Played:
    """The nearest skill, executed once."""
    if not parts:
        return _not_attempted("no skill of the library is near to these words")
    execution = player.attempt(game, parts[0])
    return Played(skills=(execution.skill,), end=execution.verdict.reason)


def _by_plans(player: Player, game: Game, text: str, max_steps: int) -> Played:
    """Plans over the facts that the words say."""
    goal = stated(player, text)
    if goal is None:
        return _not_attempted("the words say no facts that could be planned for")
    result = player.pursue(game, goal, max_steps, by_chance=True)
    return Played(skills=_names(result.executions), end=result.reason)


def _by_looking(
    player: Player, game: Game, text: str, parts: Sequence[str], judge: Judge | None, max_steps: int
) -> Played:
    """Plans where the words say facts, else skills near to them until the judge says that it is done."""
    from agent.solving.looking import carry_out_by_looking

    if stated(player, text) is not None:
        return _by_plans(player, game, text, max_steps)
    if not parts or judge is None:
        return _not_attempted("no skill of the library is near to these words")
    before = _calls(judge)
    looked = carry_out_by_looking(player, judge, game, text, parts, max_steps)
    verdict: dict[str, Any] = {
        "outcome": looked.verdict.outcome,
        "judge": looked.verdict.judge,
        "confidence": round(looked.verdict.confidence, 4),
    }
    if calls := _calls(judge) - before:
        verdict["calls"] = calls
    return Played(skills=_names(looked.executions), end=looked.verdict.reason, verdict=verdict)


def _calls(judge: Judge) -> int:
    """Calls of a model that a judge has made so far."""
    return int(getattr(judge, "calls", 0))


def stated(player: Player, text: str) -> Goal | None:
    """The facts that a task's words say; None where they say something else."""
    try:
        return parse_goal(text, player.graph, player.spec)
    except UnknownGoal:
        return None


def _names(executions: Sequence[Execution]) -> tuple[str, ...]:
    return tuple(execution.skill for execution in executions)


def _not_attempted(why: str) -> Played:
    return Played(end=f"{NOT_ATTEMPTED}: {why}", attempted=False)
