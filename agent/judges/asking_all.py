"""Several attempts put to a judge at once, where it can take them together."""

from __future__ import annotations

from collections.abc import Sequence

from agent.judges.path import ManyJudge
from planners.execution.judge import Judge, JudgeTask
from planners.plan import Verdict


def judge_all(judge: Judge, tasks: Sequence[JudgeTask]) -> list[Verdict]:
    """The verdicts on all attempts, in their order."""
    if isinstance(judge, ManyJudge):
        return judge.judge_many(tasks)
    return [judge.judge(task) for task in tasks]
