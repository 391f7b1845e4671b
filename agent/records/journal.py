"""Append-only files of JSON lines that survive a kill at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from agent.errors import RunDamaged, RunNotWritable
from agent.records.redaction import redact_record


class Journal:
    """A file of JSON lines, written one whole line at a time.

    With ``durable`` every line is on the disk before `append` returns; otherwise it is only handed to the
    operating system, which is enough to survive the end of the process.
    """

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        """Open `path` for appending; a half-written last line is cut off first.

        Raises:
            RunNotWritable: the file cannot be opened for writing.
        """
        self.path = path
        self._durable = durable
        try:
            _cut_half_line(path)
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise RunNotWritable(f"cannot write {str(path)!r}: {error.strerror or error}") from error

    def append(self, *records: dict[str, Any]) -> None:
        """Write some records; secrets are blanked. Raises `RunNotWritable` when the disk is full."""
        lines = [
            json.dumps(redact_record(record), ensure_ascii=False, separators=(",", ":"), default=str)
            for record in records
        ]
        try:
            self._file.write("".join(f"{line}\n" for line in lines))
            self._file.flush()
            if self._durable:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise RunNotWritable(f"cannot write {str(self.path)!r}: {error.strerror or error}") from error

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
    """The records of a journal, in order; nothing when there is no such file.

    A last line without its line end was being written when the process died, and is left out.

    Raises:
        RunDamaged: a whole line is not a JSON object; names the line.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                record = json.loads(line)
            except ValueError as error:
                raise RunDamaged(
                    f"{path.name} line {number} of {str(path.parent)!r} is not JSON: {error}"
                ) from error
            if not isinstance(record, dict):
                raise RunDamaged(f"{path.name} line {number} of {str(path.parent)!r} is not a JSON object")
            yield record


def _cut_half_line(path: Path) -> None:
    if not path.exists():
        return
    data = path.read_bytes()
    if data and not data.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(data.rfind(b"\n") + 1)
            file.flush()
            os.fsync(file.fileno())
