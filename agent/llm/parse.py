"""From a reply's text to a typed reply: tolerant around the JSON, strict about what is in it."""

from __future__ import annotations

import json
import re
from typing import Any, Never, TypeVar

from pydantic import ValidationError

from agent.llm.replies import Reply

R = TypeVar("R", bound=Reply)

_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_FENCED_OBJECT = re.compile(r"```\w*\s*(?=\{)")
_OBJECT = re.compile(r'\{(?=\s*["}])')
_REFUSAL = re.compile(
    r"\W*(i['’]?m (very |really )?sorry|sorry,|i (can['’]?t|cannot|can not|won['’]?t|will not|am unable to)\b"
    r"|i['’]m (unable|not able) to\b|as an ai\b)",
    re.IGNORECASE,
)


class Unparsable(ValueError):
    """No valid reply in the text; the message is fit to be sent back to the model."""


def is_refusal(text: str) -> bool:
    """Whether a text without any JSON object opens like a refusal.

    >>> is_refusal("I'm sorry, but I can't help with that.")
    True
    """
    return not _OBJECT.search(text) and _REFUSAL.match(text.strip()) is not None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise Unparsable(f"the JSON object names {', '.join(map(repr, repeated))} more than once")
    return dict(pairs)


def _no_constant(name: str) -> Never:
    raise Unparsable(f"{name} is not JSON; give a plain number")


_DECODER = json.JSONDecoder(object_pairs_hook=_distinct, parse_constant=_no_constant, strict=False)


def extract_object(text: str) -> dict[str, Any]:
    """The JSON object in a reply: in the last fence that opens with one, or else the first in the text.

    Raises:
        Unparsable: there is none, or it is not well-formed.
    """
    text = _THOUGHTS.sub("", text)
    if not text.strip():
        raise Unparsable("the reply is empty; expected one JSON object")
    fences = [match.end() for match in _FENCED_OBJECT.finditer(text)]
    bare = _OBJECT.search(text)
    if not fences and bare is None:
        raise Unparsable(f"the reply holds no JSON object; it begins {text.strip()[:80]!r}")
    start = fences[-1] if fences else bare.start() if bare else 0
    try:
        value, _ = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        near = text[max(start, error.pos - 30) : error.pos + 10]
        raise Unparsable(f"the JSON is not well-formed: {error.msg}, near {near!r}") from error
    except RecursionError as error:
        raise Unparsable("the JSON is nested too deeply") from error
    assert isinstance(value, dict)
    return value


def _problem(error: ValidationError) -> str:
    lines = []
    for item in error.errors(include_url=False, include_context=False, include_input=False)[:8]:
        place = ".".join(map(str, item["loc"])) or "the whole reply"
        lines.append(f"- {place}: {item['msg'].removeprefix('Value error, ')}")
    return "the JSON does not have the form asked for:\n" + "\n".join(lines)


def parse_reply(text: str, reply_type: type[R]) -> R:
    """The typed reply in a text.

    Raises:
        Unparsable: with all that is wrong, in words for the model.
    """
    value = extract_object(text)
    try:
        return reply_type.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise Unparsable(_problem(error)) from error
