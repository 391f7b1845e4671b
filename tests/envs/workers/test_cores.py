import os

import pytest

from envs.workers.cores import core_count, one_thread_each


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
