"""Tokens of a reply as its server counts them, whatever it says, and never fewer than the texts show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from agent.llm.answer import Usage

MOST_TOKENS: Final = 10_000_000
"""More than any context holds; a server that counts more is not believed."""


def token_count(value: Any) -> int:
    """A count of tokens as a whole number of 0 or more; 0 for what is none.

    >>> [token_count(value) for value in (7, 5.5, -1, "12", "many", None, True, float("nan"), 10**400)]
    [7, 6, 0, 12, 0, 0, 0, 0, 10000000]
    """
    if isinstance(value, str) and len(value) <= 20 and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0
    return math.ceil(min(max(value, 0), MOST_TOKENS))


def read_usage(counted: Any, least: Usage) -> Usage:
    """What a reply used.

    Args:
        counted: the provider's figures, ``input_tokens`` and ``output_tokens``; anything at all.
        least: what the texts of question and reply come to by our own estimate; caps would not hold if a
            server that counts nothing were believed.

    >>> read_usage({"input_tokens": 100, "output_tokens": -1}, Usage(input_tokens=90, output_tokens=5))
    Usage(input_tokens=100, output_tokens=5)
    """
    figures = counted if isinstance(counted, Mapping) else {}
    return Usage(
        input_tokens=max(least.input_tokens, token_count(figures.get("input_tokens"))),
        output_tokens=max(least.output_tokens, token_count(figures.get("output_tokens"))),
    )
