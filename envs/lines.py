"""Files of lines that are only appended to, and what a kill or a power cut may leave at their end.

What does not end in a line end was being written when the process died. A power cut may also leave zeros
where the last lines should be; none of our lines holds any. Readers leave such an end out, and it is cut off
before anything is appended.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from envs.disk import Appended, Written


def whole_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file with their numbers, from 1; a torn end is left out, a missing file has none."""
    if not path.exists():
        return
    left = whole_length(path)
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            left -= len(line)
            if left < 0:
                return
            yield number, line


def whole_length(path: Path) -> int:
    """How many bytes of a file come before its torn end: lines with zeros, and half a line."""
    if not path.exists():
        return 0
    whole = end = 0
    with path.open("rb") as file:
        for line in file:
            end += len(line)
            if line.endswith(b"\n") and b"\0" not in line:
                whole = end
    return whole


def open_lines(path: Path, what: Written, *, durable: bool) -> Appended:
    """A file of lines for appending, its torn end cut off. Raises `OSError`."""
    torn = path.is_file() and whole_length(path) < path.stat().st_size
    file = Appended(path, what, durable=durable)
    try:
        if torn:
            file.cut(whole_length(path))
    except BaseException:
        file.close()
        raise
    return file
