"""Carries out a task that no fact states: skills near to its words, until a judge that looks says done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.play.player import Player
from agent.solving.watched_game import WatchedGame
from envs.facts import EndStatus
from envs.game import Game
from planners.execution.judge import Judge, JudgeTask
from planners.plan import Execution, Goal, Verdict
from skills.skill import lacking

MOST_ROUNDS: Final = 6
"""Times that the skills are gone through; a task such as a row of things may take several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How a task went that was judged by looking.

    Attributes:
        verdict: the judge's last word.
        executions: executions of skills, in the order in which they ended.
        env_steps: steps taken.
    """

    verdict: Verdict
    executions: tuple[Execution, ...] = ()
    env_steps: int = 0


def carry_out_by_looking(
    player: Player, judge: Judge, game: Game, task: str, parts: Sequence[str], max_steps: int
) -> Looked:
    """Execute skills in turn, each after a plan for what it needs, until the judge says done.

    Args:
        player: whose skills.
        judge: asked after every part; it is told the task in words, and shown the whole attempt.
        game: running.
        task: in words; the claim that is judged.
        parts: names of the skills.
        max_steps: steps after which to stop.
    """
    watched = WatchedGame(game, judge)
    attempt = _Attempt(player, judge, watched, task, game.steps + max_steps)
    for _ in range(MOST_ROUNDS):
        before = game.steps
        for part in parts:
            attempt.execute(part)
            if attempt.over:
                break
        if attempt.over or game.steps == before:
            break
    return Looked(
        verdict=attempt.verdict,
        executions=tuple(attempt.executions),
        env_steps=watched.used,
    )


class _Attempt:
    """A task under way."""

    def __init__(self, player: Player, judge: Judge, game: WatchedGame, task: str, until: int) -> None:
        self._player, self._judge, self._game, self._task, self._until = player, judge, game, task, until
        self._start = game.facts()
        self.executions: list[Execution] = []
        self.verdict = Verdict(outcome="unclear", reason="no skill was executed", judge="executor")

    @property
    def over(self) -> bool:
        """Whether it is done, or cannot go on."""
        ended = self._game.status is not EndStatus.RUNNING or self._game.steps >= self._until
        return ended or self.verdict.outcome == "done"

    def execute(self, part: str) -> None:
        """Reach what a skill needs, execute it, and ask the judge."""
        begin = self._game.steps
        needs = self._player.graph.belief(part).needs
        if lacking(needs, self._game.facts()):
            budget = self._until - self._game.steps
            result = self._player.pursue(self._game, Goal(facts=dict(needs)), budget, by_chance=True)
            self.executions += result.executions
        if self._game.status is EndStatus.RUNNING and self._game.steps < self._until:
            self.executions.append(self._player.attempt(self._game, part))
        if self._game.steps > begin:
            self.verdict = self._judged()

    def _judged(self) -> Verdict:
        seen = self._game.seen()
        return self._judge.judge(
            JudgeTask(
                task=self._task,
                claim=self._task,
                obtains={},
                kinds=self._player.graph.kinds,
                before=self._start,
                after=self._game.facts(),
                status=self._game.status,
                captions=seen.captions,
                frames=seen.frames,
                frame_steps=seen.steps,
                event_frames=seen.events,
                course_seen=seen.course_seen,
                screens=seen.screens,
            )
        )
