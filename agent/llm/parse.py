"""From a reply's text to a typed reply: tolerant around the JSON, strict about what is in it.

Of several objects the last one of the right form counts: models repeat the form, or give a draft, before they
answer.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, Never, TypeVar

from pydantic import ValidationError

from agent.llm.objects import Span
from agent.llm.replies import Reply
from agent.llm.thoughts import Aloud, said_aloud
from envs.text import plain

R = TypeVar("R", bound=Reply)

LONGEST_REPLY: Final = 1_000_000
"""Characters of a reply that are looked at; many times what the longest answer needs."""

_MOST_PROBLEMS: Final = 8
_LONGEST_PLACE: Final = 80
_MOST_TRIED: Final = 20
"""Objects of a reply that are tried, from the last one back."""

_FIRST_NAME: Final = re.compile(r'\{\s*"(\w{1,60})"')
_FIRST_WORD: Final = re.compile(r"\w")
_REFUSAL = re.compile(
    r"\b(i['’]?m (very |really )?sorry|sorry,"
    r"|i (can['’]?t|cannot|can not|won['’]?t|will not|am unable to)\b"
    r"|i['’]m (unable|not able) to\b|as an ai\b)",
    re.IGNORECASE,
)


class Unparsable(ValueError):
    """No valid reply in the text; the message is fit to be sent back to the model."""


class OnlyThoughts(Unparsable):
    """The text holds thoughts, and says nothing beside them."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """A typed reply, and what it was taken from.

    Attributes:
        reply: the reply.
        thoughts: whether thoughts were left out.
        others: how many other valid answers came before the one that counts.
    """

    reply: R
    thoughts: bool = False
    others: int = 0

    @property
    def note(self) -> str:
        """What was left aside, in words for people; empty when nothing was."""
        answers = "1 other answer" if self.others == 1 else f"{self.others} other answers"
        return "; ".join(
            (["thoughts were left out"] if self.thoughts else [])
            + ([f"{answers} came before the last one, which counts"] if self.others else [])
        )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An object of a reply: its value, or what is wrong with it."""

    value: dict[str, Any] | None
    problem: Unparsable | None = None


def is_refusal(text: str) -> bool:
    """Whether a text without any JSON object opens like a refusal.

    >>> is_refusal("I'm sorry, but I can't help with that.")
    True
    """
    if not _REFUSAL.search(text, 0, LONGEST_REPLY):
        return False
    aloud = said_aloud(text[:LONGEST_REPLY])
    begin = _FIRST_WORD.search(aloud.said)
    return not aloud.objects and begin is not None and bool(_REFUSAL.match(aloud.said, begin.start()))


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        repeated = sorted(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise Unparsable(f"the JSON object names {_listed(repeated)} more than once")
    return found


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(plain(name, _LONGEST_PLACE)) for name in names[:_MOST_PROBLEMS])
    more = len(names) - _MOST_PROBLEMS
    return f"{shown} and {more:,} more" if more > 0 else shown


def _no_constant(name: str) -> Never:
    raise Unparsable(f"{name} is not JSON; give a plain number")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise Unparsable(f"a number has {len(digits):,} digits; give one of at most 20")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_distinct, parse_constant=_no_constant, parse_int=_integer, strict=False
)


def _read(text: str, span: Span) -> _Candidate:
    if span.too_deep:
        return _Candidate(None, Unparsable("the JSON is nested too deeply"))
    written = text[span.start : span.end if span.complete else span.end + 40]
    try:
        value, _ = _DECODER.raw_decode(written)
    except json.JSONDecodeError as error:
        near = plain(written[max(0, error.pos - 30) : error.pos + 10])
        return _Candidate(None, Unparsable(f"the JSON is not well-formed: {error.msg}, near {near!r}"))
    except Unparsable as error:
        return _Candidate(None, error)
    assert isinstance(value, dict)
    return _Candidate(value)


