"""Atomic files, hashes, and JSON that is always the same bytes for the same value."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from envs import disk
from envs.disk import Written
from envs.reading import open_file

logger = logging.getLogger(__name__)

UNFINISHED = ".*.tmp"
"""Files that a killed process left while writing; never read."""


def remove_unfinished(folder: Path, what: Written) -> None:
    """Remove what killed processes left in a folder; nobody else may be writing there. Raises `OSError`."""
    for path in folder.glob(UNFINISHED):
        if path.is_file():
            logger.warning("removing half-written %s", path)
            disk.remove(path, what)


def write_atomically(
    path: Path, content: bytes, what: Written = Written.OUTPUT, *, flush: bool = True
) -> None:
    """Write under a temporary name in the same folder, flush to disk, rename.

    Without `flush` a reader still sees the old file or the new one, but a power failure may lose both.

    A file that a person named (`Written.OUTPUT`) may also be a pipe or a device, into which all is written,
    or a link, which stays and leads to the new file.

    A failure (full disk, read-only folder: `OSError`) leaves what was there before and no temporary file.
    """
    if what is Written.OUTPUT:
        if disk.takes_a_stream(path):
            disk.stream(path, content, what)
            return
        if path.is_symlink():
            path = Path(os.path.realpath(path))
    temporary = disk.temporary_name(path)
    disk.create(temporary, content, what, target=path, flush=flush)
    try:
        disk.rename(temporary, path, what)
    except BaseException:
        with suppress(OSError):
            disk.remove(temporary, what)
        raise


def sha256(content: bytes) -> str:
    """The hexadecimal digest of some bytes."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """The hexadecimal digest of a file."""
    with open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_json(value: Any) -> bytes:
    """Readable JSON, always the same bytes for the same value."""
    return json_bytes(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def json_bytes(text: str) -> bytes:
    r"""JSON in UTF-8, whatever is in it: the name of a file, or a server's reply, may be no proper text.

    >>> json_bytes('{"path": "b\udcff"}')
    b'{"path": "b\\udcff"}'
    >>> json.loads(json_bytes('"b\udcff"')) == "b\udcff"
    True
    """
    return text.encode("utf-8", "backslashreplace")  # of a lone surrogate, which JSON writes the same way
