"""Ctrl-C waits until what must not be cut off is over."""

import os
import signal
import threading

import pytest

from envs.interrupts import undisturbed


def press(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


def test_ctrl_c_comes_when_the_block_has_ended() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt):
        with undisturbed():
            press()
            press()
            reached.append("end")
        reached.append("after")
    assert reached == ["end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_it_comes_after_an_error_too() -> None:
    with pytest.raises(KeyboardInterrupt) as caught, undisturbed():
        press()
        raise ValueError("broken")
    assert isinstance(caught.value.__context__, ValueError)


def test_the_handler_of_another_signal_is_called_later() -> None:
    caught: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: caught.append(number))
    try:
        with undisturbed():
            press(signal.SIGTERM)
            assert caught == []
        assert caught == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_other_threads_only_run_the_block() -> None:
    reached = []

    def run() -> None:
        with undisturbed():
            reached.append("block")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert reached == ["block"]
