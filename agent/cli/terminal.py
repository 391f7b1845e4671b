"""The only way to a terminal: every text is made fit for it, and every table fits into it.

Markup in a text is never read, secrets are hidden, control characters are visible, characters that the
terminal cannot show are spelled in others, and a long text is bounded. Our own colours are styles.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from agent.errors import OutputFailed
from agent.records.redaction import redact
from envs.text import plain

if TYPE_CHECKING:
    from rich.style import Style

LONGEST_RESULT: Final = 50_000
"""Characters of one text among the results."""
LONGEST_MESSAGE: Final = 4_000
"""Characters of one message."""
WIDE: Final = 1_000
"""Columns where nobody looks, in a pipe or a file: nothing is cut or wrapped there."""
LINES: Final = 25
"""Rows where nobody looks."""
LONGEST_WORD: Final = 30
"""Words up to this length are never broken in a table; a table too narrow for that is shown row by row."""

_SPELLED: Final = str.maketrans(
    {"±": "+-", "×": "x", "…": "...", "–": "-", "—": "-", "→": "->", "·": "-", "≤": "<=", "≥": ">="}
    | {"“": '"', "”": '"', "‘": "'", "’": "'", "\N{NO-BREAK SPACE}": " "}
)  # fmt: skip


class OutputClosed(Exception):
    """Whoever read the results has gone, as ``head`` does; nothing is wrong."""


class Terminal(Console):
    """A console through which nothing passes unseen; `rich.console.Console` for all else.

    Args:
        file: stdout for results, stderr for messages, or a text stream in tests.
        remarks: messages: when they cannot be written they are left out. Results raise then.
        more: of `Console`.
    """

    def __init__(self, file: TextIO, *, remarks: bool = False, **more: Any) -> None:
        super().__init__(file=file, markup=False, emoji=False, highlight=False, **more)
        self._remarks = remarks
        self.longest = LONGEST_MESSAGE if remarks else LONGEST_RESULT
        if "width" not in more:
            self._measure()

    def _measure(self) -> None:
        """Settle the size where it is not that of the terminal, or where `Console` does not ask for it."""
        columns = self._environ.get("COLUMNS", "")
        if self.is_terminal and not self.is_dumb_terminal:
            return
        if columns.isdecimal() and int(columns) > 0:
            self.size = (int(columns), LINES)
        elif not self.is_terminal:
            self.size = (WIDE, LINES)
        else:
            with suppress(OSError, ValueError):
                size = os.get_terminal_size(self.file.fileno())
                if size.columns > 0 and size.lines > 0:  # where none is told it is 0
                    self.size = size

    def print(self, *objects: Any, **settings: Any) -> None:
        """As `Console.print`. Raises `OutputClosed` or `OutputFailed` when results cannot be written."""
        try:
            super().print(*(self._fitted(each) for each in objects), **settings)
        except OSError as error:
            self.quiet = True
            self._check_buffer()  # forgets what could not be written
            if not self._remarks:
                raise OutputFailed(f"the results cannot be written: {error.strerror or error}") from error

    def on_broken_pipe(self) -> None:
        """Nobody reads any more. Raises `OutputClosed` for results."""
        self.quiet = True
        if not self._remarks:
            raise OutputClosed

    def fit(self, text: str) -> str:
        """A text as this terminal may show it."""
        text = plain(redact(text), self.longest, lines=True)
        if self.encoding.startswith("utf") or text.isascii():
            return text
        try:
            return text.translate(_SPELLED).encode(self.encoding, "backslashreplace").decode(self.encoding)
        except LookupError:
            return ascii(text)[1:-1]

    def render_str(self, text: str, *, style: str | Style = "", **settings: Any) -> Text:
        """A text without markup, whatever is asked for."""
        fit = Text(self.fit(text), style=style)
        fit.justify, fit.overflow = settings.get("justify"), settings.get("overflow")
        return fit

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of anything; rich's own control codes are told from texts by their kind."""
        for segment in super().render(renderable, options):
            text = segment.text
            harmless = text.isascii() and (text.isprintable() or text == "\n")
            yield segment if harmless or segment.control else Segment(self.fit(text), segment.style)

    def _fitted(self, each: Any) -> Any:
        return fitted(each, self) if isinstance(each, Table) and each.box is not None else each


def fitted(table: Table, console: Console) -> RenderableType:
    """A table in which no word is broken; row by row where the console is too narrow for it."""
    options = console.options
    sizes = [
        [Measurement.get(console, options, cell) for cell in (column.header, *column.cells)]
        for column in table.columns
    ]
    least = [max(min(size.minimum, LONGEST_WORD) for size in column) for column in sizes]
    most = [max(size.maximum for size in column) for column in sizes]
    room = console.width - 3 * len(table.columns) - 1
    for column in table.columns:
        column.overflow, column.no_wrap = "fold", False
    if sum(most) <= room or not table.row_count:
        return table
    if sum(least) > room:
        return _row_by_row(table, console)
    for column, width in zip(table.columns, _shares(least, most, room), strict=True):
        column.width = width
    return table


def _shares(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Widths that use the room: every column at least its least, those that want little first."""
    widths, spare = list(least), room - sum(least)
    order = sorted(range(len(least)), key=lambda i: most[i] - least[i])
    for done, i in enumerate(order):
        more = min(most[i] - least[i], spare // (len(order) - done))
        widths[i] += more
        spare -= more
    return widths


def _row_by_row(table: Table, console: Console) -> Text:
    lines = [_told(table.title, console)] if table.title else []
    columns = [(_told(column.header, console), list(column.cells)) for column in table.columns]
    for row in range(table.row_count):
        told = [(header, _told(cells[row], console)) for header, cells in columns]
        lines += ["", *_row(told)]
    return Text("\n".join(lines), overflow="fold")


def _row(told: Sequence[tuple[str, str]]) -> Iterator[str]:
    """One row; a first cell under no heading says what the row is about: it is one, for a second like it."""
    rest = [each for each in told if each[1]]
    if rest and not rest[0][0]:
        name = rest.pop(0)[1]
        yield f"{name}: {rest.pop(0)[1]}" if rest and not rest[0][0] else name
    yield from (f"{header}: {text}" if header else text for header, text in rest)


def _told(cell: Any, console: Console) -> str:
    if isinstance(cell, Text):
        return cell.plain
    return console.render_str(cell).plain if isinstance(cell, str) else str(cell)
