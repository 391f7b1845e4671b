"""What fooled a judge is shown to it again, and it is refitted once: for one skill, from its own attempts.

Attempts at the skill that facts have checked, those that the judge took for successes and real ones, are
rebuilt to the pixel. A small head over what the judge's reader sees learns to tell them apart, and its bar is
set on attempts that it did not learn from; that takes seconds. Where they are too few, or cannot be told
apart, the bar for "done" is raised above how sure the judge was of what failed. The networks stay.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.judges.asking_all import judge_all
from agent.judges.path import features_by
from agent.judges.refit_head import Head, fit_head
from envs.game import Game, GameSpec
from envs.registry import make_game
from planners.execution.judge import Judge, JudgeTask
from planners.execution.views import Views
from planners.plan import Verdict

MARGIN = 0.001
"""By how much a verdict must be surer than those that were false."""
HIGHEST_BAR = 0.9995
"""A bar above this would be met by nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """What came of showing a judge again what fooled it.

    Attributes:
        bar: confidence that a verdict of "done" needs without a head; 0 where nothing fooled it again.
        head: tells successes from what was taken for them; None where none could be learned.
        negatives: attempts that were not done, and are called done again.
        positives: attempts that were done, and are called done again.
    """

    bar: float = 0.0
    head: Head | None = None
    negatives: int = 0
    positives: int = 0


class Refitted:
    """A judge whose verdicts of "done" are weighed once more for skills that fooled it.

    Args:
        judge: the judge.
        bars: skill -> confidence that a verdict of "done" needs, for skills without a head.
        heads: skill -> head that must find it a success, too.
    """

    def __init__(
        self, judge: Judge, bars: Mapping[str, float], heads: Mapping[str, Head] | None = None
    ) -> None:
        self._judge, self._bars, self._heads = judge, bars, heads or {}
        self.name = judge.name
        self.wants_captions = judge.wants_captions
        self.wants_frames = judge.wants_frames
        self.wants_screens = judge.wants_screens

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict; unclear where it is "done" and does not bear a second look."""
        return self._weighed(task, self._judge.judge(task))

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        """The verdicts on several attempts."""
        verdicts = judge_all(self._judge, tasks)
        return [self._weighed(task, verdict) for task, verdict in zip(tasks, verdicts, strict=True)]

    def _weighed(self, task: JudgeTask, verdict: Verdict) -> Verdict:
        if verdict.outcome != "done":
            return verdict
        if (head := self._heads.get(task.task)) is not None:
            return self._by_head(task, verdict, head)
        if verdict.confidence >= self._bars.get(task.task, 0.0):
            return verdict
        reason = f"{verdict.reason}; as sure as that ({verdict.confidence:.3f}) it was of failures too"
        return replace(verdict, outcome="unclear", reason=reason)

    def _by_head(self, task: JudgeTask, verdict: Verdict, head: Head) -> Verdict:
        seen = features_by(self._judge, task)
        chance = head.chance(_row(seen, verdict)) if seen is not None else 0.0
        if chance >= head.bar:
            return replace(verdict, confidence=round(chance, 4))
        reason = f"{verdict.reason}; it looks like failures that the judge was fooled by ({chance:.3f})"
        return replace(verdict, outcome="unclear", reason=reason, confidence=round(1 - chance, 4))


def refit(spec: GameSpec, judge: Judge, records: Sequence[Mapping[str, Any]]) -> Refit:
    """Show a judge again what it called done at one skill, and learn to tell what was from what was not.

    Args:
        spec: the game.
        judge: who was fooled.
        records: checked attempts, see `agent.practice.judged.negatives.read_negatives`.
    """
    again: list[tuple[Mapping[str, Any], Verdict, NDArray[Any] | None]] = []
    game = make_game(spec.name)
    try:
        for record in records:
            task = _seen_again(game, record)
            verdict = judge.judge(task)
            if verdict.outcome == "done":
                again.append((record, verdict, features_by(judge, task)))
    finally:
        game.close()
    holds = [bool(record.get("holds", False)) for record, _, _ in again]
    false = [verdict.confidence for (_, verdict, _), held in zip(again, holds, strict=True) if not held]
    rows = [_row(seen, verdict) for _, verdict, seen in again if seen is not None]
    head = None
    if rows and len(rows) == len(again):
        head = fit_head(np.stack(rows), holds, [int(record["seed"]) for record, _, _ in again])
    bar = max(false) + MARGIN if false else 0.0
    return Refit(bar=bar, head=head, negatives=len(false), positives=sum(holds))


def _row(seen: NDArray[Any], verdict: Verdict) -> NDArray[np.float64]:
    """The features of a head: what is seen, and how sure the judge is."""
    return np.append(np.asarray(seen, np.float64), verdict.confidence)


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
