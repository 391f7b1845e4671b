"""One whole practice session on the toy game, shared by all tests that need a library learned for real."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.kit import Kit
from agent.practice import PracticeReport, run_practice
from agent.progress import NullProgress
from agent.rollouts import Job, JobResult, RolloutPool
from agent.runs import RunInfo, find_run


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


@pytest.fixture(scope="session")
def worker() -> Iterator[RolloutPool]:
    """One worker process for all tests; starting one anew is what would take most of their time."""
    pool = RolloutPool(1)
    yield pool
    pool.close()


class Borrowed(RolloutPool):
    """A pool that plays with somebody else's worker and leaves it running."""

    def __init__(self, pool: RolloutPool) -> None:
        self._pool = pool

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        return self._pool.run(kit, jobs)

    def close(self) -> None:
        pass


@pytest.fixture
def borrowed_worker(worker: RolloutPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions and tasks for one worker use the one that runs already."""

    def open_pool(workers: int) -> RolloutPool:
        return Borrowed(worker) if workers == 1 else RolloutPool(workers)

    monkeypatch.setattr("agent.practice.RolloutPool", open_pool)
    monkeypatch.setattr("agent.solve.RolloutPool", open_pool)


@pytest.fixture(scope="session")
def toy_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """From an empty library to the gem, by the answers that come with the toy game."""
    folder = tmp_path_factory.mktemp("toy-session")
    config = PracticeConfig(
        game="toy",
        library=folder / "library",
        runs_dir=folder / "runs",
        budget_steps=60_000,
        minutes=3,
        workers=1,
    )
    jobs: list[Job] = []
    run = RolloutPool.run

    def watched(self: RolloutPool, kit: Kit, more: Sequence[Job]) -> Iterator[JobResult]:
        jobs.extend(more)
        return run(self, kit, more)

    listener = Listener()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RolloutPool, "run", watched)
        report = run_practice(config, progress=listener)
    yield Session(report, config, find_run(config.runs_dir, report.run), listener.notes, jobs)
