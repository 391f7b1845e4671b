"""Numbers as people write them: ``3``, ``3x``, ``twenty five``, ``two dozen``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from envs.text import plain
from planners.errors import UnknownGoal

MOST_DIGITS: Final = 9
"""Longer numbers are refused: nothing in a game is counted so high."""

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

ADDED: Final = {
    **{word: number for number, word in enumerate(_UNITS.split()) if word != "one"},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), start=2)},
    "couple": 2,
    "pair": 2,
    "twice": 2,
    "thrice": 3,
}
"""Words that stand for a number. ``one`` is none of them: "one log" asks for no more than "a log" does."""

TIMES: Final = {"dozen": 12, "hundred": 100, "thousand": 1000}
"""Words that multiply the number before them."""

_ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth last"
ORDINALS: Final = frozenset(_ORDINALS.split())
"""Words for a place in an order, which is no count."""

_PLAIN = re.compile(r"\d+|\d{1,3}(?:,\d{3})+")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


def read_count(text: str) -> int:
    """A number written with digits, at least 1.

    >>> read_count("3"), read_count("1,000")
    (3, 1000)

    Raises:
        UnknownGoal: it is zero or less, no whole number, an ordinal, or too large to mean anything.
    """
    shown = plain(text, 24)
    if _ORDINAL.fullmatch(text):
        raise UnknownGoal(not_a_count(shown))
    if not _PLAIN.fullmatch(text):
        raise UnknownGoal(f"{shown!r} is no whole number above zero; write how many, for example '3'")
    digits = text.replace(",", "").lstrip("0")
    if not digits:
        raise UnknownGoal(f"a goal of {shown} asks for nothing; give a count of at least 1")
    if len(digits) > MOST_DIGITS:
        raise UnknownGoal(f"{shown!r} is more than any game counts; give a count below 1,000,000,000")
    return int(digits)


def not_a_count(ordinal: str) -> str:
    """What is said to "the 3rd diamond"."""
    return f"{ordinal!r} is a place in an order and no count; write how many, for example '3'"


def is_number_word(word: str) -> bool:
    """Whether a word is (part of) a number."""
    return word in ADDED or word in TIMES


def worth(words: Sequence[str]) -> int:
    """The number that number words make up.

    >>> worth(["twenty", "five"]), worth(["two", "dozen"]), worth(["dozen"])
    (25, 24, 12)

    Raises:
        UnknownGoal: they make up none, or zero.
    """
    total = latest = 0
    for word in words:
        if word in TIMES:
            latest = max(latest, 1) * TIMES[word]
            total, latest = (total + latest, 0) if word == "thousand" else (total, latest)
        elif latest % 100 == 0 or (20 <= latest % 100 <= 90 and latest % 10 == 0 and 0 < ADDED[word] < 10):
            latest += ADDED[word]
        else:
            raise UnknownGoal(f"{' '.join(words)!r} is no number; write how many, for example '3'")
    if not total + latest:
        raise UnknownGoal(f"a goal of {' '.join(words)} asks for nothing; give a count of at least 1")
    return read_count(str(total + latest))
