r"""Secrets in other spellings: escaped once or more, parted, in capitals, byte by byte.

A server that repeats what it was sent may write each character as ``\u0073``, ``%73`` or ``&#115;``, and
whoever reads its reply as JSON or as a page has the secret again.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

SHORTEST: Final = 8
"""Characters that a secret needs to be looked for in other spellings."""

SHORTEST_PARTED: Final = 16
"""Characters from which it is known again when something stands between them, or in other capitals."""

_PARTERS: Final = " \t\r\n\"'`+,.:;|*_-\u00ad\u200b\u200c\u200d\u2060\ufeff"
_NAMES: Final = {'"': "quot", "'": "apos", "&": "amp", "<": "lt", ">": "gt"}
_FULL_WIDTH: Final = 0xFEE0


@dataclass(frozen=True, slots=True)
class Spelling:
    """A way to write a secret.

    Attributes:
        head: its first half, or what there must be of it at least.
        rest: what follows, piece by piece; it may be cut off anywhere.
        least: most characters that the head certainly has; shorter texts need no look.
    """

    head: re.Pattern[str]
    rest: tuple[re.Pattern[str], ...]
    least: int

    def hide(self, text: str, instead: str) -> str:
        """`text` with something else in the secret's place."""
        if len(text) < self.least:
            return text
        parts, done = [], 0
        while found := self.head.search(text, done):
            parts.append(text[done : found.start()])
            done = self._end(text, found.end())
        return instead.join([*parts, text[done:]]) if parts else text

    def _end(self, text: str, place: int) -> int:
        for piece in self.rest:
            more = piece.match(text, place)
            if more is None:
                break
            place = more.end()
        return place


def spellings(secret: str) -> tuple[Spelling, ...]:
    """The ways to write a secret that do not hold it as it is; none for a short one."""
    if len(secret) < SHORTEST:
        return ()
    if len(secret) < SHORTEST_PARTED:
        return (_spelling(secret, lambda character: _escaped(character, re.escape(character)), parted=False),)
    raw = secret.encode("utf-8", "surrogateescape")
    return (
        _spelling(secret, lambda character: _escaped(character, _any_case(character))),
        _spelling(base64.b32encode(raw).decode().rstrip("="), _any_case),
        *(
            _spelling(base64.b64encode(b"\0" * before + raw).decode()[(0, 2, 3)[before] : -4], re.escape)
            for before in range(3)
        ),
        _spelling([f"{byte:02x}" for byte in raw], lambda byte: f"(?:0[xX])?{_any_case(byte)}"),
        _spelling([str(byte) for byte in raw], lambda byte: rf"(?<!\d)0{{0,2}}{byte}(?!\d)"),
    )


def _spelling(pieces: Sequence[str], written: Callable[[str], str], *, parted: bool = True) -> Spelling:
    patterns = [written(piece) for piece in pieces]
    if parted:
        patterns[1:] = [
            f"{_between(piece)}{pattern}" for piece, pattern in zip(pieces[1:], patterns[1:], strict=True)
        ]
    least = max(len(pieces) // 2, SHORTEST_PARTED)
    return Spelling(
        head=re.compile("".join(patterns[:least])),
        rest=tuple(map(re.compile, patterns[least:])),
        least=min(least, len(pieces)),
    )


def _between(piece: str) -> str:
    """What may part a piece from the one before it; nothing that the piece may begin with."""
    return f"[{''.join(re.escape(each) for each in _PARTERS if each not in piece)}]{{0,8}}+"


def _escaped(character: str, plain: str) -> str:
    """A character as it is, or in any of its escapes, these escaped again."""
    code = ord(character)
    digits = _any_case(f"{code:x}")
    ways = [
        rf"\\{{1,8}}(?:[uU]\{{?0{{0,6}}{digits}\}}?|[xX]0{{0,2}}{digits}|0{{0,1}}{code:03o}|{plain})",
        rf"[uU]\+0{{0,6}}{digits}",
        rf"&(?:amp;){{0,4}}\#(?:[xX]0{{0,6}}{digits}|0{{0,6}}{code});?",
    ]
    if code < 128:
        two = _any_case(f"{code:02x}")
        ways += [rf"%(?:25){{0,4}}{two}", f"={two}"]
    if 0x21 <= code < 0x7F:
        ways.append(chr(code + _FULL_WIDTH))
    if name := _NAMES.get(character):
        ways.append(f"&(?:amp;){{0,4}}{name};")
    return f"(?:{'|'.join([*ways, plain])})"


def _any_case(text: str) -> str:
    return "".join(
        f"[{each.lower()}{each.upper()}]" if each.isascii() and each.isalpha() else re.escape(each)
        for each in text
    )
