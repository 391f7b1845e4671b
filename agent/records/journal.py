"""Append-only files of JSON lines that survive a kill or a power cut at any moment.

What does not end in a line end was being written when the process died. A power cut may also leave zeros
where the last lines should be. Both are left out by readers, and cut off before anything is appended.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from agent.errors import RunDamaged, RunNotWritable
from agent.records.redaction import redact_record
from envs.disk import Appended, Written


class Journal:
    """A file of JSON lines, written one whole line at a time.

    With ``durable`` every line is on the disk before `append` returns; otherwise it is only handed to the
    operating system, which is enough to survive the end of the process.

    Attributes:
        path: the file.
        lines: whole lines in it.
    """

    def __init__(self, path: Path, what: Written, *, durable: bool = True) -> None:
        """Open `path` for appending; a half-written end is cut off first.

        Raises:
            RunNotWritable: the file cannot be opened for writing.
        """
        self.path = path
        self.lines = sum(1 for _ in whole_lines(path))
        try:
            self._file = open_lines(path, what, durable=durable)
        except OSError as error:
            raise not_writable(path, error) from error

    def append(self, *records: dict[str, Any]) -> None:
        """Write all of these records or none; secrets are blanked. Raises `RunNotWritable`."""
        if not records:
            return
        lines = [
            json.dumps(redact_record(record), ensure_ascii=False, separators=(",", ":"), default=str)
            for record in records
        ]
        try:
            self._file.append("".join(f"{line}\n" for line in lines).encode())
        except OSError as error:
            raise not_writable(self.path, error) from error
        self.lines += len(lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Journal:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()


def read_journal(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a journal, in order; nothing when there is no such file. A torn end is left out.

    Raises:
        RunDamaged: a whole line is not a JSON object; names the line.
    """
    for number, line in whole_lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RunDamaged(
                f"{path.name} line {number} of {str(path.parent)!r} is not JSON: {error}"
            ) from error
        if not isinstance(record, dict):
            raise RunDamaged(f"{path.name} line {number} of {str(path.parent)!r} is not a JSON object")
        yield record


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
    """How many bytes of a file of lines come before its torn end; 0 for a missing file.

    A torn end consists of lines with zero bytes, which JSON never holds, and of half a line.
    """
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


def not_writable(path: Path, error: OSError) -> RunNotWritable:
    """What is raised when a file of a run takes no writes."""
    return RunNotWritable(
        f"cannot write {str(path)!r}: {error.strerror or error}; make room or make it writable "
        "(what was written before is kept)"
    )
