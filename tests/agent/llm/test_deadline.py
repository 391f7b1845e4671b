import threading

import pytest

from agent.llm.deadline import TooLate, within


def test_a_call_returns_or_raises_as_it_would_without_a_deadline() -> None:
    assert within(60.0, lambda: "said") == "said"

    def fails() -> str:
        raise KeyError("choices")

    with pytest.raises(KeyError, match="choices"):
        within(60.0, fails)


def test_a_call_that_never_ends_is_left_behind_and_told_so() -> None:
    told, gone = threading.Event(), threading.Event()

    def hangs() -> None:
        told.wait(600)
        gone.set()

    with pytest.raises(TooLate, match=r"no reply within the time limit of 0\.05 s"):
        within(0.05, hangs, abandon=told.set)
    assert gone.wait(60)
