"""Several attempts put to a judge at once, where it can take them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from planners.execution.judge import Judge, JudgeTask
from planners.plan import Verdict


@runtime_checkable
class BatchJudge(Protocol):
    """A judge that is quicker with many attempts at once than one by one."""

    def judge_many(self, tasks: Sequence[JudgeTask]) -> Sequence[Verdict]:
        """The verdicts, in the order of the tasks."""
        ...


def judge_all(judge: Judge, tasks: Sequence[JudgeTask]) -> list[Verdict]:
    """The verdicts on all attempts, in their order."""
    if isinstance(judge, BatchJudge):
        return list(judge.judge_many(tasks))
    return [judge.judge(task) for task in tasks]
