"""Judges that say what a test tells them to."""

from collections.abc import Sequence

from planners.execution.judge import JudgeTask
from planners.plan import Outcome, Verdict


class Says:
    """Says one thing of everything, and remembers what it was asked."""

    wants_captions = False
    wants_frames = False
    wants_screens = False

    def __init__(self, outcome: Outcome, name: str = "first") -> None:
        self.outcome, self.name = outcome, name
        self.asked: list[JudgeTask] = []

    def judge(self, task: JudgeTask) -> Verdict:
        self.asked.append(task)
        return Verdict(outcome=self.outcome, reason=f"told to say {self.outcome}", judge=self.name)


class SaysInOrder(Says):
    """Says one thing after the other, then the last for ever."""

    def __init__(self, *outcomes: Outcome, name: str = "first") -> None:
        super().__init__(outcomes[0], name)
        self.outcomes = list(outcomes)

    def judge(self, task: JudgeTask) -> Verdict:
        self.outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        return super().judge(task)


class Together(Says):
    """Takes attempts together, and counts the calls."""

    def __init__(self, outcome: Outcome, name: str = "together") -> None:
        super().__init__(outcome, name)
        self.calls = 0

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        self.calls += 1
        return [self.judge(task) for task in tasks]


def attempts(n: int, *, over: bool = True, task: str = "chop") -> list[JudgeTask]:
    return [
        JudgeTask(task=task, obtains={}, kinds={}, before={}, after={}, claim="wood", key=k + 1, over=over)
        for k in range(n)
    ]
