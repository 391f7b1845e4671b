"""Whether a sentence can be a claim at all, before its words are looked at."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from agent.judges.embedded.parsing import LONGEST
from envs.text import brief, is_hidden

_SPACES: Final = frozenset("\t\n\r")
_MARKS: Final = frozenset(" .,;:!?'\"()-/%&+=_*#×…\u2013\u2014\u2018\u2019\u201c\u201d")
"""What may stand in a sentence beside letters and digits."""
_NO_COUNT: Final = re.compile(r"(?<![\w)])[-\u2212]\d[\d.]*|\b\d+\.\d+\b")


def why_unreadable(claim: str) -> str:
    """Why a sentence cannot be a claim, as a sentence of its own; empty where it can.

    >>> why_unreadable("a table beside water")
    ''
    >>> why_unreadable("collect -3 wood")
    "the claim says '-3', which is no count; say a whole number from 0 on"
    """
    if not claim.strip():
        return "it is not said what success means"
    if len(claim) > LONGEST:
        return f"the claim has {len(claim):,} characters; at most {LONGEST} are read, say it shorter"
    for character in claim:
        if why := _why_not(character):
            return why
    if not any(character.isalpha() for character in claim):
        return f"the claim {brief(claim, 40)} has no words; say in words what must be seen"
    if found := _NO_COUNT.search(claim):
        return f"the claim says {found[0].strip()!r}, which is no count; say a whole number from 0 on"
    return ""


def _why_not(character: str) -> str:
    """What is wrong with a character; empty where nothing is."""
    if character in _SPACES or character in _MARKS:
        return ""
    name = f"{brief(character)} (U+{ord(character):04X})"
    if is_hidden(character):
        return f"the claim has a character that cannot be seen, {name}; leave it out"
    if character.isalpha() and not unicodedata.name(character, "").startswith("LATIN "):
        return f"the claim has a letter of another script, {name}; only English is read"
    if not character.isalpha() and not (character.isdecimal() and character.isascii()):
        return f"the claim has a sign that no sentence has, {name}; say it in plain words"
    return ""
