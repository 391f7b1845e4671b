"""The only door to the disk: whatever is written passes here under a name, and can be made to fail here.

A point is what is written and what is done with it, such as ``graph:rename``. `fault` is told of every point
as it is reached, and may raise or end the process; it is None except in tests (`agent.testing.faults`).
An `OSError` from here names the path. Everything is called with absolute or relative paths of files; nothing
is read.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, TypeAlias

Moment: TypeAlias = Literal["before", "middle", "after"]
"""When a fault is told of a point; ``middle`` only of ``write``: half of the bytes are in the file then."""

Fault: TypeAlias = Callable[[str, Moment], None]
"""Called with a point and the moment; what it raises ends the write."""

fault: Fault | None = None
"""For tests: told of every point."""


class Written(StrEnum):
    """What is written; the first half of the names of points."""

    ANSWERS = "answers"
    """``answers.jsonl`` of a run."""
    BANK = "bank"
    """``bank.npz`` of a run: states to practise in."""
    CHECKPOINT = "checkpoint"
    """A training's ``checkpoint-*.pt``."""
    COMMAND = "commands"
    """A command to a practice that runs, in its folder."""
    CONFIG = "config"
    """``config.json`` of a run."""
    CURVES = "curves"
    """TensorBoard files and ``metrics.jsonl`` of a training."""
    DONE = "done"
    """``DONE`` of a run."""
    EPISODES = "episodes"
    """``episodes.jsonl`` of a run."""
    EVENTS = "events"
    """``events.jsonl`` of a run."""
    GRAPH = "graph"
    """``graph.json`` of a library."""
    GUARD = "guard"
    """``guard.json`` of a library."""
    IMPORT = "import"
    """Versions that come from an exported library."""
    JUDGE = "judge"
    """``negatives.json`` of a run, and a judge's weights."""
    LIBRARY = "library"
    """The library's folder, its lock, and the record of a change to several of its files."""
    LIVE = "live"
    """What a practice shows of itself now: ``live/`` of a run."""
    METRICS = "metrics"
    """``metrics.jsonl`` of a run."""
    OUTPUT = "output"
    """A file that a person named: a page, an exported library or graph, a pack of answers."""
    PLAY = "play"
    """``play.jsonl`` of a run."""
    POLICIES = "policies"
    """``strategies.json`` of a library."""
    RECORDING = "recording"
    """A recorded episode's folder."""
    RETIRED = "retired"
    """``retired.json`` of a skill."""
    RUN = "run"
    """A run's folder and its ``run.json``."""
    SIDE = "side"
    """The side environment of Minecraft: its folder, the record of its steps, its ``DONE``."""
    SKILL = "skill"
    """A version's folder in a library."""
    STATE = "state"
    """``state.json`` of a run."""
    STATISTICS = "statistics"
    """``stats.json`` of a version."""
    TRAINING = "training"
    """A training's folder."""
    WEIGHTS = "weights"
    """A training's ``policy.zip``."""


STEPS = ("make", "create", "write", "flush", "rename", "remove", "cut")
"""What is done with it, the second half of the names: make a folder, create a file, write into it, flush a
file or a folder to the disk, give it its name, remove it, cut off what is half-written."""


@contextmanager
def point(what: Written, step: str, path: Path) -> Iterator[None]:
    """A block that writes; for writers of other packages, everything else is below.

    Args:
        what: is written.
        step: one of `STEPS`.
        path: named by an `OSError`, whatever it named before.
    """
    try:
        if fault is not None:
            fault(f"{what}:{step}", "before")
        yield
        if fault is not None:
            fault(f"{what}:{step}", "after")
    except OSError as error:
        if error.errno is None:  # of another package, and not the system's
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def require_name(path: Path) -> None:
    """Raise `IsADirectoryError` for what can only be a folder, such as ``.`` or ``/``."""
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def temporary_name(path: Path) -> Path:
    """A name beside `path` for what is to take its place; hidden and never read. Raises as `require_name`."""
    require_name(path)
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")


def make_folder(path: Path, what: Written, *, new: bool = False) -> None:
    """Make a folder and those above it; with `new` it must not be there yet. Raises `OSError`."""
    if new or not path.is_dir():
        with point(what, "make", path):
            path.mkdir(parents=True, exist_ok=not new)


