"""Every back end keeps the contract of `envs.workers.pool.WorkerPool`."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from envs.errors import BadSnapshot, WorkerDied
from envs.workers.local import LocalPool
from envs.workers.opening import open_workers
from envs.workers.pool import WorkerPool
from envs.workers.processes import ProcessPool
from envs.workers.servant import Answer, Failure, ServantFactory
from envs.workers.threads import ThreadPool
from tests.envs.workers.servants import UNBUILDABLE, Factory

BACK_ENDS: dict[str, Callable[[ServantFactory], WorkerPool]] = {
    "local": LocalPool,
    "threads": lambda make: ThreadPool(make, ["first", "second"]),
    "processes": lambda make: ProcessPool(make, ["first", "second"]),
    "ray": lambda make: open_workers(make, ["first", "second"], cluster="auto"),
}


def never(*arguments: Any) -> Any:
    raise AssertionError("nobody dies here")


def call(pool: WorkerPool, method: str, *arguments: Any) -> list[Any]:
    """The answers of all workers to the same call."""
    return pool.call_all(method, [arguments] * len(pool.names), on_death=never, resume=never)


@pytest.fixture(
    params=[name if name != "ray" else pytest.param(name, marks=pytest.mark.long) for name in BACK_ENDS]
)
def pool(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WorkerPool]:
    if request.param == "ray":
        request.getfixturevalue("ray_cluster")
    with BACK_ENDS[request.param](Factory(tmp_path)) as pool:
        yield pool


class TestPoolContract:
    def test_all_are_called_and_answer_in_order(self, pool: WorkerPool) -> None:
        pool.wait_started()
        assert call(pool, "who") == [(worker, 0) for worker in range(len(pool.names))]
        assert call(pool, "add", 2) == [2] * len(pool.names)
        assert call(pool, "add", 1) == [3] * len(pool.names)  # the same servants

    def test_every_task_has_its_outcome(self, pool: WorkerPool) -> None:
        outcomes = dict(pool.map_unordered("add", [1, 10, 100]))
        assert set(outcomes) == {1, 10, 100}
        totals = [outcome.value for outcome in outcomes.values() if isinstance(outcome, Answer)]
        assert len(totals) == 3 and all(total > 0 for total in totals)
        assert list(pool.map_unordered("add", [])) == []

    def test_closing_the_iterator_early_drops_the_rest(self, pool: WorkerPool) -> None:
        outcomes = pool.map_unordered("add", [1, 1, 1, 1, 1, 1])
        next(outcomes)
        outcomes.close()
        ((task, outcome),) = pool.map_unordered("add", [5])
        assert task == 5
        assert outcome in (Answer(5), Answer(6))  # nothing of the dropped tasks was done or comes back

    def test_a_failure_is_told_and_the_worker_goes_on(self, pool: WorkerPool) -> None:
        for method, error in (("known", "BadSnapshot: this is known"), ("unknown", "RuntimeError: this is")):
            pool.send(0, method)
            assert pool.ready([0]) == [0]
            outcome = pool.receive(0)
            assert isinstance(outcome, Failure)
            assert error in outcome.trace
            assert isinstance(outcome.error, BadSnapshot) or method == "unknown"
        pool.send(0, "add", 4)
        assert pool.receive(0) == Answer(4)
        assert pool.restarts == 0

    def test_known_errors_are_raised_as_they_are(self, pool: WorkerPool) -> None:
        with pytest.raises(BadSnapshot, match=r"^this is known$"):
            call(pool, "known")

    def test_unknown_errors_show_what_happened(self, pool: WorkerPool) -> None:
        with pytest.raises((WorkerDied, RuntimeError), match="this is not known"):
            call(pool, "unknown")

    def test_a_servant_that_cannot_be_built_fails_every_call(self, pool: WorkerPool, tmp_path: Path) -> None:
        pool.make = UNBUILDABLE
        for _ in range(2):
            pool.send(0, "who")
            outcome = pool.receive(0)
            assert isinstance(outcome, Failure) and isinstance(outcome.error, BadSnapshot)
        pool.make = Factory(tmp_path)
        pool.send(0, "who")
        assert pool.receive(0) == Answer((0, 0))
        pool.make = UNBUILDABLE
        with pytest.raises(BadSnapshot, match="there is nothing to build"):
            pool.wait_started()

    def test_another_factory_replaces_the_servants(self, pool: WorkerPool, tmp_path: Path) -> None:
        call(pool, "add", 2)
        assert not (tmp_path / "closed-0-0").exists()
        pool.make = Factory(tmp_path)
        assert call(pool, "add", 3) == [3] * len(pool.names)
        assert (tmp_path / "closed-0-0").exists()

    @pytest.mark.slow
    def test_a_restart_builds_another_servant_with_its_number(self, pool: WorkerPool) -> None:
        call(pool, "add", 2)
        for restarts in (1, 2):
            pool.restart(0)
            pool.send(0, "who")
            assert pool.receive(0) == Answer((0, restarts))
            assert pool.restarts == restarts
        pool.send(0, "add", 7)
        assert pool.receive(0) == Answer(7)

    def test_closing_frees_the_servants_and_ends_the_pool(self, pool: WorkerPool, tmp_path: Path) -> None:
        pool.wait_started()
        pool.close()
        pool.close()
        assert {file.name for file in tmp_path.iterdir()} == {
            f"closed-{worker}-0" for worker in range(len(pool.names))
        }
        assert pool.closed
        pool.restart(0)
        with pytest.raises(WorkerDied, match="the workers are closed"):
            pool.send(0, "who")
        with pytest.raises(WorkerDied, match="the workers are closed"):
            call(pool, "who")
