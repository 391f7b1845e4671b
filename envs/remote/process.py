"""The process of a worker: started, listened to, ended with all that it started."""

from __future__ import annotations

import mmap
import os
import select
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from typing import Final

from envs.errors import TooLittle
from envs.interrupts import undisturbed
from envs.remote.errors import InterpreterMissing
from envs.remote.launch import Launch
from envs.shortage import shortage
from envs.text import plain

LAST_WORDS: Final = 2_000
"""Bytes of what a worker printed that are kept, the last ones."""

_AT_ONCE: Final = 1 << 16


class WorkerProcess:
    """A running worker.

    It is in a session of its own, so that Ctrl-C does not reach it, and ends by itself when this process is
    gone. What it prints is read while it is waited for, and all but the last words forgotten.

    Attributes:
        launch: how it was started.
        stream: our end of the socket, not blocking.
        memory: shared with it.

    Raises:
        InterpreterMissing: there is no such program.
        TooLittle: this process may have no more files, processes or memory.
    """

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self._words = b""
        self._ready = select.poll()
        with undisturbed(), ExitStack() as undone, ExitStack() as passed:
            try:
                self._start(undone, passed)
            except OSError as error:
                if advice := shortage(error):
                    raise TooLittle(f"the worker of {launch.name!r} cannot be started: {advice}") from error
                raise
            self._held = undone.pop_all()

    @property
    def pid(self) -> int:
        """The id of the process, and of its group."""
        return self._popen.pid

    def _start(self, undone: ExitStack, passed: ExitStack) -> None:
        """Start it; `passed` closes what only the worker needs, `undone` all that is held."""
        folder = None
        if self.launch.folder is None:
            folder = undone.enter_context(
                tempfile.TemporaryDirectory(prefix="journeyman-remote-", ignore_cleanup_errors=True)
            )
        self.stream, theirs = socket.socketpair()
        undone.callback(self.stream.close)
        passed.callback(theirs.close)
        memory = os.memfd_create("journeyman-remote")
        passed.callback(os.close, memory)
        os.ftruncate(memory, self.launch.memory_bytes)
        self.memory = memoryview(mmap.mmap(memory, self.launch.memory_bytes))
        self._output, output = os.pipe()
        undone.callback(os.close, self._output)
        passed.callback(os.close, output)
        self.stream.setblocking(False)
        os.set_blocking(self._output, False)
        self._ready.register(self._output, select.POLLIN)
        self._popen = self._spawn((theirs.fileno(), memory), output, folder)

    def _spawn(self, given: tuple[int, int], output: int, folder: str | None) -> subprocess.Popen[bytes]:
        launch = self.launch
        arguments = [*map(str, given), str(os.getpid()), folder or ""]
        try:
            return subprocess.Popen(
                [launch.python, "-I", str(launch.program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder or launch.folder,
                env={**os.environ, **launch.environment},
                pass_fds=given,
                start_new_session=True,
            )
        except OSError as error:
            if shortage(error):
                raise
            raise InterpreterMissing(
                f"the worker of {launch.name!r} cannot be started: {launch.python!r} cannot be run "
                f"({error.strerror}); give the path of a Python 3.9 to 3.13 that has what the game needs"
            ) from error

    def wait_for_stream(self, *, write: bool, until: float) -> bool:
        """Wait until the stream can be read or written; false when it cannot be by then.

        Args:
            write: whether it is to be written.
            until: a moment of ``time.monotonic``, seconds.
        """
        self._ready.register(self.stream, select.POLLOUT if write else select.POLLIN)
        while True:
            left = until - time.monotonic()
            ready = {file for file, _ in self._ready.poll(max(0.0, left) * 1_000)}
            if self._output in ready:
                self._listen()
            if self.stream.fileno() in ready:
                return True
            if left <= 0:
                return False

    def last_words(self) -> str:
        """The last line that it printed, as the end of a sentence; empty if there is none."""
        self._listen()
        lines = self._words.decode("utf-8", "replace").strip().splitlines()
        return f"; it said last: {plain(lines[-1])}" if lines else ""

    def how_it_ended(self) -> str:
        """In words, after the end of its stream; a process that only closed that has a moment to end."""
        try:
            code = self._popen.wait(self.launch.timeouts.close_s)
        except subprocess.TimeoutExpired:
            return "closed its stream"
        return (
            f"was ended by signal {-code} ({signal.strsignal(-code)})"
            if code < 0
            else f"ended with exit code {code}"
        )

    def kill(self) -> None:
        """End it and all that it started, at once, and remove what it leaves; call this once."""
        with undisturbed():
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._popen.wait()
            self._held.close()

    def _listen(self) -> None:
        """Take in what it has printed."""
        while True:
            try:
                said = os.read(self._output, _AT_ONCE)
            except BlockingIOError:
                return
            if not said:
                with suppress(KeyError):  # that was noticed before
                    self._ready.unregister(self._output)
                return
            self._words = (self._words + said)[-LAST_WORDS:]
