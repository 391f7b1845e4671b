"""Draws that belong to an attempt: the same at every look at it, whoever looks."""

from __future__ import annotations

from envs.seeding import child_seed
from planners.execution.judge import JudgeTask

_DRAWS = 1 << 30


def attempt_draw(seed: int, purpose: str, task: JudgeTask) -> float:
    """A number in [0, 1) for one purpose; of a task without a key, it depends on where the attempt began.

    Args:
        seed: of all draws.
        purpose: what it is for; other purposes draw other numbers.
        task: the attempt.
    """
    began = "" if task.key else repr(sorted(task.before.items()))
    return child_seed(seed, purpose, task.task, task.key, began) % _DRAWS / _DRAWS
