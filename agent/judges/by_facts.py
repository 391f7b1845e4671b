"""Facts in a judge's place: what a skill's success is by facts, for studies of what a judge's errors cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planners.execution.judge import FactsJudge, JudgeTask
from planners.plan import Verdict


class ByFacts:
    """Judges by facts that the task does not name, since they are switched off for the skill.

    Args:
        truths: skill -> what success brings.
    """

    name = "facts"
    wants_captions = False
    wants_frames = False
    wants_screens = False

    def __init__(self, truths: Mapping[str, Mapping[str, int]]) -> None:
        self._truths = truths
        self._judge = FactsJudge()

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict of `FactsJudge`, given the facts that count."""
        return self._judge.judge(replace(task, obtains=self._truths.get(task.task, {})))
