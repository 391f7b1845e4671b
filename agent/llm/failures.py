"""What went wrong with a call to a provider, told apart by what can be done about it."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.llm.deadline import TooLate
from agent.llm.errors import BadNetwork
from agent.llm.limits import ReplyTooLong
from agent.llm.server_error import error_in
from agent.records.redaction import shown

_RETRIED_STATUS = frozenset({408, 409, 425, 429})
_NO_QUOTA = ("insufficient_quota", "billing_hard_limit_reached")
_LONGEST_REASON = 300
_LONGEST_READ: Final = 100_000
_TOO_LONG_STATUS: Final = frozenset({400, 413, 422, 500})
_BLIND_STATUS: Final = frozenset({400, 404, 415, 422, 500, 501})
_TOO_LONG = re.compile(
    r"context[_ ]?(?:length|size|window)|maximum context|exceeds? the (?:available |model's )?context|n_ctx"
    r"|prompt is too long|too many (?:input )?tokens|must be <= \d"
    r"|max_(?:new_|completion_|output_)?tokens\W{0,4} (?:is too large|must be)",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"(?:context[_ ]?(?:length|size|window)|n_ctx|must be <=)[^\d]{0,40}(\d{3,9})", re.IGNORECASE
)
_PROMPT = re.compile(
    r"(\d{1,9}) (?:tokens )?(?:in the (?:messages|prompt|input)|input tokens|prompt tokens)"
    r"|n_prompt_tokens\W{1,4}(\d{1,9})",
    re.IGNORECASE,
)
_REFUSED_NAME = re.compile(
    r"unsupported|not supported|unknown|unrecogni[sz]ed|extra_forbidden|extra inputs|not permitted|unexpected"
    r"|at the same time|cannot both",
    re.IGNORECASE,
)
_BLIND = re.compile(
    r"image input is not supported|not support (?:image|vision|picture|multi-?modal)"
    r"|support (?:image|vision) input|(?:image_url|images?|vision|multi-?modal)\b[^.]{0,60}"
    r"(?:not supported|only supported|unsupported|not allowed|not available|not enabled|is not valid)"
    r"|(?:invalid|unknown|unsupported) (?:content|part|block) type[^.]{0,40}image|\bmmproj\b"
    r"|content must be a string|content[^.]{0,30}(?:should|must) be a (?:valid )?string",
    re.IGNORECASE,
)
_LIMIT_NAME = re.compile(r"\bmax_(?:completion_)?tokens\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed call.

    Attributes:
        reason: in words, without secrets.
        retryable: whether the same call may succeed later.
        retry_after_s: how long the provider asks to wait; None when it did not say.
        too_long: question and reply do not fit into the model's context together.
        context_tokens: that context, where the server named it.
        prompt_tokens: the length of the question, where the server named it.
        of_question: whether it is this question, or its reply, that is the matter.
        refused_name: the name for the longest reply that the server does not take; empty otherwise.
        blind: whether the model takes no pictures, as far as the server's words tell.
    """

    reason: str
    retryable: bool
    retry_after_s: float | None = None
    too_long: bool = False
    context_tokens: int | None = None
    prompt_tokens: int | None = None
    of_question: bool = False
    refused_name: str = ""
    blind: bool = False


def _as_it_is(text: str) -> str:
    return text


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


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from; clients hide the cause behind a general one."""
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _words(error: BaseException, redact: Callable[[str], str]) -> str:
    """An error's text on one line, without secrets; not cut yet."""
    try:
        text = str(error)
    except Exception:  # foreign errors may fail at this, too
        text = ""
    return " ".join(redact(text[: 2 * _LONGEST_READ])[:_LONGEST_READ].split())


def classify(error: Exception, redact: Callable[[str], str] = _as_it_is) -> Failure:
    """Sort any exception out of a provider's client into what to do next.

    Args:
        error: the exception.
        redact: blanks secrets; it sees the whole text, before anything is cut off it.
    """
    inside = error_in(error.args[0]) if error.args else None
    known = inside or error
    status, text = _status(known), _words(known, redact)
    if status is not None or any(word in text for word in _NO_QUOTA):
        return _refused(known, status, text)
    for cause in _chain(error):
        if isinstance(cause, ReplyTooLong | BadNetwork):
            too_much = isinstance(cause, ReplyTooLong)
            return Failure(
                reason=shown(_words(cause, redact), _LONGEST_REASON), retryable=False, of_question=too_much
            )
        said = _words(cause, redact)
        if isinstance(cause, UnicodeEncodeError) or "Illegal header" in said:
            return Failure(
                reason="the question cannot be sent: an address or an environment variable such as "
                f"OPENAI_ORG_ID holds what no header may hold ({shown(said, _LONGEST_REASON)})",
                retryable=False,
            )
    if "timeout" in type(error).__name__.lower() or isinstance(error, TimeoutError):
        limit = text if isinstance(error, TooLate) else "no reply within the time limit"
        return Failure(reason=f"{limit}; a slow model needs a longer --reply-timeout", retryable=True)
    if "connect" in type(error).__name__.lower() or isinstance(error, ConnectionError):
        *_, first = _chain(error)
        reason = shown(_words(first, redact), _LONGEST_REASON) or type(first).__name__
        return Failure(reason=f"the connection failed: {reason}", retryable=True)
    # Clients raise all kinds of errors on a body that is cut off or is not what the protocol says.
    reason = f"{type(error).__name__}: {shown(text, _LONGEST_REASON)}"
    return Failure(reason=f"the response was unusable ({reason})", retryable=True)


def _refused(error: BaseException, status: int | None, text: str) -> Failure:
    """What to do about an HTTP error, or one that stood in a reply."""
    words = shown(text, _LONGEST_REASON)
    if status in (401, 403):
        return Failure(reason=f"the provider refused the key (HTTP {status})", retryable=False)
    if status in _BLIND_STATUS and _BLIND.search(text):
        return Failure(reason=f"HTTP {status}: {words}", retryable=False, blind=True)
    if status == 404:
        return Failure(
            reason=f"the provider knows no such model or address (HTTP 404): {words}", retryable=False
        )
    if any(word in text for word in _NO_QUOTA):
        return Failure(reason=f"the account has no quota left (HTTP {status})", retryable=False)
    if status in _TOO_LONG_STATUS and _TOO_LONG.search(text):
        context, prompt = _CONTEXT.search(text), _PROMPT.search(text)
        return Failure(
            reason=f"HTTP {status}: {words}",
            retryable=False,
            too_long=True,
            of_question=True,
            context_tokens=int(context[1]) if context else None,
            prompt_tokens=int(prompt[1] or prompt[2]) if prompt else None,
        )
    name = _LIMIT_NAME.search(text) if status in (400, 422) and _REFUSED_NAME.search(text) else None
    return Failure(
        reason=f"HTTP {status}: {words}",
        retryable=status in _RETRIED_STATUS or (status or 0) >= 500,
        retry_after_s=retry_after(_headers(error), time.time()),
        refused_name=name[0] if name else "",
    )
