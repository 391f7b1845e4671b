"""Practice sessions on the toy game that tests share: a whole one, and a quick one of three walks."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.llm.answer_pack import AnswerPack
from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.loop import run_practice
from agent.practice.report import PracticeReport
from agent.records.runs import find_run
from agent.testing.abilities import pack_of
from agent.testing.toy import WALKS
from tests.agent.toy_session import Borrowed, Listener, Session


@pytest.fixture(scope="session")
def worker() -> Iterator[JobPool]:
    """One worker process for all tests; starting one anew is what would take most of their time."""
    pool = JobPool(1)
    yield pool
    pool.close()


@pytest.fixture
def borrowed_worker(worker: JobPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions and tasks for one worker use the one that runs already."""

    def open_pool(workers: int, cluster: str = "") -> JobPool:
        return Borrowed(worker) if workers == 1 else JobPool(workers)

    monkeypatch.setattr("agent.practice.session.JobPool", open_pool)
    monkeypatch.setattr("agent.solving.solve.JobPool", open_pool)


@pytest.fixture(scope="session")
def toy_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """From an empty library to the gem, by the answers that come with the toy game."""
    folder = tmp_path_factory.mktemp("toy-session")
    config = PracticeConfig(
        game="toy",
        library=folder / "library",
        runs_dir=folder / "runs",
        budget_steps=60_000,
        minutes=60,
        workers=1,
    )
    jobs: list[Job] = []
    run = JobPool.run

    def watched(self: JobPool, kit: Kit, more: Sequence[Job]) -> Iterator[JobResult]:
        jobs.extend(more)
        return run(self, kit, more)

    listener = Listener()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobPool, "run", watched)
        report = run_practice(config, progress=listener)
    yield Session(report, config, find_run(config.runs_dir, report.run), listener.notes, jobs)


def recorded_config(folder: Path, pack: AnswerPack | None, **rest: Any) -> PracticeConfig:
    """A session whose folders and answers are in ``folder``; the answers are about the walks unless given."""
    path = folder / "pack.json"
    (pack or pack_of(*WALKS)).save(path)
    values = {"budget_steps": 20_000, "minutes": 60.0, "workers": 1, "retirement": False, **rest}
    return PracticeConfig(
        game="toy",
        library=folder / "library",
        runs_dir=folder / "runs",
        llm=f"recorded:{path}",
        **values,
    )


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., PracticeConfig]:
    """A configuration with recorded answers; the pack may be changed until it is used."""

    def make(pack: AnswerPack | None = None, **rest: Any) -> PracticeConfig:
        return recorded_config(tmp_path, pack, **rest)

    return make


@pytest.fixture(scope="session")
def walked(
    worker: JobPool, tmp_path_factory: pytest.TempPathFactory
) -> tuple[PracticeConfig, PracticeReport]:
    """A finished session of the three walks; copy it with `own_copy`."""
    config = recorded_config(tmp_path_factory.mktemp("walked"), None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.practice.session.JobPool", lambda workers, cluster="": Borrowed(worker))
        return config, run_practice(config)


@pytest.fixture
def own_copy(
    walked: tuple[PracticeConfig, PracticeReport], tmp_path: Path
) -> tuple[PracticeConfig, PracticeReport]:
    """The finished session of the three walks, in folders that may be changed."""
    config, report = walked
    copied = replace(config, library=tmp_path / "library", runs_dir=tmp_path / "runs")
    shutil.copytree(config.library, copied.library)
    shutil.copytree(config.runs_dir, copied.runs_dir)
    return copied, report
