"""Programs that take turns: stopped and woken as a group, and ended whatever happens to who started them."""

import multiprocessing
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from agent.bench.peers import process
from agent.bench.peers.process import Peer, PeerFailed, running, train_peer
from agent.bench.race import Contender, Lap, Notes, Pacer, race

PROGRAM = """
import os, subprocess, sys, time
from multiprocessing.connection import Connection
pids, what, folder, pipe = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
if what == "fail":
    print("no such game", flush=True)
    sys.exit(3)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(pids + ".new", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.rename(pids + ".new", pids)
if what == "silent":
    time.sleep(600)
reports, steps = Connection(pipe, readable=False), 0
while True:
    steps += 10
    reports.send(steps)
    time.sleep(0.005)
"""
"""Starts a process of its own, writes down the numbers of both, and reports ten steps again and again."""


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return str(path)


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    return tmp_path / "pids"


def start(program: str, pids: Path, what: str = "count") -> list[str]:
    return [sys.executable, "-I", program, str(pids), what]


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody asked about does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return (
            not status.parent.parent.is_dir() or status.read_text().rpartition(")")[2].split()[0] not in "ZX"
        )
    except FileNotFoundError:
        return False


def gone(pids: Path) -> bool:
    """Whether both processes of the program end within ten seconds."""
    both = [int(word) for word in pids.read_text().split()]
    end = time.monotonic() + 10
    while any(map(lives, both)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(lives, both))


def drained(peer: Peer) -> bool:
    """Whether no more reports come, after those that were under way."""
    for _ in range(1_000):
        if not peer.reports.poll(0.3):
            return True
        peer.steps()
    return False


class Turns:
    """Gives the orders listed, and keeps what it is sent."""

    def __init__(self, *orders: float | None) -> None:
        self.orders = iter(orders)
        self.sent: list[tuple[str, Lap | None]] = []

    def send(self, message: tuple[str, Lap | None]) -> None:
        self.sent.append(message)

    def recv(self) -> float | None:
        return next(self.orders)


class TestPeer:
    def test_it_stands_still_until_it_is_woken(self, program: str, pids: Path) -> None:
        with running(start(program, pids)) as peer:
            assert peer.steps() == 10
            peer.pause()
            assert drained(peer)
            peer.resume()
            before = peer.steps()
            assert peer.steps() == before + 10
        assert gone(pids)

    def test_it_takes_its_turns(self, program: str, pids: Path) -> None:
        turns = Turns(0.0, 0.0, None)
        command = start(program, pids)
        assert train_peer(command[0], program, command[3:], Pacer(turns)) == {}
        assert [kind for kind, _ in turns.sent] == ["ready", "lap", "lap"]
        assert [lap.steps for _, lap in turns.sent if lap] == [10, 10]
        assert gone(pids)

    def test_one_that_ends_is_a_failure_with_what_it_said(self, program: str, pids: Path) -> None:
        with (
            running(start(program, pids, "fail")) as peer,
            pytest.raises(PeerFailed, match=r"it ended with exit code 3; .*:\nno such game\n"),
        ):
            peer.steps()

    def test_one_that_says_nothing_is_a_failure(
        self, program: str, pids: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(process, "SILENCE_S", 0.1)
        with (
            running(start(program, pids, "silent")) as peer,
            pytest.raises(PeerFailed, match="nothing was heard of it for 0 seconds"),
        ):
            peer.steps()

    def test_sigterm_is_again_what_it_was(self, program: str, pids: Path) -> None:
        before = signal.getsignal(signal.SIGTERM)
        with running(start(program, pids)) as peer:
            assert signal.getsignal(signal.SIGTERM) != before
            peer.steps()
        assert signal.getsignal(signal.SIGTERM) == before


def fail(pacer: Pacer) -> Notes:
    raise ZeroDivisionError("by hand")


@pytest.mark.slow
class TestEnds:
    def test_a_race_that_fails_ends_it(self, program: str, pids: Path) -> None:
        command = start(program, pids)
        peer = Contender("peer", partial(train_peer, command[0], program, tuple(command[3:])))
        with pytest.raises(RuntimeError, match="training 'bad' failed"):
            race([peer, Contender("bad", fail)], 1, 0.0, lambda what: None)
        assert gone(pids)

    def test_it_does_not_outlive_who_was_killed_while_it_stood_still(self, program: str, pids: Path) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        command = start(program, pids)
        owner = context.Process(target=own, args=(command[0], program, tuple(command[3:]), theirs))
        owner.start()
        assert ours.recv() == ("ready", None)  # the program is stopped, and its owner waits
        owner.kill()
        owner.join()
        assert gone(pids)


def own(python: str, program: str, arguments: tuple[str, ...], pipe: object) -> None:
    train_peer(python, program, arguments, Pacer(pipe))
