"""Hours of practice in minutes: does the memory of a session grow with its turns?"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np

from agent.bench.figure import Figure
from agent.bench.memory import resident_mib
from agent.bench.settings import Settings
from agent.config import PracticeConfig
from agent.practice.loop import run_practice
from agent.practice.progress import NullProgress
from agent.records.runs import find_run

GROWTH_TARGET = 10.0
"""MiB per hundred turns that memory may grow by once the session is warm."""
OBJECTS_TARGET = 20.0
"""Thousands of Python's objects per hundred turns."""
ROUND_STEPS = 2_048
"""Game steps of a round of training: the shortest there is, so that there are many turns."""


class _Watching(NullProgress):
    """Notes the memory at the end of every turn.

    Attributes:
        resident: MiB of this process; its workers are as many and do the same.
        objects: thousands of Python's objects that may hold others.
    """

    def __init__(self) -> None:
        self.resident: list[float] = []
        self.objects: list[float] = []

    def skill_finished(
        self, name: str, *, admitted: bool, successes: int, attempts: int, steps: int, reason: str = ""
    ) -> None:
        """See `PracticeProgress`."""
        self.resident.append(resident_mib())
        self.objects.append(len(gc.get_objects()) / 1000)


def practice_soak(settings: Settings) -> list[Figure]:
    """Growth of memory over a practice of the toy game without an end: skills are polished for ever."""
    watching = _Watching()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, _endless():
        config = PracticeConfig(
            game="toy",
            library=Path(folder) / "library",
            runs_dir=Path(folder) / "runs",
            budget_steps=10**9,
            minutes=settings.soak_minutes,
            round_steps=ROUND_STEPS,
            workers=1,
        )
        report = run_practice(config, progress=watching)
        run = find_run(config.runs_dir, report.run)
        logs = sum(path.stat().st_size for path in run.path.glob("*.jsonl")) / 2**20
    turns, half = len(watching.resident), len(watching.resident) // 2
    if not turns:
        raise ValueError(f"no turn was over in {settings.soak_minutes} minutes; give it more")
    how = f"{turns:,} turns of the toy game in {report.minutes:.1f} minutes; fitted to the second half"
    return [
        Figure(
            name="practice: growth of memory, whole process",
            samples=(growth(watching.resident[half:]),),
            unit="MiB/100 turns",
            target=GROWTH_TARGET,
            how=f"{how}; {watching.resident[-1]:.0f} MiB at the end",
        ),
        Figure(
            name="practice: growth of the number of objects",
            samples=(growth(watching.objects[half:]),),
            unit="thousand/100 turns",
            target=OBJECTS_TARGET,
            how=f"{how}; {watching.objects[-1]:.0f} thousand at the end",
        ),
        Figure(
            name="practice: journals of the run",
            samples=(100 * logs / max(1, turns),),
            unit="MiB/100 turns",
            how="on disk",
        ),
    ]


@contextmanager
def _endless() -> Iterator[None]:
    """Admitted skills are practised further however good they are and however often they were."""
    with (
        patch("agent.practice.curriculum.POLISH_BELOW", 2.0),
        patch("agent.practice.curriculum.POLISH_ROUNDS", 10**9),
    ):
        yield


def growth(samples: Sequence[float]) -> float:
    """Slope of a straight line through samples, per hundred of them; 0 for fewer than two.

    >>> round(growth([1.0, 1.5, 2.0, 2.5]), 6)
    50.0
    """
    if len(samples) < 2:
        return 0.0
    return float(np.polyfit(np.arange(len(samples)), np.array(samples), 1)[0] * 100)
