"""A judge made worse on purpose, to see what its errors cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.judges.asking_all import judge_all
from agent.judges.draws import attempt_draw
from planners.execution.judge import Judge, JudgeTask
from planners.plan import Verdict


class NoisyJudge:
    """Turns verdicts of another judge into their opposite, each kind for itself.

    What is drawn for an attempt holds at every look at it. A missed success stays missed; an attempt that is
    to be called done falsely is called so when it ends. "Unclear" stays unclear.

    Args:
        judge: the judge.
        false_done: share of the attempts without success that are called done, 0..1.
        missed: share of the attempts with success that are called not done, 0..1.
        seed: of the draws.

    Raises:
        ValueError: a share is not in 0..1.
    """

    name = "noisy"

    def __init__(self, judge: Judge, false_done: float, missed: float, seed: int = 0) -> None:
        for what, share in (("false_done", false_done), ("missed", missed)):
            if not 0 <= share <= 1:
                raise ValueError(f"{what} is {share!r}; expected a share between 0 and 1")
        self._judge = judge
        self._false_done, self._missed, self._seed = false_done, missed, seed
        self.wants_captions = judge.wants_captions
        self.wants_frames = judge.wants_frames
        self.wants_screens = judge.wants_screens

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict, made worse."""
        return self._worse(task, self._judge.judge(task))

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        """The verdicts on several attempts."""
        verdicts = judge_all(self._judge, tasks)
        return [self._worse(task, verdict) for task, verdict in zip(tasks, verdicts, strict=True)]

    def _worse(self, task: JudgeTask, verdict: Verdict) -> Verdict:
        if verdict.outcome == "done" and attempt_draw(self._seed, "missed", task) < self._missed:
            return replace(verdict, outcome="not_done", reason="made worse on purpose", judge=self.name)
        falsely = task.over and verdict.outcome == "not_done"
        if falsely and attempt_draw(self._seed, "false done", task) < self._false_done:
            return replace(verdict, outcome="done", reason="made worse on purpose", judge=self.name)
        return verdict
