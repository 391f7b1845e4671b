"""The JSON objects in a text: where they begin and end, found in one pass.

A text of n characters is read in time proportional to n, whatever is in it: a reply may be long, and hostile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

DEEPEST: Final = 200
"""Levels of nesting that an object may have; the forms asked for have four."""

_START: Final = re.compile(r'\{\s*+(?:(?P<empty>\})|(?="(?:[^"\\]++|\\.)*+"\s*+:))', re.DOTALL)
"""An object begins with a name and a colon, or is empty at once."""
_TOKEN: Final = re.compile(
    r'[ \t\r\n]*+(?:(?P<text>"(?:[^"\\]++|\\.)*+")|(?P<mark>[{}\[\]:,])'
    r"|(?P<plain>-?\d[\d.eE+-]*+|true\b|false\b|null\b|NaN\b|-?Infinity\b))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where an object stands in a text, whole or broken off.

    Attributes:
        start: place of its opening brace.
        end: place after its closing brace; where it stopped being JSON, if it is not `complete`.
        sure: place up to which it is JSON without doubt: its end, or the last string of what is not complete,
            whose closing quote may have been meant to open another.
        complete: it is closed, and its marks are in order.
        too_deep: it has more than `DEEPEST` levels.
    """

    start: int
    end: int
    sure: int
    complete: bool
    too_deep: bool = False


class _Wanted(Enum):
    NAME = auto()
    NAME_OR_END = auto()
    COLON = auto()
    VALUE = auto()
    VALUE_OR_END = auto()
    COMMA_OR_END = auto()


def find_objects(text: str) -> list[Span]:
    """The objects in a text, in order; none lies inside another that is complete.

    >>> [(span.start, span.end, span.complete) for span in find_objects('so {"a": {}} or {"b": 1')]
    [(3, 12, True), (16, 23, False)]
    """
    found: list[Span] = []
    place = 0
    while begin := _START.search(text, place):
        if begin["empty"]:
            place = begin.end()
            found.append(Span(start=begin.start(), end=place, sure=place, complete=True))
            continue
        reading = _Reading(text, begin.start())
        span = reading.read()
        found.append(span)
        # A text that was taken for a string may hold the beginning of an object: look into the last one. It
        # holds one at most, since the quote after its brace is the one that ended the string.
        place = span.end if span.complete else max(begin.start() + 1, reading.last_text + 1)
    return found


@dataclass(slots=True)
class _Reading:
    """One object being read, mark by mark."""

    text: str
    start: int
    last_text: int = -1
    _open: list[str] = field(default_factory=list)
    _wanted: _Wanted = _Wanted.VALUE
    _too_deep: bool = False

    def read(self) -> Span:
        place = self.start
        while token := _TOKEN.match(self.text, place):
            if token["text"] is not None:
                self.last_text = token.start("text")
                fits = self._take_text()
            elif token["mark"] is not None:
                fits = self._take_mark(token["mark"])
            else:
                fits = self._take_value()
            if not fits:
                break
            place = token.end()
            if not self._open:
                return self._span(place, complete=True)
        return self._span(self._stop(place), complete=False)

    def _span(self, end: int, *, complete: bool) -> Span:
        sure = end if complete else max(self.start, self.last_text)
        return Span(start=self.start, end=end, sure=sure, complete=complete, too_deep=self._too_deep)

    def _stop(self, place: int) -> int:
        """Where reading stopped; the end of the text when nothing but space is left."""
        return len(self.text) if not self.text[place : place + 200].strip() else place

    def _take_text(self) -> bool:
        if self._wanted in (_Wanted.NAME, _Wanted.NAME_OR_END):
            self._wanted = _Wanted.COLON
            return True
        return self._take_value()

    def _take_value(self) -> bool:
        fits = self._wanted in (_Wanted.VALUE, _Wanted.VALUE_OR_END)
        self._wanted = _Wanted.COMMA_OR_END
        return fits

    def _take_mark(self, mark: str) -> bool:
        if mark in "{[":
            fits = self._take_value()
            self._open.append(mark)
            self._too_deep = self._too_deep or len(self._open) > DEEPEST
            self._wanted = _Wanted.NAME_OR_END if mark == "{" else _Wanted.VALUE_OR_END
            return fits
        if mark in "}]":
            return self._close(mark)
        if mark == ":":
            fits, self._wanted = self._wanted is _Wanted.COLON, _Wanted.VALUE
            return fits
        fits = self._wanted is _Wanted.COMMA_OR_END
        self._wanted = _Wanted.NAME if self._open[-1] == "{" else _Wanted.VALUE
        return fits

    def _close(self, mark: str) -> bool:
        opened = self._open.pop()
        empty = _Wanted.NAME_OR_END if mark == "}" else _Wanted.VALUE_OR_END
        fits = opened + mark in ("{}", "[]") and self._wanted in (_Wanted.COMMA_OR_END, empty)
        self._wanted = _Wanted.COMMA_OR_END
        return fits
