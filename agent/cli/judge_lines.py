"""A judge's card, and a verdict explained, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from envs.text import brief, counted, plain

MOST: Final = 20
"""Entries of a card that are shown."""
_SHOWN: Final = (
    ("accuracy", "right where it is clear"),
    ("coverage", "clear"),
    ("false_done", "false done"),
    ("missed", "missed"),
)


def card_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """The card of a judge's weights: where they come from, and how good they are."""
    for name, value in islice(card.items(), MOST):
        if name not in ("figures", "calibration"):
            yield f"{_title(name)}: {_value(value)}"
    figures = card.get("figures")
    for name, own in islice(figures.items(), MOST) if isinstance(figures, Mapping) else ():
        if isinstance(own, Mapping):
            yield f"{_title(name)}: {', '.join(_figures(own))}"


def told_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """A verdict with what it rests on, as `agent.judge_training.showing.explain` gives it."""
    first, last = told["steps"]
    yield f"Claim: {plain(told['claim'])}"
    yield f"Steps: {first:,} to {last:,}"
    yield f"Verdict: {told['verdict'].replace('_', ' ')}"
    yield f"Confidence: {_percent(told['confidence'])}"
    yield f"Reason: {plain(told['reason'])}"
    yield f"Looked at the steps: {_value(told['looked_at'])}"
    yield f"Course: {'seen whole' if told['course_seen'] else 'not seen whole'}"


def _title(name: str) -> str:
    """A name as people write it.

    >>> _title("held_out_seeds")
    'Held out seeds'
    """
    return plain(name.replace("_", " "), 80).capitalize()


def _value(value: Any) -> str:
    """A value without the marks of any programming language, bounded."""
    if isinstance(value, Mapping):
        entries = (f"{plain(k, 80).replace('_', ' ')} {_value(v)}" for k, v in islice(value.items(), MOST))
        return plain(", ".join(entries))
    if isinstance(value, Sequence) and not isinstance(value, str):
        shown = ", ".join(_value(part) for part in islice(value, MOST))
        return plain(shown + (f" and {len(value) - MOST:,} more" if len(value) > MOST else ""))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return f"{value:,}"
    return plain(value) if isinstance(value, str) else brief(value)


def _figures(own: Mapping[str, Any]) -> Iterator[str]:
    """How good a judge is on one set of questions."""
    if isinstance(n := own.get("n"), int):
        yield counted(n, "question")
    for name, words in _SHOWN:
        if _is_number(own.get(name)):
            yield f"{_percent(own[name])} {words}"
    if _is_number(own.get("ece")):
        yield f"{_percent(own['ece'])} mean error of its confidence"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _percent(share: float) -> str:
    """A share as percent, with as many digits as tell it from none and from all.

    >>> _percent(0.9985), _percent(1), _percent(0.0019)
    ('99.85 %', '100 %', '0.19 %')
    """
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + " %"
