"""What practice sessions on the toy game left behind, and a pool that lends its worker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.config import PracticeConfig
from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.progress import NullProgress
from agent.practice.report import PracticeReport
from agent.records.runs import RunInfo, find_run


class Listener(NullProgress):
    """Keeps the notes, as the person who watches would read them."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@dataclass(frozen=True)
class Session:
    """What a session left behind, and every job that it had played."""

    report: PracticeReport
    config: PracticeConfig
    run: RunInfo
    notes: list[str]
    jobs: list[Job] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return list(self.run.events())


class Borrowed(JobPool):
    """A pool that plays with somebody else's worker and leaves it running."""

    def __init__(self, pool: JobPool) -> None:
        self._pool = pool

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        return self._pool.run(kit, jobs)

    def close(self) -> None:
        pass


def run_of(config: PracticeConfig, report: PracticeReport) -> RunInfo:
    return find_run(config.runs_dir, report.run)


def kinds(run: RunInfo, *wanted: str) -> list[dict[str, Any]]:
    """The run's events of these kinds."""
    return [event for event in run.events() if event["kind"] in wanted]


def admitted(report: PracticeReport) -> list[str]:
    return [entry["name"] for entry in report.admitted]


def contents(folder: Path) -> dict[str, bytes]:
    """All files below the folder, to compare it before and after."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
