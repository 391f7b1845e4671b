"""How a run went: begun, resumed, broken off, waiting for its model; from its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from agent.records.redaction import shown

MOST_TOLD = 50
"""Entries that are told, the latest."""
LONGEST_REASON = 300
_KINDS = {
    "started": "began",
    "resumed": "resumed",
    "interrupted": "interrupted by a person",
    "crashed": "broke off",
    "model_down": "the model did not answer",
    "model_back": "the model answered again",
    "model_exhausted": "the model was not asked any more",
    "worker_restarted": "a worker died and was started again",
    "play_not_kept": "play was not kept any more",
    "episodes_not_kept": "episodes were not kept any more",
    "finished": "finished",
}
"""Kinds of events that belong to the course of a run -> what they mean."""


def course_of(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened to the run itself, apart from what it was for.

    Returns:
        ``resumes``, ``breaks`` (crashes, kills and interruptions), ``worker_restarts``, ``pauses`` of the
        model, ``paused_s`` seconds of them, and ``told``: the latest of these events, in words with their
        time. A resume after nothing had been said means a kill.
    """
    counts = dict.fromkeys(("resumes", "breaks", "worker_restarts", "pauses"), 0)
    told: list[dict[str, str]] = []
    paused, down, latest, at = 0.0, "", "started", ""
    for event in events:
        before, kind, at = at, str(event.get("kind", "")), str(event.get("at", ""))
        if kind == "resumed":
            counts["resumes"] += 1
            if latest not in ("interrupted", "crashed", "finished"):
                counts["breaks"] += 1
                told.append({"at": at, "what": "had been killed", "reason": ""})
            paused, down = paused + _seconds(down, before), ""
        counts["breaks"] += kind in ("interrupted", "crashed") and latest != kind
        counts["worker_restarts"] += kind == "worker_restarted"
        if kind == "model_down":
            counts["pauses"] += 1
            down = at
        elif kind == "model_back":
            paused, down = paused + float(event.get("seconds", 0.0)), ""
        if kind in _KINDS and (kind, latest) != ("interrupted", "interrupted"):
            told.append({"at": at, "what": _what(event), "reason": _reason(event)})
            del told[:-MOST_TOLD]
        latest = kind
    return {**counts, "paused_s": round(paused + _seconds(down, at), 1), "told": told}


def _what(event: Mapping[str, Any]) -> str:
    """What an event means; an interruption by a signal that nobody types is no person's."""
    by = event.get("signal", "SIGINT")
    return _KINDS[event["kind"]] if by == "SIGINT" else f"ended by {shown(str(by), LONGEST_REASON)}"


def _reason(event: Mapping[str, Any]) -> str:
    if event.get("kind") == "model_back":
        return f"after {event.get('seconds')} s"
    return shown(str(event.get("reason") or event.get("message") or ""), LONGEST_REASON)


def _seconds(start: str, end: str) -> float:
    """Between two times on record; 0 where one is missing, or the clock went back."""
    with suppress(ValueError):
        return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    return 0.0
