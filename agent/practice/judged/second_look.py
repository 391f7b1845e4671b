"""A second look at what the embedded judge is unsure of: by a chat model, or a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from agent.play.jobs import JobResult
from agent.practice.session import Session
from planners.plan import Verdict

MOST_IN_A_TRIAL: Final = 12
"""Attempts of one trial that are looked at again, so that one skill does not use up all calls."""


def look_again(session: Session, skill: str, outcomes: Sequence[JobResult]) -> list[JobResult]:
    """The outcomes of a trial, with clear verdicts where a chat model or a person has given them.

    Args:
        session: the session; without anybody to ask, nothing changes.
        skill: what was tried.
        outcomes: each with an attempt at it.
    """
    if not session.later.looking:
        return list(outcomes)
    asked: list[Verdict] = []
    settled = []
    for outcome in outcomes:
        task, attempt = outcome.unsettled, outcome.attempt
        if task is not None and attempt is not None and len(asked) < MOST_IN_A_TRIAL:
            asked.append(session.later.judge(task))
            if asked[-1].outcome != "unclear":
                outcome = replace(outcome, attempt=replace(attempt, verdict=asked[-1]))
        settled.append(replace(outcome, unsettled=None))
    if asked:
        counts = {name: sum(v.outcome == name for v in asked) for name in ("done", "not_done", "unclear")}
        session.run.event("looked_again", skill=skill, judge=asked[-1].judge, attempts=len(asked), **counts)
    return settled
