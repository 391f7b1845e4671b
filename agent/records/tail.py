"""The growing end of a journal: what was added since the last look, by a reader that writes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from envs.reading import open_file

MOST_BYTES: Final = 4 * 2**20
"""Bytes that one look reads, at most; the next one goes on there."""
LONGEST_LINE: Final = 2**20
"""Bytes of a line that is read; longer ones are passed over."""


@dataclass(slots=True)
class Tail:
    """A journal that somebody else writes to, read from its beginning, look by look.

    Lines that are no JSON objects are passed over and counted: the reader only looks on.

    Attributes:
        path: the journal; it need not be there yet.
        offset: bytes read so far.
        damaged: lines passed over.
        restarts: how often the file was found shorter than before, or another one.
        behind: whether the last look did not reach the end of the file.
    """

    path: Path
    offset: int = 0
    damaged: int = 0
    restarts: int = 0
    behind: bool = False
    _file: tuple[int, int] = (0, 0)

    def more(self) -> list[dict[str, Any]]:
        """The records that were added since the last call; a half-written line waits for its end.

        After a restart the records begin anew, see `restarts`. A file that cannot be read has none.
        """
        try:
            content = self._read()
        except OSError:
            return []
        self.behind = len(content) == MOST_BYTES
        whole = content.rfind(b"\n") + 1
        if not whole and len(content) > LONGEST_LINE:
            self.damaged += 1
            self.offset += len(content)  # what follows of this line is no JSON either, and is passed over
            return []
        self.offset += whole
        return [record for line in content[:whole].splitlines() if (record := self._record(line)) is not None]

    def _read(self) -> bytes:
        if not self.path.is_file():
            return b""
        with open_file(self.path) as file:
            status = self.path.stat()
            found = status.st_dev, status.st_ino
            if self.offset and (found != self._file or status.st_size < self.offset):
                self.offset, self.restarts = 0, self.restarts + 1
            self._file = found
            file.seek(self.offset)
            return file.read(MOST_BYTES)

    def _record(self, line: bytes) -> dict[str, Any] | None:
        if not line.strip(b"\0 \r\n"):
            return None
        try:
            record = json.loads(line) if len(line) <= LONGEST_LINE else None
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            return record
        self.damaged += 1
        return None
