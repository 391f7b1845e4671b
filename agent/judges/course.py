"""Which claims speak of the course of an attempt, and not only of how it stands at the end."""

from __future__ import annotations

import re
from typing import Final

_COURSE: Final = re.compile(
    r"\b(?:without (?:ever |once )?\w+(?:ing|ting)\b|never\b|always\b|throughout\b|at no time\b|not once\b"
    r"|all (?:the )?(?:time|way|along|night|day)\b|(?:the )?(?:whole|entire) (?:time|night|day|way)\b"
    r"|whole night\b|during\b|until\b|from start to end\b|in between\b|before \w+ing\b|after \w+ing\b)",
    re.IGNORECASE,
)


def speaks_of_course(claim: str) -> bool:
    """Whether a claim says something of what happened in between, which its end alone does not show.

    >>> speaks_of_course("collect wood without losing health"), speaks_of_course("stand beside a table")
    (True, False)
    """
    return _COURSE.search(claim) is not None
