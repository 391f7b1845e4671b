"""What of a reply is said aloud: a model's thoughts are left out, in every spelling that servers let through.

Marks inside the strings of a JSON object are text like any other: code may speak of ``</think>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agent.llm.objects import Span, find_objects

_NAMES: Final = (
    r"(?:think(?:ing|s)?|thoughts?|inner[_ -]thoughts?|reason(?:ing)?|reflect(?:ion|ions|ing)?"
    r"|deliberat(?:ion|ing)|brainstorm(?:ing)?|ponder(?:ing)?|drafts?|analysis|analyzing|scratch(?:_?pad)?"
    r"|(?:inner_|internal_)?monologue|chain[_ -]of[_ -]thought|cot|cot_budget_reflect|rationale)"
)
_SAID: Final = "(?:answer|result|final|output|response|reply)"
_BAR: Final = "[|\uff5c]"  # DeepSeek's bars are full-width
_LESS: Final = r"(?: < | \uff1c | &(?:amp;){0,3}(?:lt|\#0{0,3}60|\#x0{0,3}3c); | \\u003c | \u25c1 )\s{0,9}+"
_MORE: Final = r"\s{0,9}+(?: > | \uff1e | &(?:amp;){0,3}(?:gt|\#0{0,3}62|\#x0{0,3}3e); | \\u003e | \u25b7 )"
_TAG: Final = re.compile(
    rf"""
      {_LESS} {_BAR}? \s{{0,9}}+ (?P<close>/)? \s{{0,9}}+ (?! [\w.:-]{{0,60}} {_SAID} )
      (?P<step>begin|start|end|stop)? [_\u2581\s]? (?:of[_\u2581\s])?
      (?: [\w.-]{{1,40}}[_:.-] | [a-z]{{1,20}}(?=thinking|thought|reasoning) )? {_NAMES}
      (?P<after>_(?:begin|start|end|stop))? (?: [_.-][\w.-]{{1,40}} )?
      (?: [\s:][^<>]{{0,200}} )? (?P<empty>/)? \s{{0,9}}+ {_BAR}? {_MORE}
    | \[ (?P<slash>/)? \s{{0,9}}+ (?: (?P<turn>begin|start|end|stop)_(?:of_)? )?
      (?:think|thinking|thought|thoughts|reasoning) \s{{0,9}}+ \]
    | (?P<channel_in>{_LESS}\|channel{_MORE}\s{{0,9}}+{_NAMES}\b) | (?P<channel_out>{_LESS}channel\|{_MORE})
    | (?P<unused_in>{_LESS}unused94{_MORE}) | (?P<unused_out>{_LESS}unused95{_MORE})
    | ^[ \t]*(?P<said_in>thinking\.\.\.)[ \t]*$ | ^[ \t]*(?P<said_out>\.\.\.done\ thinking\.)[ \t]*$
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_OPENS: Final = ("channel_in", "unused_in", "said_in")
_CLOSES: Final = ("channel_out", "unused_out", "said_out")
_QUOTES: Final = frozenset("`'\"")
_BLOCK: Final = re.compile(
    rf"""
      <details\b (?=[^<>]{{0,200}} \btype\s{{0,9}}=\s{{0,9}}["']?{_NAMES}\b) [^<>]{{0,200}}>
      (?: .*? </details\s{{0,9}}> | .* )
    | ^[ \t]* (?P<fence>`{{3,9}}|~{{3,9}}) [ \t]*(?:think(?:ing)?|thoughts?|reasoning)[ \t]*$
      (?: .*? ^[ \t]*(?P=fence)[ \t]*$ | .* )
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE | re.DOTALL,
)
"""Thoughts in a folded part of a page or in a fenced block; one that is not closed goes on to the end."""

_HEAD: Final = rf"{_LESS}{_BAR}\s{{0,9}}+"
_TAIL: Final = rf"\s{{0,9}}+{_BAR}{_MORE}"
_CHANNEL: Final = re.compile(
    rf"""
    {_HEAD}
    (?: channel {_TAIL} \s{{0,9}}+ (?P<channel>[a-z]*)
      | start {_TAIL} \s{{0,9}}+ [a-z]*
      | (?P<mark>message|end|return|call|constrain) {_TAIL} )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FINAL: Final = "final"
_BARE_CHANNEL: Final = re.compile(r"\s*+(?:assistant\s{0,9})?(?:analysis|commentary)(?=[A-Z{\"'(]|\s*+$)")
_BARE_THOUGHT: Final = re.compile(r"\s*+(?:assistant\s{0,9})?(?:analysis|commentary)(?![a-z])")
_BARE_FINAL: Final = re.compile(r"assistant\s{0,9}final(?![a-z])")

Part = tuple[int, int]
"""A stretch of a text: where it begins and where it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aloud:
    """A reply without its thoughts.

    Attributes:
        text: the reply.
        parts: the stretches of it that are said aloud, in order.
        objects: the JSON objects in these stretches, in order.
        thoughts: whether anything was left out as a thought.
    """

    text: str
    parts: tuple[Part, ...]
    objects: tuple[Span, ...]
    thoughts: bool

    @property
    def said(self) -> str:
        """What is said aloud; the text itself where there are no thoughts.

        >>> said_aloud('<think>wood?</think>berries').said
        'berries'
        """
        return "".join(self.text[start:end] for start, end in self.parts)


def said_aloud(text: str) -> Aloud:
    """Tell what a reply says from what it thinks.

    A lone closing mark ends a thought that began with the reply; a thought that is never closed goes on to
    the end. Of a reply in channels the last one called final is kept.
    """
    objects = find_objects(text)
    parts: list[Part] = [(0, len(text))]
    for find in (_final_channel, _bare_channel, _outside_blocks, _outside_tags):
        parts = [part for start, end in parts for part in find(text, start, end, objects)]
    return Aloud(
        text=text,
        parts=tuple(parts),
        objects=tuple(_inside(objects, parts)),
        thoughts=bool(text) and parts != [(0, len(text))],
    )


def _inside(objects: Sequence[Span], parts: Sequence[Part]) -> Iterator[Span]:
    """The objects that begin in one of the stretches; both are in order."""
    remaining = iter(parts)
    part = next(remaining, None)
    for span in objects:
        while part is not None and span.start >= part[1]:
            part = next(remaining, None)
        if part is not None and span.start >= part[0]:
            yield span


def _marks(
    pattern: re.Pattern[str], text: str, start: int, end: int, objects: Sequence[Span]
) -> Iterator[re.Match[str]]:
    """Where a pattern is found outside of objects."""
    spans = iter(objects)
    span = next(spans, None)
    for mark in pattern.finditer(text, start, end):
        while span is not None and span.sure <= mark.start():
            span = next(spans, None)
        if span is None or mark.start() < span.start:
            yield mark


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Stretches without the empty ones, and with neighbours made one."""
    found: list[Part] = []
    for start, end in parts:
        if found and found[-1][1] == start:
            start = found.pop()[0]
        if start < end:
            found.append((start, end))
    return found


def _final_channel(text: str, start: int, end: int, objects: Sequence[Span]) -> list[Part]:
    """The last final channel of a reply in channels; without one, what stands in no channel."""
    marks = list(_marks(_CHANNEL, text, start, end, objects))
    outside, final, channel, place = [], [], "", start
    heading = False
    for mark in marks:
        if not heading and not channel:
            outside.append((place, mark.start()))
        elif not heading and channel == _FINAL:
            final.append((place, mark.start()))
        place = mark.end()
        if mark["channel"] is not None:
            channel, heading = mark["channel"].lower(), False
        elif mark["mark"] is None:
            channel, heading = "", False
        else:
            heading = mark["mark"].lower() == "constrain"
            channel = "" if mark["mark"].lower() in ("end", "return", "call") else channel
    if not heading and channel in ("", _FINAL):
        (final if channel else outside).append((place, end))
    said = [part for part in final if text[part[0] : part[1]].strip()]
    return said[-1:] if said else _joined(outside)


def _bare_channel(text: str, start: int, end: int, objects: Sequence[Span]) -> list[Part]:
    """The same where a server took the marks away and left the words: ``analysis...assistantfinal...``."""
    if not _BARE_THOUGHT.match(text, start, end):
        return [(start, end)]
    finals = list(_marks(_BARE_FINAL, text, start, end, objects))
    if finals:
        return [(finals[-1].end(), end)]
    return [] if _BARE_CHANNEL.match(text, start, end) else [(start, end)]


def _outside_blocks(text: str, start: int, end: int, objects: Sequence[Span]) -> list[Part]:
    """What stands outside of folded and fenced thoughts."""
    parts, place = [], start
    for block in _marks(_BLOCK, text, start, end, objects):
        parts.append((place, block.start()))
        place = block.end()
    return _joined([*parts, (place, end)])


def _outside_tags(text: str, start: int, end: int, objects: Sequence[Span]) -> list[Part]:
    """What stands outside of thought tags."""
    marks = [mark for mark in _marks(_TAG, text, start, end, objects) if not _quoted(text, mark)]
    balanced = _balanced(marks, start, end)
    return _unbalanced(marks, start, end) if balanced is None else balanced


def _quoted(text: str, mark: re.Match[str]) -> bool:
    """Whether a tag is only spoken of: it stands alone between two quotes of a kind."""
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    return bool(before) and before == after and before in _QUOTES


def _turn(mark: re.Match[str]) -> int:
    """1 where a thought begins, -1 where it ends, 0 for a tag that is empty by itself."""
    if mark["empty"]:
        return 0
    step = (mark["step"] or mark["after"] or mark["turn"] or "").lower().lstrip("_")
    closes = mark["close"] or mark["slash"] or step in ("end", "stop") or any(mark[n] for n in _CLOSES)
    return -1 if closes else 1


def _balanced(marks: Sequence[re.Match[str]], start: int, end: int) -> list[Part] | None:
    """The stretches outside, where every thought is closed, nested ones too; None where one is not."""
    parts, depth, place = [], 0, start
    for mark in marks:
        if depth == 0:
            parts.append((place, mark.start()))
        depth += _turn(mark)
        place = mark.end()
        if depth < 0:
            return None
    return None if depth else _joined([*parts, (place, end)])


def _unbalanced(marks: Sequence[re.Match[str]], start: int, end: int) -> list[Part]:
    """The stretches outside, where a closing tag ends all that is open, or else all that came before."""
    parts: list[Part] = []
    thinking, place = False, start
    for mark in marks:
        turn = _turn(mark)
        if turn < 0 and not thinking:
            parts = []
        elif not thinking:
            parts.append((place, mark.start()))
        thinking = turn > 0 or (thinking and turn == 0)
        place = mark.end()
    return _joined(parts if thinking else [*parts, (place, end)])
