"""Files that are either there in full or not at all."""

from __future__ import annotations

import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path

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
