"""The pictures that verdicts rest on: a few, small ones are kept, so that a person can look too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from agent.judges.recipe import BY_FACTS
from agent.play.jobs import Job, JobResult
from agent.practice.live import png
from agent.practice.session import Session
from envs import disk
from envs.disk import Written
from envs.text import plain
from skills.files import write_atomically

WITNESSED: Final = 4
"""Attempts of a trial whose pictures are kept."""
MOST_KEPT: Final = 400
"""Pictures that a run keeps."""
FOLDER: Final = "verdicts"
"""Of the pictures, in the run's media."""
GAP: Final = 4
"""Pixels between the first and the last picture of an attempt."""


def witnessed(jobs: Sequence[Job]) -> list[Job]:
    """The attempts of a trial, with pictures kept of the first of them."""
    return [replace(job, witness=i < WITNESSED) for i, job in enumerate(jobs)]


def keep_witnesses(session: Session, skill: str, claim: str, results: Sequence[JobResult]) -> None:
    """Write down the verdicts of attempts that have pictures: the first and the last, side by side.

    Args:
        session: the session.
        skill: what was attempted.
        claim: what had to be seen.
        results: the attempts.
    """
    folder = session.run.media / FOLDER
    for result in results:
        attempt = result.attempt
        if attempt is None or not result.witnessed or attempt.verdict.judge == BY_FACTS:
            continue
        number = session.state.witnessed + 1
        if number > MOST_KEPT:
            return
        session.state.witnessed = number
        gap = np.full((result.witnessed[0].shape[0], GAP, 3), 255, np.uint8)
        pixels = np.concatenate([result.witnessed[0], gap, result.witnessed[-1]], axis=1)
        disk.make_folder(folder, Written.RUN)
        path = folder / f"{number:04d}.png"
        write_atomically(path, png(pixels), Written.RUN)
        verdict = attempt.verdict
        session.run.event(
            "verdict", skill=skill, claim=claim, outcome=verdict.outcome, reason=plain(verdict.reason, 300),
            judge=verdict.judge, confidence=round(verdict.confidence, 3), steps=attempt.env_steps,
            picture=f"{FOLDER}/{path.name}",
        )  # fmt: skip
