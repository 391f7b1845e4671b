import os
import threading

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from envs.workers.cores import core_count, one_blas_thread, one_thread_each


def blas_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_there_is_a_core_to_run_this() -> None:
    assert 1 <= core_count() <= (os.cpu_count() or 1)


def test_the_environment_comes_back_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with pytest.raises(OSError, match="no more processes"), one_thread_each():
        assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
        raise OSError("no more processes")
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert "MKL_NUM_THREADS" not in os.environ


def test_blas_threads_come_back_after_an_error() -> None:
    with threadpool_limits(3, user_api="blas"):
        with pytest.raises(KeyError), one_blas_thread():
            assert blas_threads() == {1}
            raise KeyError
        assert blas_threads() == {3}


def test_blas_threads_come_back_when_the_last_thread_is_done() -> None:
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with one_blas_thread():
            inside.set()
            leave.wait(60)

    with threadpool_limits(3, user_api="blas"):
        thread = threading.Thread(target=other)
        with one_blas_thread():
            thread.start()
            assert inside.wait(60)
        assert blas_threads() == {1}  # the other thread is still inside
        with one_blas_thread():
            leave.set()
            thread.join(60)
            assert blas_threads() == {1}
        assert blas_threads() == {3}
