import errno
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import pytest

from envs.errors import TooLittle, WorkerDied
from envs.workers.processes import ProcessPool
from envs.workers.remarks import listening, remark
from envs.workers.servant import Answer, Death, Failure, SameEverywhere, bounded_trace
from tests.envs.workers.servants import DIES, Factory, Greedy

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[ProcessPool]:
    with ProcessPool(Factory(tmp_path), ["one", "two"]) as pool:
        yield pool


def ask(pool: ProcessPool, worker: int, method: str, *arguments: Any) -> Any:
    pool.send(worker, method, *arguments)
    outcome = pool.receive(worker)
    assert isinstance(outcome, Answer), outcome
    return outcome.value


def no_more(death: Death, deaths: int) -> None:
    raise AssertionError(f"{death}, and nobody was to die")


def running(pids: list[int | None]) -> set[int | None]:
    return set(pids) & {process.pid for process in multiprocessing.active_children()}


def when_it_hangs(folder: Path, pid: int | None, number: int) -> None:
    """Send a process a signal as soon as it hangs."""

    def wait() -> None:
        while not (folder / "hangs").exists():
            threading.Event().wait(0.01)
        assert pid is not None
        os.kill(pid, number)

    threading.Thread(target=wait, daemon=True).start()


def test_a_death_is_told_apart_from_a_failure(pool: ProcessPool) -> None:
    pool.send(0, "end", 9)
    assert ask(pool, 1, "add", 1) == 1
    assert pool.receive(0) == Death("one", 9)
    assert str(Death("one", 9)) == "worker 'one' ended unexpectedly with exit code 9"
    pool.send(0, "who")  # harmless
    assert pool.receive(0) == Death("one", 9)
    pool.restart(0)
    assert ask(pool, 0, "who") == (0, 1)
    assert ask(pool, 1, "add", 1) == 2  # nothing happened to the other one


def test_what_was_heard_is_not_waited_for_again(pool: ProcessPool, monkeypatch: pytest.MonkeyPatch) -> None:
    pool.send(0, "add", 1)
    assert pool.ready([0]) == [0]

    def wait(*_: Any) -> list[Any]:
        raise AssertionError("its pipe says nothing more")

    monkeypatch.setattr("envs.workers.processes.wait", wait)
    assert pool.receive(0) == Answer(1)


def test_a_worker_that_is_killed_in_the_midst_of_a_call_is_noticed(pool: ProcessPool, tmp_path: Path) -> None:
    pool.send(1, "hang")
    when_it_hangs(tmp_path, pool.pids[1], signal.SIGKILL)
    assert pool.ready([1]) == [1]
    assert pool.receive(1) == Death("two", -9)


def test_a_call_to_all_goes_on_with_the_one_that_follows(pool: ProcessPool) -> None:
    told: list[tuple[str, int]] = []
    answers = pool.call_all(
        "end_once",
        [(5,), (5,)],
        on_death=lambda death, deaths: told.append((death.name, deaths)),
        resume=lambda worker: ("who", ()),
    )
    assert len(told) in (1, 2) and all(deaths == 1 for _, deaths in told)
    assert pool.restarts == len(told)
    resumed = [answer for answer in answers if answer != "alive"]
    assert sorted(restart for _, restart in resumed) == list(range(1, len(told) + 1))
    assert answers == [answer if answer == "alive" else (at, answer[1]) for at, answer in enumerate(answers)]


@pytest.mark.slow
def test_whoever_is_told_of_deaths_may_have_had_enough(pool: ProcessPool) -> None:
    def enough(death: Death, deaths: int) -> None:
        if deaths == 2:
            raise KeyboardInterrupt

    before = pool.pids
    with pytest.raises(KeyboardInterrupt):
        pool.call_all("end", [(5,), (5,)], on_death=enough, resume=lambda worker: ("end", (5,)))
    assert pool.closed
    assert running(before) == running(pool.pids) == set()


@pytest.mark.slow
def test_tasks_that_kill_their_worker_are_told_and_the_rest_is_done(pool: ProcessPool) -> None:
    outcomes = dict(pool.map_unordered("end_once", [6, 7, 8, 9]))
    dead = {task: outcome for task, outcome in outcomes.items() if isinstance(outcome, Death)}
    assert {task: death.exitcode for task, death in dead.items()} == {task: task for task in dead}
    assert 1 <= len(dead) == pool.restarts <= 2
    assert [outcomes[task] for task in outcomes if task not in dead] == [Answer("alive")] * (4 - len(dead))


def test_what_cannot_start_says_so() -> None:
    pool = ProcessPool(DIES, ["stillborn"])
    with pytest.raises(WorkerDied, match=r"worker 'stillborn' ended .* with exit code 3; it could not start"):
        pool.wait_started()
    assert pool.closed


@pytest.mark.slow
def test_only_known_errors_come_as_they_are(pool: ProcessPool, tmp_path: Path) -> None:
    pool.send(0, "unknown")
    outcome = pool.receive(0)
    assert isinstance(outcome, Failure) and outcome.error is None
    with pytest.raises(WorkerDied, match=r"(?s)worker '(one|two)' failed:.*RuntimeError: this is not known"):
        pool.call_all("unknown", [(), ()], on_death=no_more, resume=lambda worker: ("who", ()))
    with ProcessPool(Factory(tmp_path), ["one"], (RuntimeError,)) as other:
        other.send(0, "unknown")
        outcome = other.receive(0)
        assert isinstance(outcome, Failure) and isinstance(outcome.error, RuntimeError)


