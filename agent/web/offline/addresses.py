"""Addresses of documents, as ``addressOf`` in ``lib/source.js`` makes them."""

from __future__ import annotations

from urllib.parse import quote

_SAFE = "-_.!~*'()"
"""What ``encodeURIComponent`` leaves as it is, beside letters and digits."""


def address(path: str, **query: str) -> str:
    """A document's address.

    >>> address("/graph", game="crafter", events="")
    '/graph?game=crafter'
    """
    pairs = sorted((name, value) for name, value in query.items() if value)
    search = "&".join(f"{part(name)}={part(value)}" for name, value in pairs)
    return f"{path}?{search}" if search else path


def part(text: str) -> str:
    """A part of an address.

    >>> part("a b/ü")
    'a%20b%2F%C3%BC'
    """
    return quote(text, safe=_SAFE)
