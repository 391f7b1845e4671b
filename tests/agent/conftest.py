"""One whole practice session on the toy game, shared by all tests that need a library learned for real."""

from collections.abc import Iterator, Sequence

import pytest
from toy_session import Borrowed, Listener, Session

from agent.config import PracticeConfig
from agent.kit import Kit
from agent.practice import run_practice
from agent.rollouts import Job, JobResult, RolloutPool
from agent.runs import find_run


@pytest.fixture(scope="session")
def worker() -> Iterator[RolloutPool]:
    """One worker process for all tests; starting one anew is what would take most of their time."""
    pool = RolloutPool(1)
    yield pool
    pool.close()


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