def create(
    path: Path, content: bytes, what: Written, *, target: Path | None = None, flush: bool = True
) -> None:
    """Write a new file and flush it to the disk. Raises `OSError`, and leaves no file then.

    Args:
        path: of the new file.
        content: of it.
        what: is written.
        target: the name that it will get, if that is another one; an error names this.
        flush: False for what need not outlive a power failure.
    """
    shown = target or path
    with point(what, "create", shown):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        try:
            _write(handle, content, what, shown)
            if flush:
                _flush(handle, what, shown)
        finally:
            os.close(handle)
    except BaseException:
        with suppress(OSError):
            remove(path, what)
        raise


def takes_a_stream(path: Path) -> bool:
    """Whether what is written there goes on to somebody: a terminal, a pipe, ``/dev/stdout``, ``/dev/null``.

    Nothing may take the place of such a file: whoever waits at its end would wait for ever, and a machine
    without its ``/dev/null`` is broken.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def stream(path: Path, content: bytes, what: Written) -> None:
    """Write into a file that `takes_a_stream`; waits for a pipe's reader. Raises `OSError`."""
    with point(what, "create", path):
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        _write(handle, content, what, path)
    finally:
        os.close(handle)


def rename(source: Path, target: Path, what: Written) -> None:
    """Give a file or a folder its name; a file takes the place of one that is there. Raises `OSError`."""
    with point(what, "rename", target):
        os.replace(source, target)


def flush_folder(path: Path, what: Written) -> None:
    """Flush the names in a folder to the disk, so that they survive a power failure. Raises `OSError`."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _flush(handle, what, path)
    finally:
        os.close(handle)


def remove(path: Path, what: Written) -> None:
    """Remove a file, if it is there. Raises `OSError`."""
    with point(what, "remove", path):
        path.unlink(missing_ok=True)


def remove_folder(path: Path, what: Written) -> None:
    """Remove a folder with all that is in it, if it is there. Raises `OSError`."""
    with point(what, "remove", path), suppress(FileNotFoundError):
        shutil.rmtree(path)


def remove_empty(path: Path, what: Written) -> None:
    """Remove a folder if it is there and empty; else leave it."""
    with suppress(OSError), point(what, "remove", path):
        path.rmdir()


_APPEND: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK
"""Without waiting for a reader, where somebody put a pipe in the place of the file."""


class Appended:
    """A file that is only appended to; what could not be appended whole is cut off again.

    Nothing is kept in memory: when `append` returns, all is with the operating system, and on the disk if the
    file is `durable`.
    """

    def __init__(self, path: Path, what: Written, *, durable: bool) -> None:
        """Open the file, new or old. Raises `OSError`."""
        self.path, self._what, self._durable = path, what, durable
        self._whole: int | None = None
        with point(what, "create", path):
            self._handle = os.open(path, _APPEND, 0o666)

    def append(self, content: bytes) -> None:
        """Append all of it or nothing. Raises `OSError`."""
        if self._whole is not None:
            self.cut(self._whole)
        size = os.fstat(self._handle).st_size
        try:
            _write(self._handle, content, self._what, self.path)
            if self._durable:
                _flush(self._handle, self._what, self.path)
        except BaseException:
            self._whole = size
            with suppress(OSError):
                self.cut(size)
            raise

    def cut(self, size: int) -> None:
        """Keep only the first `size` bytes. Raises `OSError`."""
        with point(self._what, "cut", self.path):
            os.ftruncate(self._handle, size)
            os.fsync(self._handle)
        self._whole = None

    def close(self) -> None:
        """Close the file; later calls do nothing."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __enter__(self) -> Appended:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()


def _write(handle: int, content: bytes, what: Written, path: Path) -> None:
    with point(what, "write", path):
        if fault is not None:
            half = len(content) // 2
            _put(handle, content[:half])
            fault(f"{what}:write", "middle")
            content = content[half:]
        _put(handle, content)


def _put(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _flush(handle: int, what: Written, path: Path) -> None:
    with point(what, "flush", path):
        os.fsync(handle)
