import pytest
import torch

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
