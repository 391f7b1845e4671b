"""Append-only files of JSON lines that survive a kill or a power cut at any moment (`envs.lines`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from agent.errors import RunDamaged, RunNotWritable
from agent.records.redaction import redact_records
from envs.disk import Written
from envs.lines import open_lines, whole_lines
from skills.files import json_bytes


class Journal:
    """A file of JSON lines, written one whole line at a time.

    With ``durable`` every line is on the disk before `append` returns; otherwise it is only handed to the
    operating system, which is enough to survive the end of the process.

    Attributes:
        path: the file.
        lines: whole lines in it.
        bytes: its size.
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
        self.bytes = path.stat().st_size

    def append(self, *records: dict[str, Any]) -> None:
        """Write all of these records or none; secrets are blanked. Raises `RunNotWritable`."""
        if not records:
            return
        lines = [
            json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=str)
            for record in redact_records(records)
        ]
        content = json_bytes("".join(f"{line}\n" for line in lines))
        try:
            self._file.append(content)
        except OSError as error:
            raise not_writable(self.path, error) from error
        self.lines += len(lines)
        self.bytes += len(content)

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
        RunDamaged: it cannot be read, or a whole line is not a JSON object; names the line.
    """
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RunDamaged(
                f"{path.name} line {number} of {str(path.parent)!r} is not JSON: {error}"
            ) from error
        if not isinstance(record, dict):
            raise RunDamaged(f"{path.name} line {number} of {str(path.parent)!r} is not a JSON object")
        yield record


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        yield from whole_lines(path)
    except OSError as error:
        raise RunDamaged(
            f"{path.name} of {str(path.parent)!r} cannot be read: {error.strerror or error}"
        ) from error


def not_writable(path: Path, error: OSError) -> RunNotWritable:
    """What is raised when a file of a run takes no writes."""
    return RunNotWritable(
        f"cannot write {str(path)!r}: {error.strerror or error}; make room or make it writable "
        "(what was written before is kept)"
    )
