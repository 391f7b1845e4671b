"""How a skill graph grew: the moments of a run at which something in it changed, from its journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.errors import RunDamaged
from agent.records.redaction import shown
from agent.records.runs import find_run, read_run
from agent.records.sentences import told

MOST_MOMENTS = 2_000
"""Moments that are told, the earliest: a slider has no room for more."""

LONGEST_TEXT = 300
KINDS = ("proposed", "proposed_more", "claimed", "admitted", "corrected", "retired", "abandoned")
"""Events that change what is in the graph."""


def moments_view(runs: Path, name: str) -> dict[str, Any]:
    """The moments of a practice run, in order.

    Args:
        runs: folder of run folders.
        name: of the run, or a unique part of it.

    Returns:
        ``run``, ``game``, ``status``, ``created`` and ``moments``: each
        with seconds since the beginning, its kind, the skills (and the fact) that it is about, and a text.

    Raises:
        UnknownRun: there is none of that name.
        RunDamaged: its journal cannot be read.
    """
    run = find_run(runs, name)
    moments, more = _moments(run.events())
    return {
        "run": run.name,
        "game": run.game,
        "status": str(run.status),
        "created": run.created,
        "moments": moments,
        "more": more,
    }


def practice_runs(runs: Path, game: str) -> list[dict[str, str]]:
    """Runs of practice on a game, the latest first; folders that cannot be read are left out."""
    found = []
    for record in sorted(runs.glob("[!.]*/run.json"), reverse=True):
        try:
            run = read_run(record.parent)
        except RunDamaged:
            continue
        if run.command == "practice" and run.game == game:
            found.append({"name": run.name, "created": run.created, "status": str(run.status)})
    return found


def _moments(events: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """The moments, and how many more there were than are told."""
    found: list[dict[str, Any]] = []
    more, begin, known = 0, None, set[str]()
    for event in events:
        at = _time(event.get("at"))
        begin = at if begin is None else begin
        kind = str(event.get("kind"))
        if kind not in KINDS:
            continue
        if len(found) >= MOST_MOMENTS:
            more += 1
            continue
        seconds = round(at - begin, 1) if at is not None and begin is not None else 0.0
        skills = _skills(event)
        moment = {
            "t": max(0.0, seconds),
            "kind": kind,
            "skills": skills,
            "fact": shown(event.get("fact", ""), 120),
            "text": shown(told(event) or event.get("reason") or kind, LONGEST_TEXT),
        }
        if kind == "claimed" and set(skills) <= known:
            continue  # a session that goes on repeats what it had not saved
        if kind == "claimed":
            known |= set(skills)
        found.append(moment)
    return found, more


def _skills(event: Mapping[str, Any]) -> list[str]:
    names = event.get("tasks") if str(event.get("kind")).startswith("proposed") else [event.get("skill")]
    return [shown(name, 120) for name in names or [] if isinstance(name, str)]


def _time(text: object) -> float | None:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None
