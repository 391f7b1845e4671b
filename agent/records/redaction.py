"""Keeps secrets out of everything that is written down."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

_SECRET_NAME = re.compile(r"(API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)", re.IGNORECASE)
_USER_INFO = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/\s\"'@]+@", re.IGNORECASE)
_SHORTEST_SECRET = 8

HIDDEN = "***"
"""Replaces a secret."""


def redact(text: str, environment: Mapping[str, str] | None = None) -> str:
    """`text` without the values of secret-looking environment variables and without passwords in URLs.

    >>> redact("http://me:pw@host/v1 sk-12345678", {"LAB_API_KEY": "sk-12345678"})
    'http://***@host/v1 ***'
    """
    return _redact(text, _secrets(os.environ if environment is None else environment))


def redact_record(value: Any) -> Any:
    """A JSON-like value with every text in it redacted; keys and numbers stay."""
    return _redact_record(value, _secrets(os.environ))


def _secrets(environment: Mapping[str, str]) -> list[str]:
    return [v for name, v in environment.items() if len(v) >= _SHORTEST_SECRET and _SECRET_NAME.search(name)]


def _redact(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _USER_INFO.sub(rf"\g<scheme>{HIDDEN}@", text) if "@" in text else text


def _redact_record(value: Any, secrets: list[str]) -> Any:
    if isinstance(value, str):
        return _redact(value, secrets)
    if isinstance(value, Mapping):
        return {key: _redact_record(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redact_record(item, secrets) for item in value]
    return value
