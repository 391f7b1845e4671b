"""The block world's engine in a process of its own: started, waited for, ended."""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final

import envs
from envs.interrupts import undisturbed
from envs.minecraft.wire.errors import WireError
from envs.text import plain

STARTS_S: Final = 1_200.0
"""Seconds that an engine may take to start. The first time the world is compiled, which is a minute or
more of one core, and many minutes on a crowded machine."""
ENDS_S: Final = 5.0
LAST_WORDS: Final = 4_000

_PORT: Final = re.compile(rb"Start MalmoEnvServer on port (\d{1,5})")
_READY: Final = b"CLIENT enter state: DORMANT"


class EngineNotStarted(WireError):
    """An engine ended, or said nothing, before it was ready."""


class EngineProcess:
    """An engine that listens; a context.

    Args:
        seed: of worlds whose mission names none.
        pictures: whether pictures are drawn.
        port: where to listen; 0 for any port that is free.
        program: what is started in place of our own engine, for tests.

    Attributes:
        port: where it listens.

    Raises:
        EngineNotStarted: it did not start.
    """

    def __init__(
        self, seed: int = 0, *, pictures: bool = True, port: int = 0, program: tuple[str, ...] = ()
    ) -> None:
        own = (sys.executable, "-m", "envs.minecraft.wire", "--seed", str(seed), "--parent", str(os.getpid()))
        options = ["--port", str(port), *(() if pictures else ("--no-pictures",))]
        command = [*(program or own), *options]
        paths = [str(Path(envs.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._said = b""
        with undisturbed():
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                start_new_session=True,
            )
            try:
                self.port = self._wait_until_ready()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> EngineProcess:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.close()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._popen.pid

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._popen.poll() is not None

    def last_words(self) -> str:
        """The last line that it printed once it was ready, as the end of a sentence, or nothing."""
        self._listen()
        said = self._said.partition(_READY)[2] if _READY in self._said else self._said
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return f"; it said last: {plain(lines[-1])}" if lines else ""

    def close(self) -> None:
        """End it; may be called more than once."""
        if self._popen.poll() is None:
            self._popen.terminate()
            try:
                self._popen.wait(ENDS_S)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        if self._popen.stdout is not None:
            self._popen.stdout.close()

    def _wait_until_ready(self) -> int:
        assert self._popen.stdout is not None
        os.set_blocking(self._popen.stdout.fileno(), False)
        until = time.monotonic() + STARTS_S
        with selectors.DefaultSelector() as ready:
            ready.register(self._popen.stdout, selectors.EVENT_READ)
            while time.monotonic() < until:
                ready.select(1.0)
                going_on = self._listen()
                found = _PORT.search(self._said)
                if found and _READY in self._said:
                    return int(found[1])
                if not going_on:
                    code = self._popen.wait()
                    raise EngineNotStarted(
                        f"the block world's engine ended with exit code {code} before it was ready"
                        f"{self.last_words()}"
                    )
        raise EngineNotStarted(
            f"the block world's engine was not ready within {STARTS_S:g} s{self.last_words()}"
        )

    def _listen(self) -> bool:
        """Take in what it has printed; false once it says no more."""
        output = self._popen.stdout
        while output is not None and not output.closed:
            try:
                said = os.read(output.fileno(), 1 << 16)
            except BlockingIOError:
                return True
            if not said:
                return False
            self._said = (self._said + said)[-LAST_WORDS:]
        return False