def test_what_cannot_be_sent_is_a_failure_there_and_an_error_here(pool: ProcessPool) -> None:
    pool.send(0, "unpicklable")
    outcome = pool.receive(0)
    assert isinstance(outcome, Failure) and "cannot pickle" in outcome.trace
    with pytest.raises(TypeError, match="cannot pickle"):
        pool.send(0, "add", threading.Lock())
    assert ask(pool, 0, "add", 1) == 1


@pytest.mark.parametrize("end", ["death", "restart", "close"])
def test_what_a_worker_leaves_on_disk_goes_with_it(pool: ProcessPool, end: str) -> None:
    file = Path(ask(pool, 0, "temporary"))
    assert file.exists()
    if end == "death":
        pool.send(0, "end", 1)
        pool.receive(0)
    if end == "close":
        pool.close()
    else:
        pool.restart(0)
    assert not file.parent.exists()


def test_ctrl_c_is_left_to_the_parent_from_the_first_moment_on(pool: ProcessPool) -> None:
    before = list(pool.pids)
    for pid in before:
        assert pid is not None
        os.kill(pid, signal.SIGINT)  # they are still starting
    pids = [ask(pool, worker, "pid") for worker in (0, 1)]
    assert pids == before
    for pid in pids:
        os.kill(pid, signal.SIGINT)
    assert [ask(pool, worker, "pid") for worker in (0, 1)] == before


def test_workers_compute_with_one_thread_and_nothing_changes_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    with ProcessPool(Factory(tmp_path), ["one"]) as pool:
        assert [ask(pool, 0, "environment", name) for name in THREADS] == ["1"] * 4
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert "NUMBA_NUM_THREADS" not in os.environ


def test_closing_ends_workers_at_work_too(pool: ProcessPool, tmp_path: Path) -> None:
    assert ask(pool, 0, "add", 1) == 1
    pool.send(1, "hang")
    pids = list(pool.pids)
    assert len(running(pids)) == 2
    pool.close()
    assert running(pids) == set()
    assert (tmp_path / "closed-0-0").exists()
    assert not (tmp_path / "closed-1-0").exists()


@pytest.mark.slow
def test_workers_end_when_their_parent_is_gone_even_in_the_midst_of_a_call(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        """
import sys
from pathlib import Path
from envs.workers.processes import ProcessPool
from tests.envs.workers.servants import Factory

if __name__ == "__main__":
    pool = ProcessPool(Factory(Path(sys.argv[1])), ["orphan"])
    pool.send(0, "temporary")
    print(pool.receive(0).value, flush=True)
    pool.send(0, "hang")
    pool.receive(0)
"""
    )
    root = str(Path(__file__).parents[3])
    parent = subprocess.Popen(
        [sys.executable, script, tmp_path],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    with parent:
        assert parent.stdout is not None
        folder = Path(parent.stdout.readline().strip()).parent
        assert folder.is_dir()
        orphan = int(parent.stdout.readline())
        parent.kill()
        assert parent.stdout.read() == ""  # the other end is open for as long as the worker is there
    assert not folder.exists()
    assert orphan != parent.pid


def test_a_traceback_is_bounded_whatever_the_error_says():
    try:
        try:
            raise ValueError("\x1b[2J" * 1_000_000)
        except ValueError as error:
            raise RuntimeError("x" * 5_000_000) from error
    except RuntimeError as error:
        trace = bounded_trace(error)
    assert len(trace) < 10_000 and "\x1b" not in trace
    assert trace.splitlines()[-1].startswith("RuntimeError: xxx") and "ValueError: \\x1b[2J" in trace


def test_a_process_that_cannot_be_started_says_what_there_is_too_little_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No worker is left, and no folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started: list[int] = []

    def start(process: SpawnProcess) -> None:
        if started:
            raise OSError(errno.EMFILE, "Too many open files")
        started.append(1)
        whole(process)

    whole = SpawnProcess.start
    monkeypatch.setattr(SpawnProcess, "start", start)
    with pytest.raises(
        TooLittle, match=r"^worker 'two' cannot be started: too many open files: this process"
    ):
        ProcessPool(Factory(tmp_path), ["one", "two"])
    assert not list(tmp_path.glob("journeyman-worker-*"))
    assert not [child for child in multiprocessing.active_children() if child.name in ("one", "two")]


def test_a_worker_that_has_too_little_of_something_says_so() -> None:
    with (
        ProcessPool(SameEverywhere(Greedy), ["one"]) as pool,
        pytest.raises(TooLittle, match=r"worker 'one' cannot go on: not enough memory: "),
    ):
        pool.wait_started()


def test_a_worker_that_was_killed_may_have_wanted_memory() -> None:
    assert str(Death("one", -9)).endswith("exit code -9: killed from outside, perhaps for want of memory")


def test_remarks_come_before_the_answer_to_whoever_listens(pool: ProcessPool) -> None:
    heard: list[int] = []
    with listening(heard.append):
        pool.send(0, "chatter", 40)
        assert pool.receive(0) == Answer(40)
        assert [outcome for _, outcome in pool.map_unordered("chatter", [3])] == [Answer(3)]
    assert heard == [*range(40), *range(3)]
    assert ask(pool, 1, "chatter", 2) == 2  # nobody listens, and nothing is in the way
    remark("nobody hears this")
    assert len(heard) == 43


def test_a_worker_that_dies_after_remarks_is_a_death(pool: ProcessPool) -> None:
    heard: list[int] = []
    with listening(heard.append):
        pool.send(0, "chatter_and_die", 3)
        assert pool.receive(0) == Death("one", 5)
    assert heard == [0, 1, 2]
