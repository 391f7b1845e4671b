"""The one door for secrets: whatever is written down or shown passes `redact` first, before it is cut.

A secret is the value of an environment variable that is named like one, and every key that was loaded from
elsewhere and registered here (`agent.llm.keys`). It is hidden in every form in which a server, a shell or a
file may give it back (`agent.records.spellings` for those that hold nothing of it as it is), and also where
only half of it is left.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from agent.records.spellings import Spelling, spellings
from envs.text import LONGEST_TEXT, plain

HIDDEN: Final = "***"
"""Replaces a secret."""

_SECRET_NAME: Final = re.compile(
    r"API_?KEY|(?:^|_)KEYS?$|ACCESS_?KEY|PRIVATE_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE
)
_SHORTEST_SECRET: Final = 8
"""Characters from which a value is hidden wherever it stands."""
_SHORTEST_WORD: Final = 5
"""Characters from which a value of letters and digits is hidden where it stands alone."""
_SHORTEST_PART: Final = 16
"""Characters that half of a secret needs to be hidden by itself."""

_MARKED: Final = (
    ("://", re.compile(r"(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}://)[^/\s\"'@]{1,500}(@)", re.IGNORECASE)),
    ("=", re.compile(r"([?&][\w-]{0,40}(?:key|token|secret|password)[\w-]{0,20}=)[^&\s\"'#]+()", re.I)),
    ("earer", re.compile(r"(\bbearer\s{1,4})(?=\S{0,200}\d)[\w.~+/=-]{16,}()", re.IGNORECASE)),
)  # fmt: skip
"""What can only be a secret by the way it is written, each with a part that it always has."""

_Secrets: TypeAlias = frozenset[tuple[str, str]]
"""Secrets, and what stands in the place of each."""

_registered: Final[dict[str, str]] = {}
"""Key that was loaded -> what stands in its place."""


@lru_cache(4_096)
def is_secret_name(variable: str) -> bool:
    """Whether a variable of that name holds a secret."""
    return _SECRET_NAME.search(variable) is not None


def register(keys: Mapping[str, str]) -> None:
    """Hide these keys from now on; ``[NAME]`` stands in their place. Too short to be told from words: left.

    Args:
        keys: the variable that holds a key -> the key.
    """
    _registered.update((key, f"[{name}]") for name, key in keys.items())


def redact(text: str, environment: Mapping[str, str] | None = None) -> str:
    """`text` without secrets, without passwords in addresses, and without bearer tokens.

    >>> redact("http://me:pw@host/v1 sk-12345678", {"LAB_API_KEY": "sk-12345678"})
    'http://***@host/v1 ***'
    """
    return _redact(text, _secrets(os.environ if environment is None else environment))


def redact_keys(text: str) -> str:
    """`text` without the keys that were loaded; all else stays, so that it is the same on every machine."""
    return _hide_all(text, frozenset(_registered.items()))


def redact_record(value: Any) -> Any:
    """A JSON-like value with every text in it redacted, names of fields too; numbers stay.

    What is none of JSON's kinds becomes its text.
    """
    return redact_records([value])[0]


def redact_records(values: Iterable[Any]) -> list[Any]:
    """As `redact_record`, for many: looking for secrets takes longer than hiding them in a record."""
    secrets = _secrets(os.environ)
    return [_redact_record(value, secrets) for value in values]


def shown(text: object, limit: int = LONGEST_TEXT, *, lines: bool = False) -> str:
    """Any text as it may be shown to people: without secrets, then as `envs.text.plain` has it.

    Args:
        text: a text, or an object whose ``str`` is one.
        limit: most characters that are kept.
        lines: whether line ends and tabs stay as they are.
    """
    return plain(redact(str(text)), limit, lines=lines)


def _secrets(environment: Mapping[str, str]) -> _Secrets:
    found = {environment[name]: HIDDEN for name in environment if is_secret_name(name)}
    return frozenset({**found, **_registered}.items())


def _redact(text: str, secrets: _Secrets) -> str:
    text = _hide_all(text, secrets)
    for mark, pattern in _MARKED:
        if mark in text:
            text = pattern.sub(rf"\g<1>{HIDDEN}\g<2>", text)
    return text


def _redact_record(value: Any, secrets: _Secrets) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_redact_name(name, secrets): _redact_record(item, secrets) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redact_record(item, secrets) for item in value]
    return _redact(value if isinstance(value, str) else str(value), secrets)


def _redact_name(name: Any, secrets: _Secrets) -> Any:
    return _redact(name, secrets) if isinstance(name, str) else name


def _hide_all(text: str, secrets: _Secrets) -> str:
    for spelling, instead in _spellings(secrets):
        text = spelling.hide(text, instead)
    for form, instead in _forms(secrets):
        text = _hide(text, form, instead)
    for word, instead in _words(secrets):
        text = word.sub(instead, text)
    return text


@lru_cache(maxsize=16)
def _forms(secrets: _Secrets) -> tuple[tuple[str, str], ...]:
    """Every form of every secret and what stands in its place, the longest first."""
    forms = {
        form: instead
        for secret, instead in sorted(secrets)
        if len(secret.strip()) >= _SHORTEST_SECRET
        for form in _forms_of(secret.strip())
    }
    return tuple(sorted(forms.items(), key=lambda item: (-len(item[0]), item[0])))


@lru_cache(maxsize=16)
def _spellings(secrets: _Secrets) -> tuple[tuple[Spelling, str], ...]:
    return tuple(
        (spelling, instead) for secret, instead in sorted(secrets) for spelling in spellings(secret.strip())
    )


@lru_cache(maxsize=16)
def _words(secrets: _Secrets) -> tuple[tuple[re.Pattern[str], str], ...]:
    """A pattern for each of the short ones."""
    return tuple(
        (re.compile(rf"(?<![A-Za-z0-9]){re.escape(secret)}(?![A-Za-z0-9])"), instead)
        for secret, instead in sorted((secret.strip(), instead) for secret, instead in secrets)
        if _is_short_secret(secret)
    )


def _is_short_secret(secret: str) -> bool:
    digits = any(character.isdigit() for character in secret)
    letters = any(character.isalpha() for character in secret)
    return _SHORTEST_WORD <= len(secret) < _SHORTEST_SECRET and digits and letters


def _forms_of(secret: str) -> Iterator[str]:
    """A secret as it is, and as it stands in JSON, in code, on a page, in an address and in a header."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield html.escape(secret)
    raw = secret.encode("utf-8", "surrogateescape")
    yield urllib.parse.quote(raw, safe="")
    yield urllib.parse.quote(raw)
    yield urllib.parse.quote_plus(raw)
    yield raw.hex()
    yield secret[::-1]
    for before in range(3):  # what stands before it moves it by so many bytes
        encoded = base64.b64encode(b"\0" * before + raw)
        inner = encoded[(0, 2, 3)[before] : (len(raw) + before) * 8 // 6].decode()
        yield inner
        yield inner.translate(str.maketrans("+/", "-_"))


def _hide(text: str, form: str, instead: str) -> str:
    """`text` without a form of a secret, and without any longer part of it."""
    least = min(max(len(form) // 2, _SHORTEST_PART), len(form))
    if len(text) < least:
        return text
    step = max(least // 2, 1)
    found = sorted(
        part
        for place in range(0, len(form) - step + 1, step)
        for part in _parts(text, form, place, step)
        if part[1] - part[0] >= least
    )
    parts, done = [], 0
    for start, end in found:
        if start >= done:
            parts.append(text[done:start])
            done = end
    return instead.join([*parts, text[done:]]) if parts else text


def _parts(text: str, form: str, place: int, length: int) -> Iterator[tuple[int, int]]:
    """The parts of `form` that stand in `text` around a short piece of it: begin and end of each."""
    piece = form[place : place + length]
    start = text.find(piece)
    while start >= 0:
        before = _common(text[max(0, start - place) : start][::-1], form[:place][::-1])
        after = _common(text[start : start + len(form) - place], form[place:])
        yield start - before, start + after
        start = text.find(piece, start + after)


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
