"""Results go to stdout, everything else to stderr; both through `agent.cli.terminal`, and nothing past it."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any, Final

from agent.records.redaction import redact_record, shown
from envs.text import is_hidden

if TYPE_CHECKING:
    from agent.cli.terminal import Terminal

LONGEST_LOG: Final = 2_000
"""Characters of one line of the log."""
MOST_FRAMES: Final = 8
"""Calls that a traceback in the log shows: the last ones, so that what was raised is not cut off."""


class _Printed:
    """What this process has put on stdout for the command that runs."""

    document: bool = False


_printed: Final = _Printed()


def results() -> Terminal:
    """A console for results, on stdout."""
    from agent.cli.terminal import Terminal

    return Terminal(sys.stdout)


def messages() -> Terminal:
    """A console for progress and remarks, on stderr."""
    from agent.cli.terminal import Terminal

    return Terminal(sys.stderr, remarks=True)


def say(text: str, style: str = "") -> None:
    """One message on stderr, not wrapped, so that it can be searched and copied."""
    messages().print(text, style=style or None, soft_wrap=True)


def result(text: str, style: str = "") -> None:
    """One line of the result on stdout, not wrapped."""
    results().print(text, style=style or None, soft_wrap=True)


def print_code(source: str) -> None:
    """A piece of Python on stdout; on a terminal in colours, and folded where it is too wide."""
    from rich.syntax import Syntax

    console = results()
    if not console.is_terminal:
        console.print(source, soft_wrap=True)
        return
    kept = source[: console.longest]
    console.print(Syntax(kept, "python", theme="ansi_dark", word_wrap=True, background_color="default"))


def write(text: str) -> None:
    r"""A whole document on stdout as it is, such as a graph in XML.

    Raises:
        OutputClosed: nobody reads it.
        OutputFailed: it cannot be written.
    """
    from agent.cli.terminal import OutputClosed
    from agent.errors import OutputFailed

    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise OutputClosed from None
    except OSError as error:
        raise OutputFailed(f"the results cannot be written: {error.strerror or error}") from error


def print_json(record: Any) -> None:
    """One JSON document on stdout, without secrets, control characters escaped. Raises what `write` does."""
    ascii_only = not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    text = json.dumps(redact_record(record), ensure_ascii=ascii_only, indent=2)
    write(escaped(text) + "\n")
    _printed.document = True


def escaped(document: str) -> str:
    r"""A JSON document, with ``\uXXXX`` for all that would steer a terminal or stand there unseen.

    >>> escaped('{"a": "\x9b\u202e"}')
    '{"a": "\\u009b\\u202e"}'
    """
    if document.isascii() and "\x7f" not in document:
        return document
    return "".join(
        json.dumps(character)[1:-1] if character != "\n" and is_hidden(character) else character
        for character in document
    )


def document_printed(*, forget: bool = False) -> bool:
    """Whether a document was printed since the last time that this was to be forgotten."""
    printed = _printed.document
    if forget:
        _printed.document = False
    return printed


class PlainFormatter(logging.Formatter):
    """Lines of the log without secrets and control characters, and bounded."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return shown(super().format(record), LONGEST_LOG, lines=True)

    def formatException(self, ei: Any) -> str:  # noqa: N802, a method of the standard library
        """The end of a traceback, with what was raised."""
        return "".join(traceback.format_exception(*ei, limit=-MOST_FRAMES)).rstrip("\n")


def log_to_stderr(level: int) -> None:
    """Show what is logged from `level` on; warnings of Python's own too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainFormatter("%(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    logging.raiseExceptions = False  # a log that cannot be written is no reason to stop
