"""The text of a file in the encoding that it shows or names."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from envs.text import plain
from planners.errors import BadGraph

MAX_BYTES = 32 * 2**20
"""Largest graph file that is read; those of the starter libraries have 0.2 MB."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_NAMED = re.compile(r"\A\s*<\?xml[^>]*\?>")
_KNOWN = frozenset(
    codecs.lookup(name).name
    for name in (
        "utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250", "cp1251", "cp1252",
        "koi8-r", "shift_jis", "euc-jp", "gb18030", "gbk", "big5",
        *(f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    )
)  # fmt: skip
"""Encodings of text that an XML file may name."""


def read_text(path: Path) -> tuple[str, list[str]]:
    """The text of a file, without a byte order mark and without an XML declaration, and notes on it.

    A byte order mark tells the encoding, else the XML declaration, else the zeros between the first letters;
    otherwise it is UTF-8.

    Raises:
        BadGraph: the file cannot be read, is too large, or is not text in that encoding.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadGraph(f"cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise BadGraph(f"larger than {MAX_BYTES // 2**20} MiB; that is no skill graph")
    encoding, mark = _encoding(content)
    try:
        text = content[mark:].decode(encoding)
    except UnicodeDecodeError as error:
        found = f"byte {error.start + mark} is {content[error.start + mark]:#04x}"
        raise BadGraph(f"not text in {encoding.upper()}: {found}") from error
    if "\0" in text:
        raise BadGraph("not text: it holds zero bytes")
    notes = [] if encoding == "utf-8" else [f"read as text in {encoding.upper()}"]
    return _NAMED.sub("", text), notes


def _encoding(content: bytes) -> tuple[str, int]:
    """The encoding, and the length of the byte order mark."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name, len(mark)
    start = content[:4]
    if len(start) == 4 and start[0] and not start[1] and start[2] and not start[3]:
        return "utf-16-le", 0
    if len(start) == 4 and not start[0] and start[1] and not start[2] and start[3]:
        return "utf-16-be", 0
    declared = _DECLARED.match(content[:400])
    if declared is None:
        return "utf-8", 0
    name = declared[1].decode()
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if found not in _KNOWN:
        raise BadGraph(
            f"line 1: names the encoding {plain(name, 40)!r}, which is not known; write it as UTF-8"
        )
    return ("utf-8" if found.startswith(("utf-16", "utf-32")) else found), 0
