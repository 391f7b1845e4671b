"""What fooled a judge is shown to it again, and what it was sure of then is not enough any more.

The judge's network stays; its bar for "done" is raised, skill by skill, above the confidence that it had in
attempts that were not done. Training it on with them takes longer than a session.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.judges.asking_all import judge_all
from envs.game import Game, GameSpec
from envs.registry import make_game
from planners.execution.judge import Judge, JudgeTask
from planners.execution.views import Views
from planners.plan import Verdict

MARGIN = 0.001
"""By how much a verdict must be surer than those that were false."""
HIGHEST_BAR = 0.9995
"""A bar above this would be met by nothing."""


class Stricter:
    """A judge whose verdicts of "done" count for some skills only where it is surer than it was when fooled.

    Args:
        judge: the judge.
        bars: skill -> confidence that a verdict of "done" needs.
    """

    def __init__(self, judge: Judge, bars: Mapping[str, float]) -> None:
        self._judge, self._bars = judge, bars
        self.name = judge.name
        self.wants_captions = judge.wants_captions
        self.wants_frames = judge.wants_frames
        self.wants_screens = judge.wants_screens

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict; unclear where it is "done" and not sure enough."""
        return self._weighed(task, self._judge.judge(task))

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        """The verdicts on several attempts."""
        verdicts = judge_all(self._judge, tasks)
        return [self._weighed(task, verdict) for task, verdict in zip(tasks, verdicts, strict=True)]

    def _weighed(self, task: JudgeTask, verdict: Verdict) -> Verdict:
        bar = self._bars.get(task.task, 0.0)
        if verdict.outcome != "done" or verdict.confidence >= bar:
            return verdict
        reason = f"{verdict.reason}; as sure as that ({verdict.confidence:.3f}) it was of failures too"
        return replace(verdict, outcome="unclear", reason=reason)


def bars_above(spec: GameSpec, judge: Judge, negatives: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Skill -> the confidence above that in attempts that the judge calls done and that were not.

    Args:
        spec: the game.
        judge: who was fooled.
        negatives: attempts, see `agent.practice.judged.negatives.read_negatives`.
    """
    bars: dict[str, float] = {}
    game = make_game(spec.name)
    try:
        for negative in negatives:
            verdict = judge.judge(_seen_again(game, negative))
            if verdict.outcome == "done":
                skill = str(negative["skill"])
                bars[skill] = max(bars.get(skill, 0.0), verdict.confidence + MARGIN)
    finally:
        game.close()
    return bars


def _seen_again(game: Game, negative: Mapping[str, Any]) -> JudgeTask:
    """The attempt as it was judged, played again."""
    if snapshot := zlib.decompress(base64.b64decode(negative["snapshot"])):
        game.restore(snapshot)
    else:
        game.reset(int(negative["seed"]))
    size, before = game.spec.judged_size, game.facts()
    first, views = game.frame(size), Views(captions=False, frames=True)
    views.look(game, 0)
    for step, action in enumerate(negative["actions"], 1):
        game.step(int(action))
        views.look(game, step)
    seen = views.chosen()
    return JudgeTask(
        task=str(negative["skill"]),
        claim=str(negative["claim"]),
        obtains={},
        kinds=game.spec.fact_kinds,
        before=before,
        after=game.facts(),
        status=game.status,
        frames=(first, game.frame(size)),
        frame_steps=(0, len(negative["actions"])),
        event_frames=seen.events,
        course_seen=seen.course_seen,
    )
