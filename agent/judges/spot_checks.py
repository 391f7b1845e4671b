"""A second judge that looks at some of what the first one calls done."""

from __future__ import annotations

from collections.abc import Sequence

from agent.judges.asking_all import judge_all
from agent.judges.draws import attempt_draw
from planners.execution.judge import Judge, JudgeTask
from planners.plan import Verdict

CONTESTED = "spot check"
"""Source of verdicts on which two judges do not agree."""


class SpotChecked:
    """A judge whose verdicts of "done" another, differently trained one checks now and then.

    What is learned from a judge looks for pictures that fool it; those that fool one judge seldom fool both.
    Where the second does not say "done" too, the verdict is unclear.

    Args:
        judge: the judge.
        second: the other one.
        share: of the attempts that both look at, 0..1.
        seed: of which attempts those are.
    """

    def __init__(self, judge: Judge, second: Judge, share: float, seed: int = 0) -> None:
        if not 0 <= share <= 1:
            raise ValueError(f"share is {share!r}; expected a share between 0 and 1")
        self._judge, self._second = judge, second
        self._share, self._seed = share, seed
        self.name = judge.name
        self.wants_captions = judge.wants_captions or second.wants_captions
        self.wants_frames = judge.wants_frames or second.wants_frames
        self.wants_screens = judge.wants_screens or second.wants_screens

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict; unclear where the two do not agree that it is done."""
        return self.judge_many([task])[0]

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        """The verdicts on several attempts."""
        verdicts = judge_all(self._judge, tasks)
        checked = [i for i, task in enumerate(tasks) if verdicts[i].outcome == "done" and self._checks(task)]
        for i, other in zip(checked, judge_all(self._second, [tasks[i] for i in checked]), strict=True):
            if other.outcome != "done":
                verdicts[i] = _contested(verdicts[i], other)
        return verdicts

    def _checks(self, task: JudgeTask) -> bool:
        return attempt_draw(self._seed, "spot check", task) < self._share


def _contested(first: Verdict, other: Verdict) -> Verdict:
    says = {"not_done": "that it is not done", "unclear": "that it is unclear"}[other.outcome]
    reason = (
        f"{first.judge} says that it is done ({first.reason}), {other.judge} says {says} ({other.reason})"
    )
    return Verdict(outcome="unclear", reason=reason, judge=CONTESTED, confidence=first.confidence)
