import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from envs.workers.interrupts import workers_ignore_interrupts

ASK = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"


def ignores() -> str:
    return subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(autouse=True)
def _heeds_interrupts() -> Iterator[None]:
    """A shell has what it starts in the background ignore interrupts; these tests begin without that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_children_ignore_and_this_process_does_not_for_long() -> None:
    before = signal.getsignal(signal.SIGINT)
    with workers_ignore_interrupts():
        assert ignores() == "True"
    assert signal.getsignal(signal.SIGINT) is before
    assert ignores() == "False"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_comes_meanwhile_is_heard_afterwards(number: signal.Signals) -> None:
    done = []

    def hear(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(number, hear)
    try:
        with pytest.raises(KeyboardInterrupt), workers_ignore_interrupts():
            signal.raise_signal(number)
            done.append("all of the block")
    finally:
        signal.signal(number, before)
    assert done == ["all of the block"]


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with workers_ignore_interrupts():
        signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    signal.signal(signal.SIGINT, before)


def test_the_handler_comes_back_after_an_error() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(OSError, match="no more processes"), workers_ignore_interrupts():
        raise OSError("no more processes")
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_change_nothing() -> None:
    seen: list[object] = []

    def work() -> None:
        with workers_ignore_interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
