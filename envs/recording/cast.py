"""A terminal recording in the asciinema v2 format."""

from __future__ import annotations

import json
from typing import TextIO


class TerminalCast:
    """Writes a JSON header, then one ``[seconds, "o", text]`` line for each screen.

    Args:
        stream: an open text file; `close` closes it.
        title: shown by players.
    """

    def __init__(self, stream: TextIO, title: str) -> None:
        self._stream = stream
        self._line({"version": 2, "width": 100, "height": 30, "title": title})

    def _line(self, record: object) -> None:
        self._stream.write(json.dumps(record, ensure_ascii=False) + "\n")

    def screen(self, seconds: float, text: str) -> None:
        """Clear the terminal and show `text`."""
        self._line([round(seconds, 3), "o", "\x1b[2J\x1b[H" + text.replace("\n", "\r\n") + "\r\n"])

    def close(self) -> None:
        """Complete the file."""
        self._stream.close()