def _aloud(text: str) -> Aloud:
    """What is said in a reply. Raises `Unparsable` where nothing is, or where no object is in it."""
    if len(text) > LONGEST_REPLY:
        raise Unparsable(f"the reply has {len(text):,} characters; expected at most {LONGEST_REPLY:,}")
    aloud = said_aloud(text)
    if aloud.objects:
        return aloud
    if said := aloud.said.strip():
        raise Unparsable(f"the reply holds no JSON object; it begins {plain(said, 80)!r}")
    if aloud.thoughts:
        raise OnlyThoughts(
            "the reply is empty beside its thoughts, which may not have come to an end; expected one JSON "
            "object after them"
        )
    raise Unparsable("the reply is empty; expected one JSON object")


def _first_name(text: str, span: Span) -> str:
    match = _FIRST_NAME.match(text, span.start, span.start + 200)
    return match[1] if match else ""


def _stands_alone(text: str, span: Span) -> bool:
    """Whether an object begins a line, as an answer does and a remark in a sentence does not."""
    before = text[max(0, span.start - 60) : span.start].rpartition("\n")
    line = before[2].strip()
    return (bool(before[1]) or span.start < 60) and (not line or line.startswith("```"))


def _answers(aloud: Aloud, fields: frozenset[str]) -> Iterator[_Candidate]:
    """The objects that look like the answer, from the last one back; if none does, the last one alone.

    One that breaks off in the middle looks like it if it stands on lines of its own.
    """
    text, found = aloud.text, 0
    for span in reversed(aloud.objects):
        named = _first_name(text, span) in fields
        if not span.complete and not (named and _stands_alone(text, span)):
            continue
        if not named and all(text.find(f'"{name}"', span.start, span.end) < 0 for name in fields):
            continue
        candidate = _read(text, span)
        if named or (candidate.value is not None and not fields.isdisjoint(candidate.value)):
            found += 1
            yield candidate
        if found == _MOST_TRIED:
            return
    if not found:
        yield _read(text, _likeliest(aloud, fields))


def _likeliest(aloud: Aloud, fields: frozenset[str]) -> Span:
    """The object to name what is wrong with, where none looks like the answer."""
    named = [span for span in aloud.objects if _first_name(aloud.text, span) in fields]
    whole = [span for span in aloud.objects if span.complete and not span.too_deep]
    return (named or whole or list(aloud.objects[:1]))[-1]


def _problem(error: ValidationError) -> str:
    lines = []
    for item in error.errors(include_url=False, include_context=False, include_input=False)[:_MOST_PROBLEMS]:
        place = plain(".".join(map(str, item["loc"])), _LONGEST_PLACE) or "the whole reply"
        lines.append(f"- {place}: {plain(item['msg'].removeprefix('Value error, '))}")
    return "the JSON does not have the form asked for:\n" + "\n".join(lines)


def _typed(candidate: _Candidate, reply_type: type[R]) -> R | Unparsable:
    if candidate.value is None:
        return candidate.problem or Unparsable("the JSON is not well-formed")
    try:
        return reply_type.model_validate_json(json.dumps(candidate.value), strict=True)
    except ValidationError as error:
        return Unparsable(_problem(error))


def _outranks(wrong: _Candidate, value: dict[str, Any]) -> bool:
    """Whether an object that is wrong comes in place of a valid one before it: a correction, not a remark."""
    return wrong.value is None or wrong.value.keys() >= {name for name, given in value.items() if given}


def read_reply(text: str, reply_type: type[R]) -> Reading[R]:
    """The typed reply in a text, and what was left aside.

    Raises:
        Unparsable: with all that is wrong, in words for the model.
    """
    aloud = _aloud(text)
    wrong: list[tuple[_Candidate, Unparsable]] = []
    best: R | None = None
    others = 0
    for candidate in _answers(aloud, frozenset(reply_type.model_fields)):
        typed = _typed(candidate, reply_type)
        if isinstance(typed, Unparsable):
            if best is None:
                wrong.append((candidate, typed))
        elif best is None:
            assert candidate.value is not None
            for later, problem in wrong:
                if _outranks(later, candidate.value):
                    raise problem
            best = typed
        else:
            others += typed != best
    if best is None:
        raise wrong[0][1]
    return Reading(best, aloud.thoughts, others)


def parse_reply(text: str, reply_type: type[R]) -> R:
    """The typed reply in a text.

    Raises:
        Unparsable: with all that is wrong, in words for the model.
    """
    return read_reply(text, reply_type).reply
