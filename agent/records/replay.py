"""A run, told again: what happened, in order, with the answers that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from agent.errors import RunDamaged
from agent.records.episodes import find_episode
from agent.records.runs import RunInfo
from agent.records.sentences import UNTESTED, told, untested
from agent.records.timeline import Span, timeline
from envs.text import counted, plain

_TRACE_LINES = 1
_LONGEST_VALUE = 400
_ORDERED = ("steps", "skills")


def replay(run: RunInfo) -> Iterator[str]:
    """One line per event: minutes and seconds since the start, what happened, the answers cited.

    That options were not tested is said once for all skills. Time stands still where the clock was set back
    before the run was resumed.

    Raises:
        RunDamaged: the run's events cannot be read.
    """
    try:
        yield from _told(list(run.events()))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        reason = plain(f"{type(error).__name__}: {error}", 200)
        raise RunDamaged(
            f"events.jsonl of run {run.name!r} holds an event that no run wrote ({reason}); remove that line"
        ) from error


def _told(events: list[dict[str, Any]]) -> Iterator[str]:
    start: datetime | None = None
    seconds = 0
    unheard = [event for event in events if event.get("kind") == UNTESTED]
    for event in events:
        moment = datetime.fromisoformat(event["at"])
        start = start or moment
        seconds = max(seconds, int((moment - start).total_seconds()))
        if event.get("kind") != UNTESTED:
            text = sentence(event)
        elif unheard:
            text, unheard = untested(unheard), []
        else:
            continue
        yield f"{seconds // 60:02d}:{seconds % 60:02d}  {text}"


def replay_episode(run: RunInfo, name: str) -> dict[str, Any]:
    """What happened in one episode: what `agent.records.episodes` says of it, and ``told``, step by step.

    Raises:
        UnknownEpisode: there is none of that number.
        RunDamaged: its events cannot be read.
    """
    episode = find_episode(run, name)
    first, steps = episode.trace.first_step, episode.trace.steps
    line = timeline(episode.events(), first, steps, episode.ending)
    told = [(mark.moment, 0 if mark.kind in ("plan", "replan") else 2, mark.text) for mark in line.marks]
    told += [(span.end, 1, _span(span)) for span in line.spans if span.outcome == "done"]
    told.sort(key=lambda entry: entry[:2])
    return {
        "run": run.name,
        **episode.summary(),
        "told": [{"step": first + moment, "what": text} for moment, _, text in told],
    }


def _span(span: Span) -> str:
    name, role = plain(span.skill.replace("_", " "), 200), "" if span.role == "plan" else f" ({span.role})"
    return f"{name}{role}: done in {counted(span.end - span.begin, 'step')}"


def sentence(event: Mapping[str, Any]) -> str:
    """An event in one line.

    >>> sentence({"at": "2026-01-01T00:00:00Z", "kind": "skill_finished", "name": "drink", "admitted": True})
    'skill finished: name drink, admitted yes'
    >>> sentence({"at": "2026-01-01T00:00:00Z", "kind": "graph", "skill": "drink", "answer_id": "a1"})
    'graph: skill drink  [answer a1]'
    """
    kind = str(event.get("kind", "unknown event")).replace("_", " ")
    answers = _answers(event)
    cited = f"  [answer {', '.join(answers)}]" if answers else ""
    words = told(event)
    if words is not None:
        return " ".join(words.split()) + cited
    parts = [
        f"{key.replace('_', ' ')} {_value(key, value)}"
        for key, value in event.items()
        if key not in ("at", "kind", "answer_id", "answers")
    ]
    return f"{kind}{': ' if parts else ''}{', '.join(parts)}{cited}"


def _answers(event: Mapping[str, Any]) -> list[str]:
    one = [event["answer_id"]] if event.get("answer_id") else []
    return [str(answer) for answer in [*one, *(event.get("answers") or [])]]


def _value(key: str, value: Any) -> str:
    if key == "traceback":
        return str(value).strip().splitlines()[-_TRACE_LINES]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        text = ", ".join(f"{k} {_value(k, v)}" for k, v in value.items())
        return f"({text})" if text else "none"
    if isinstance(value, list | tuple):
        return (" > " if key in _ORDERED else " ").join(_value(key, item) for item in value) or "none"
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."
