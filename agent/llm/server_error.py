"""Errors that a server sends as a reply: status 200, and an error inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agent.records.redaction import shown

_STATUS_NAMES: Final = ("code", "status", "status_code", "statusCode", "http_status")
_STATUS_WORDS: Final = (
    (401, ("invalid_api_key", "invalid api key", "incorrect api key", "authentication", "unauthorized")),
    (402, ("insufficient_quota", "billing", "payment required", "insufficient credit")),
    (403, ("permission", "forbidden")),
    (429, ("rate_limit", "rate limit", "too many requests")),
    (404, ("not_found", "not found", "does not exist", "unknown model")),
    (503, ("overloaded", "unavailable")),
    (
        400,
        (
            "invalid_request",
            "bad request",
            "badrequest",
            "context_length",
            "exceed_context_size",
            "context size",
        ),
    ),
)
_TEXT_NAMES: Final = ("message", "msg", "detail", "error", "description", "reason")
_LONGEST: Final = 2000


class ServerError(Exception):
    """An error that came in place of a reply.

    Attributes:
        status_code: the HTTP status that it stands for; None when it cannot be told.
    """

    def __init__(self, message: str, status_code: int | None) -> None:
        super().__init__(message)
        self.status_code = status_code


def error_in(body: Any) -> ServerError | None:
    """The error that a body of status 200 holds; None where it holds something that was said.

    >>> error_in({"error": {"code": 401, "message": "no such key"}}).status_code
    401
    >>> error_in({"choices": [{"message": {"content": "wood"}}], "error": None})
    """
    if not isinstance(body, Mapping) or _says_something(body):
        return None
    choice = _first(body.get("choices"))
    found = body.get("error") or body.get("errors")
    if not found and isinstance(choice, Mapping):
        found = choice.get("error")
    if not found and not body.get("choices") and (body.get("object") == "error" or _text(body)):
        found = body
    if not found:
        return None
    found = _first(found) or found
    return ServerError(_text(found) or "an error without a message", _status(found) or _status(body))


def _says_something(body: Mapping[str, Any]) -> bool:
    choice = _first(body.get("choices"))
    message = choice.get("message") if isinstance(choice, Mapping) else None
    return isinstance(message, Mapping) and bool(message.get("content") or message.get("tool_calls"))


def _first(items: Any) -> Any:
    return items[0] if isinstance(items, list | tuple) and items else None


def _text(error: Any) -> str:
    if isinstance(error, str):
        return shown(error, _LONGEST, lines=True)
    if isinstance(error, Mapping):
        for name in _TEXT_NAMES:
            if error.get(name):
                return _text(error[name])
    return ""


def _status(error: Any) -> int | None:
    """The status that an error names by number, or else by the words in it."""
    fields = error if isinstance(error, Mapping) else {}
    for name in _STATUS_NAMES:
        number = fields.get(name)
        if isinstance(number, str) and number.isdecimal() and len(number) == 3:
            number = int(number)
        if isinstance(number, int) and not isinstance(number, bool) and 400 <= number <= 599:
            return number
    words = " ".join(shown(fields.get(name) or "", _LONGEST) for name in ("code", "type", "status"))
    words = f"{words} {_text(error)}".lower()
    return next((status for status, hints in _STATUS_WORDS if any(hint in words for hint in hints)), None)
