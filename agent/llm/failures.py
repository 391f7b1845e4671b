"""What went wrong with a call to a provider, told apart by what can be done about it."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.records.redaction import shown

_RETRIED_STATUS = frozenset({408, 409, 425, 429})
_NO_QUOTA = ("insufficient_quota", "billing_hard_limit_reached")
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed call.

    Attributes:
        reason: in words, without keys and bounded.
        retryable: whether the same call may succeed later.
        retry_after_s: how long the provider asks to wait; None when it did not say.
    """

    reason: str
    retryable: bool
    retry_after_s: float | None = None


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    return status if isinstance(status, int) and status >= 400 else None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that a ``Retry-After`` header asks to wait: a number, or an HTTP date; None without one.

    >>> retry_after({"retry-after": "2.5"}, now=0.0)
    2.5
    """
    text = headers.get("retry-after", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError):
        return None


def _headers(error: BaseException) -> Mapping[str, str]:
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    return {str(name).lower(): str(value) for name, value in headers.items()}


def classify(error: Exception) -> Failure:
    """Sort any exception out of a provider's client into what to do next."""
    status, text = _status(error), shown(" ".join(str(error).split()), _LONGEST_REASON)
    if status in (401, 403):
        return Failure(reason=f"the provider refused the key (HTTP {status})", retryable=False)
    if status == 404:
        return Failure(
            reason=f"the provider knows no such model or address (HTTP 404): {text}", retryable=False
        )
    if any(word in text for word in _NO_QUOTA):
        return Failure(reason=f"the account has no quota left (HTTP {status})", retryable=False)
    if status is not None:
        retryable = status in _RETRIED_STATUS or status >= 500
        wait = retry_after(_headers(error), time.time())
        return Failure(reason=f"HTTP {status}: {text}", retryable=retryable, retry_after_s=wait)
    if "timeout" in type(error).__name__.lower() or isinstance(error, TimeoutError):
        return Failure(reason="no reply within the time limit", retryable=True)
    if "connect" in type(error).__name__.lower() or isinstance(error, ConnectionError):
        return Failure(reason=f"the connection failed: {text or type(error).__name__}", retryable=True)
    # Clients raise all kinds of errors on a body that is cut off or is not what the protocol says.
    return Failure(reason=f"the response was unusable ({type(error).__name__}: {text})", retryable=True)
