"""What a run says of its growth: tasks asked for, taken and refused, and the curves of the monitors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agent.records.journal import read_journal


def growth_record(run: Path) -> dict[str, Any]:
    """Proposals and monitors of the run in a folder, ended or not; empty for runs of other kinds."""
    events = list(read_journal(run / "events.jsonl"))
    asked = [event for event in events if event.get("kind") in ("proposed", "proposed_more")]
    points = [line for line in read_journal(run / "metrics.jsonl") if "monitor/turn" in line]
    turned = [event for event in events if event.get("kind") == "monitor_turned"]
    record: dict[str, Any] = {}
    if asked:
        record["proposals"] = _proposals(asked)
    if points:
        record["monitors"] = _monitors(points, turned)
    return record


def _proposals(asked: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How often tasks were asked for, what was taken, and what was not and why."""
    # A session that goes on repeats what it had not saved: the same answer at the same turn is one question.
    events = list({(e.get("kind"), e.get("answer_id"), e.get("turn")): e for e in asked}.values())
    refused: dict[str, str] = {}
    for event in events:
        refused |= event.get("refused", {})
    last = events[-1].get("nothing_because", "")
    return {
        "asked": len(events),
        "taken": list(dict.fromkeys(str(task) for event in events for task in event["tasks"])),
        "refused": refused,
        **({"nothing_more": last} if last else {}),
    }


def _monitors(points: list[dict[str, Any]], turned: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Where the curves stand, and which of them turned when."""
    latest = {key.removeprefix("monitor/"): n for key, n in points[-1].items() if key.startswith("monitor/")}
    warnings = [f"turn {event['turn']}: {event['meaning']}: {event['text']}" for event in turned]
    return {**latest, **({"warnings": warnings} if warnings else {})}
