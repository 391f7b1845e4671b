"""Reads files of folders that came from elsewhere: a pipe or a device among them is no file, and never ends.

Opening a named pipe waits for somebody to write into it, and a device such as ``/dev/zero`` has no end. Files
that a person names may be pipes on purpose (``--graph <(...)``); those are opened as any other.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Final

from envs.text import brief, plain

LARGEST: Final = 2**30
"""Bytes that a file may have, where nothing smaller is known."""


def open_file(path: Path) -> BufferedReader:
    """Open a file for reading; it is closed by `close`, or as a context manager.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe, a socket or a device.
    """
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  # the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "is no regular file but a pipe or a device", str(path))
    return file


def read_file(path: Path, limit: int = LARGEST) -> bytes:
    """All that a file holds. Raises `OSError` as `open_file`, and for more than `limit` bytes."""
    with open_file(path) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"is larger than {limit:,} bytes", str(path))
    return content


def why_unreadable(error: Exception) -> str:
    """Why a file could not be read, in words, for the place after a colon.

    >>> why_unreadable(FileNotFoundError(2, "No such file or directory", "card.json"))
    "No such file or directory: 'card.json'"
    >>> why_unreadable(KeyError("sha256"))
    "'sha256' is missing"
    """
    if isinstance(error, OSError) and error.strerror:
        where = "" if error.filename is None else f": {plain(repr(str(error.filename)))}"
        return f"{error.strerror}{where}"
    if isinstance(error, KeyError) and error.args:
        return f"{brief(error.args[0])} is missing"
    return plain(error)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
