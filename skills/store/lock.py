"""One writer per library: a file lock that names its holder, and `LibraryNotWritable` for failed writes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from envs import disk
from envs.disk import Written
from skills.errors import LibraryLocked, LibraryNotWritable
from skills.store.change import complete

LOCK = ".lock"
HOLDER = ".lock-holder"


@contextmanager
def library_lock(folder: Path) -> Iterator[None]:
    """Hold the only right to write into `folder`; may be nested within a process.

    Raises:
        LibraryLocked: another process holds it.
        LibraryNotWritable: the folder takes no writes.
    """
    with writing(folder):
        disk.make_folder(folder, Written.LIBRARY)
        lock = FileLock(folder / LOCK, timeout=0, thread_local=False, is_singleton=True)
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
        yield
    finally:
        try:
            if outermost:
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
        data = json.loads((folder / HOLDER).read_text())
        return f"process {int(data['pid'])} (since {data['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
