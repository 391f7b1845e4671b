"""A program in an environment of its own that trains or plays without end, and is made to take its turns.

A peer is not asked to wait: its whole process group is stopped where it stands (SIGSTOP) and goes on when it
is its turn again (SIGCONT). What it had in flight then is finished in its next turn; over several turns that
evens out.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import NoReturn

from agent.bench.race import Notes, Pacer

SILENCE_S = 600.0
"""Seconds that a program may be silent; building worlds and compiling take a part of it."""

LAST_WORDS = 2_000
"""Characters of a program's log that a failure repeats."""


class PeerFailed(RuntimeError):
    """A peer's program ended by itself or fell silent; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that runs.

    Attributes:
        process: leader of its process group.
        reports: sends the steps so far, again and again.
        log: what it printed.
    """

    process: subprocess.Popen[bytes]
    reports: Connection
    log: Path

    def steps(self) -> int:
        """Wait for the next report: game steps since the beginning. Raises `PeerFailed`."""
        try:
            if self.reports.poll(SILENCE_S):
                return int(self.reports.recv())
            what = f"nothing was heard of it for {SILENCE_S:.0f} seconds"
        except EOFError:
            what = f"it ended with exit code {self.process.wait()}"
        said = self.log.read_text(errors="replace")[-LAST_WORDS:]
        raise PeerFailed(f"{what}; the end of what it printed:\n{said}")

    def pause(self) -> None:
        """Stop all of its processes where they are."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let all of its processes go on."""
        os.killpg(self.process.pid, signal.SIGCONT)


def train_peer(python: str, program: str, arguments: Sequence[str], pacer: Pacer) -> Notes:
    """Run a program in turns until the pacer says no.

    Args:
        python: of the environment that it needs.
        program: a file.
        arguments: of the program; a temporary folder and the number of a pipe are added.
        pacer: says when; asked after every report, while the program is stopped.
    """
    with running([python, "-I", program, *arguments]) as peer:
        while True:
            steps = peer.steps()
            peer.pause()
            if not pacer.between(steps):
                return {}
            peer.resume()


@contextmanager
def running(command: Sequence[str]) -> Iterator[Peer]:
    """Start a program in a process group of its own, which ends when this process does, however it ends."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ours, _ends_in_order():
        log = Path(folder) / "log"
        with theirs, log.open("wb") as said:
            process = subprocess.Popen(
                [*command, folder, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                process_group=0,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env={**os.environ, "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"},
            )
        with _guarded(process.pid):
            try:
                yield Peer(process, ours, log)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def _guarded(group: int) -> Iterator[None]:
    """A shell waits for a word of this process, and kills the group when this process ends without one."""
    command = ["/bin/sh", "-c", 'read -r word || kill -s KILL -- "-$1"', "sh", str(group)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0
    ) as guard:
        try:
            yield
        finally:
            guard.communicate(b"ended\n")


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """SIGTERM, with which a race ends its contenders, unwinds this process instead of ending it at once."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
