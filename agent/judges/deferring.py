"""A judge in a worker that keeps what it is unsure of, for somebody who can be asked elsewhere only."""

from __future__ import annotations

from collections.abc import Sequence

from agent.judges.asking_all import judge_all
from agent.judges.spot_checks import CONTESTED
from planners.execution.judge import Judge, JudgeTask
from planners.plan import Verdict


class Deferring:
    """A judge that keeps the last attempt that had ended and that it was unclear about.

    Chat models and persons are asked in the process of the session, where their calls are counted. Where two
    judges did not agree, nobody else is asked: that an attempt may be a trick stays in doubt.

    Args:
        judge: the judge.
        shown: whoever is asked later; attempts come with what they want to see, too.
    """

    def __init__(self, judge: Judge, *, frames: bool, screens: bool) -> None:
        self._judge = judge
        self._kept: JudgeTask | None = None
        self.name = judge.name
        self.wants_captions = judge.wants_captions
        self.wants_frames = judge.wants_frames or frames
        self.wants_screens = judge.wants_screens or screens

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict of the judge."""
        return self.judge_many([task])[0]

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        """The verdicts of the judge on several attempts."""
        verdicts = judge_all(self._judge, tasks)
        for task, verdict in zip(tasks, verdicts, strict=True):
            if task.over:
                unsure = verdict.outcome == "unclear" and verdict.judge != CONTESTED
                self._kept = task if unsure else None
        return verdicts

    def take(self, skill: str) -> JudgeTask | None:
        """The attempt that was kept, if it was one at this skill; it is kept no longer."""
        kept, self._kept = self._kept, None
        return kept if kept is not None and kept.task == skill else None
