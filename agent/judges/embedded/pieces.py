"""Sentences cut into the word pieces that the text encoder knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

BEGIN: Final = "[CLS]"
END: Final = "[SEP]"
UNKNOWN: Final = "[UNK]"
LONGEST: Final = 64
"""Pieces of a sentence that are read, its ends included; the rest is cut off by nobody: it is refused."""


def pieces_of(text: str, vocabulary: Mapping[str, int]) -> list[str]:
    """The pieces of a sentence, its ends included.

    >>> pieces_of("Logs", {"log": 5, "##s": 6})
    ['[CLS]', 'log', '##s', '[SEP]']
    """
    plain = unicodedata.normalize("NFD", text.lower())
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    found = [piece for word in re.findall(r"\w+|[^\w\s]", plain) for piece in _cut(word, vocabulary)]
    return [BEGIN, *found, END]


def _cut(word: str, vocabulary: Mapping[str, int]) -> list[str]:
    """The longest pieces, from the left; unknown as a whole where they do not fit."""
    pieces: list[str] = []
    rest = word
    while rest:
        prefix = "##" if pieces else ""
        size = next((n for n in range(len(rest), 0, -1) if prefix + rest[:n] in vocabulary), 0)
        if not size:
            return [UNKNOWN]
        pieces.append(prefix + rest[:size])
        rest = rest[size:]
    return pieces
