"""The pool over Ray, on a cluster of two nodes that are both on this machine."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from envs.errors import BadSnapshot, MissingDependency, NoCluster, TooLittle
from envs.workers.cluster import faults, ray_pool
from envs.workers.remarks import listening
from envs.workers.servant import Answer, Death, Failure, SameEverywhere
from tests.envs.workers.servants import Factory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("servants")


@pytest.fixture(scope="module")
def pool(ray_cluster: Any, folder: Path) -> Iterator[Any]:
    with ray_pool.RayPool(Factory(folder), ["one", "two"], cluster="auto") as pool:
        yield pool


def ask(pool: Any, worker: int, method: str, *arguments: Any) -> Any:
    pool.send(worker, method, *arguments)
    return pool.receive(worker)


def test_calls_are_answered_in_processes_of_their_own(pool: Any) -> None:
    pids = [ask(pool, worker, "pid").value for worker in (0, 1)]
    assert len({*pids, os.getpid()}) == 3
    assert [pool.where(worker)["pid"] for worker in (0, 1)] == pids
    assert ask(pool, 0, "environment", "OMP_NUM_THREADS") == Answer("1")


def test_failures_and_what_cannot_be_sent_leave_the_worker_at_work(pool: Any) -> None:
    known = ask(pool, 0, "known")
    assert isinstance(known, Failure) and isinstance(known.error, BadSnapshot)
    unknown = ask(pool, 0, "unknown")
    assert isinstance(unknown, Failure) and unknown.error is None and "this is not known" in unknown.summary
    assert "pickle" in ask(pool, 0, "unpicklable").summary
    assert isinstance(ask(pool, 0, "who"), Answer)


def test_remarks_come_before_the_answer(pool: Any) -> None:
    heard: list[int] = []
    with listening(heard.append):
        assert ask(pool, 0, "chatter", 3) == Answer(3)
        assert heard == [0, 1, 2]


def test_a_killed_worker_is_a_death_and_its_task_is_not_repeated_by_itself(pool: Any, folder: Path) -> None:
    pool.send(0, "hang")
    while not (folder / "hangs").exists():
        pass
    os.kill(pool.where(0)["pid"], signal.SIGKILL)
    outcome = pool.receive(0)
    assert isinstance(outcome, Death)
    assert str(outcome).startswith("worker 'one' ended unexpectedly: ActorDiedError")
    pool.restart(0)
    assert ask(pool, 0, "who") == Answer((0, pool.restarts))


def test_tasks_of_a_worker_that_ends_are_told_and_the_rest_is_done(pool: Any) -> None:
    outcomes = dict(pool.map_unordered("end_once", [3, 4, 5]))
    deaths = [outcome for outcome in outcomes.values() if isinstance(outcome, Death)]
    assert len(deaths) == 1
    assert [o for o in outcomes.values() if o not in deaths] == [Answer("alive")] * 2


def test_no_slot_free_is_told_with_figures(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_pool, "ROOM_S", 0.0)
    for module in (ray_pool, faults):
        monkeypatch.setattr(module, "free_cpus", lambda: 0.0)
    with pytest.raises(
        NoCluster, match=r"^no slot is free on the cluster: 0 of \d CPUs are, and 3 workers want 1 each; wait"
    ):
        ray_pool.RayPool(Factory(Path()), ["a", "b", "c"], cluster="auto")


def test_there_are_no_more_workers_than_there_is_room_for(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_pool, "free_cpus", lambda: 2.0)
    assert ray_pool.room_for(7) == 2


def test_a_full_object_store_is_told_with_what_to_do(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(value: object) -> Any:
        raise pool._ray.exceptions.ObjectStoreFullError("The object store is full")

    with monkeypatch.context() as patch:
        patch.setattr(pool._ray, "put", full)
        patch.setattr(pool, "make", Factory(Path("another")))
        with pytest.raises(TooLittle, match=r"object store of the cluster has no room for \d+ bytes; start"):
            pool.send(0, "who")
    error = pool._ray.exceptions.ObjectStoreFullError("The object store is full")
    assert isinstance(faults.failed(pool._ray, error).error, TooLittle)


@pytest.fixture
def only_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module that no node has."""
    (tmp_path / "only_here.py").write_text(
        "class Actor:\n"
        "    def __init__(self, *given): pass\n"
        "    def about(self): return {}\n"
        "def build(): return None\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import only_here  # type: ignore[import-not-found]

    yield only_here
    with suppress(KeyError):
        del sys.modules["only_here"]


def test_a_node_without_the_games_packages_is_told_by_the_package(pool: Any, only_here: Any) -> None:
    pool.make = SameEverywhere(only_here.build)
    outcome = ask(pool, 0, "who")
    assert isinstance(outcome, Failure)
    assert "No module named 'only_here'" in outcome.summary


def test_a_node_without_journeyman_is_told_what_to_install(
    pool: Any, only_here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_pool, "Actor", only_here.Actor)
    with pytest.raises(
        MissingDependency,
        match=r"lacks the package 'only_here'; install Journeyman and its game on every",
    ):
        ray_pool.RayPool(SameEverywhere(only_here.build), ["one"], cluster="auto")


def test_another_journeyman_on_a_node_is_refused(pool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_pool, "own_version", lambda: "0.0.1")
    with pytest.raises(NoCluster, match=r"has Journeyman .* and this machine 0\.0\.1; install the same"):
        ray_pool.RayPool(Factory(Path()), ["one"], cluster="auto")
