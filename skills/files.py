"""Atomic files, hashes, and JSON that is always the same bytes for the same value."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

UNFINISHED = ".*.tmp"
"""Files that a killed process left while writing; never read."""


def _mode() -> int:
    """The permissions that an ordinary new file gets here; temporary files are private otherwise."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes left in a folder; nobody else may be writing there. Raises `OSError`."""
    for path in folder.glob(UNFINISHED):
        if path.is_file():
            logger.warning("removing half-written %s", path)
            path.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write under a temporary name in the same folder, flush to disk, rename.

    A failure (full disk, read-only folder: `OSError`) leaves what was there before and no temporary file.
    """
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def write_flushed(path: Path, content: bytes) -> None:
    """Write a new file and flush it to disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to disk, so that they survive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(content: bytes) -> str:
    """The hexadecimal digest of some bytes."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """The hexadecimal digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_json(value: Any) -> bytes:
    """Readable JSON, always the same bytes for the same value."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
