"""Text files that people give: levels and options."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from envs.errors import BadGameOption

LARGEST_FILE: Final = 1_000_000
"""Bytes of such a file at most."""

_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path, what: str, expected: str) -> str:
    """The text of a file, without the mark (BOM) that some editors put before it.

    Args:
        path: of the file; ``~`` stands for the user's home.
        what: what it is, for messages, such as ``the des-file``.
        expected: what it should be, such as ``a text file ending in .des``.

    Raises:
        BadGameOption: there is no such file, or it is no such text.
    """
    name = f"{what} {str(path)!r}"
    try:
        place = path.expanduser()
        if place.exists() and not place.is_file():
            kind = "a folder" if place.is_dir() else "no file"
            raise BadGameOption(f"{name} is {kind}; give the path of {expected}")
        with place.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: no home; ValueError: NUL in the name
        raise BadGameOption(f"{name} cannot be read ({error}); give the path of {expected}") from error
    if len(data) > LARGEST_FILE:
        raise BadGameOption(f"{name} has more than {LARGEST_FILE:,} bytes; give the path of {expected}")
    if data.startswith(_UTF16_MARKS):
        raise BadGameOption(f"{name} is written in UTF-16; save it as UTF-8 (without BOM)")
    if b"\0" in data:
        raise BadGameOption(f"{name} cannot be read: it is no text; give the path of {expected}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadGameOption(
            f"{name} cannot be read: line {line} is not in UTF-8 ({error.reason}); save it as UTF-8"
        ) from error
