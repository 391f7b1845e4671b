"""One writer per library: a file lock that names its holder, and `LibraryNotWritable` for failed writes."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from filelock import FileLock, Timeout

from envs import disk
from envs.disk import Written
from envs.json_text import parsed
from envs.reading import read_file
from skills.errors import LibraryLocked, LibraryNotWritable
from skills.store.change import complete

LOCK = ".lock"
HOLDER = ".lock-holder"


@dataclass(slots=True)
class Hold:
    """What is known of a folder for as long as no other process may write into it.

    Attributes:
        swept: whether nothing half-written is left in it.
        newest: the newest version of every skill in use; None until somebody asks.
    """

    swept: bool = False
    newest: dict[str, int] | None = None

    def note(self, added: Mapping[str, int], retired: Collection[str]) -> None:
        """A change was made: skills were added, with these versions, and others retired."""
        self.swept = True
        if self.newest is not None:
            now = {**self.newest, **added}
            self.newest = {name: version for name, version in now.items() if name not in retired}

    def forget(self) -> None:
        """Look again, because something was written past what is known."""
        self.swept, self.newest = False, None


_HOLDS: WeakKeyDictionary[FileLock, Hold] = WeakKeyDictionary()
"""By the lock that is held; a folder has one lock within a process."""


def _lock_of(folder: Path) -> FileLock:
    return FileLock(folder / LOCK, timeout=0, thread_local=False, is_singleton=True)


def hold_of(folder: Path) -> Hold | None:
    """What is known while this process holds the lock of a folder; None while it does not."""
    return _HOLDS.get(_lock_of(folder))


@contextmanager
def library_lock(folder: Path) -> Iterator[Hold]:
    """Hold the only right to write into `folder`; may be nested within a process, and is one hold then.

    Raises:
        LibraryLocked: another process holds it.
        LibraryNotWritable: the folder takes no writes.
    """
    with writing(folder):
        disk.make_folder(folder, Written.LIBRARY)
        lock = _lock_of(folder)
        try:
            with disk.point(Written.LIBRARY, "create", folder / LOCK):
                lock.acquire()
        except Timeout as error:
            raise LibraryLocked(
                f"{folder} is being written by {_holder(folder)}; wait until it ends, stop it, "
                "or use another folder with --library"
            ) from error
    outermost = lock.lock_counter == 1
    try:
        if outermost:
            with writing(folder):
                _name_holder(folder)
                complete(folder)
            _HOLDS[lock] = Hold()
        yield _HOLDS[lock]
    finally:
        try:
            if outermost:
                _HOLDS.pop(lock, None)
                with suppress(OSError):
                    disk.remove(folder / HOLDER, Written.LIBRARY)
        finally:
            lock.release()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn an `OSError` of the block about a path in `folder`, or about none, into `LibraryNotWritable`."""
    try:
        yield
    except OSError as error:
        if error.filename is not None and not Path(error.filename).is_relative_to(folder):
            raise
        raise LibraryNotWritable(
            f"cannot write to {folder}: {error.strerror or error}; make it writable, free some space, or use "
            "another folder with --library (what was there before is unchanged)"
        ) from error


def _name_holder(folder: Path) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    disk.remove(folder / HOLDER, Written.LIBRARY)  # of a holder that was killed
    content = json.dumps({"schema": 1, "pid": os.getpid(), "since": since})
    disk.create(folder / HOLDER, content.encode(), Written.LIBRARY)


def _holder(folder: Path) -> str:
    try:
        data = parsed(read_file(folder / HOLDER))
        return f"process {int(data['pid'])} (since {data['since']})"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "another process"
