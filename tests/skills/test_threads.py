import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from skills.threads import LEARNING_THREADS, learning_threads


@pytest.mark.parametrize("error", [False, True])
def test_threads_are_given_back_whatever_happens(error: bool) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(LEARNING_THREADS + 2)
    try:
        with learning_threads():
            assert torch.get_num_threads() == LEARNING_THREADS
            if error:
                raise KeyError
    except KeyError:
        assert error
    finally:
        assert torch.get_num_threads() == LEARNING_THREADS + 2
        torch.set_num_threads(before)


def test_numpy_multiplies_with_one_thread() -> None:
    def threads() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    with threadpool_limits(3, user_api="blas"):
        with learning_threads():
            assert threads() == {1}
        assert threads() == {3}
