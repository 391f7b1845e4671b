"""How a library grew in a run: what was admitted when, what was tried in vain, where the time went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.records.runs import RunInfo


def growth(run: RunInfo) -> dict[str, Any]:
    """The growth of the library in a practice run.

    Returns:
        ``curve``, pairs of minutes of play and different skills admitted by then; ``admitted``, their names
        in order; ``new``, those that the first proposal did not name; ``abandoned``, name to
        reason; ``turns``, skill to rounds of trials; ``pauses``, how often the run was gone on with.
    """
    events = list(run.events())
    first = next((event for event in events if event.get("kind") == "proposed"), {})
    proposed = set(first.get("tasks", ()))
    admitted = list(dict.fromkeys(event["skill"] for event in events if event.get("kind") == "admitted"))
    return {
        "curve": _curve(events),
        "admitted": admitted,
        "new": [name for name in admitted if name not in proposed],
        "abandoned": {
            event["skill"]: event.get("reason", "") for event in events if event.get("kind") == "abandoned"
        },
        "turns": dict(Counter(event["skill"] for event in events if event.get("kind") == "tried")),
        "train_steps": _steps(events),
        "pauses": sum(event.get("kind") == "resumed" for event in events),
    }


def _curve(events: Sequence[Mapping[str, Any]]) -> list[tuple[float, int]]:
    """Minutes of play, without pauses, at which each skill was admitted first."""
    seen: set[str] = set()
    curve: list[tuple[float, int]] = []
    minutes, before = 0.0, None
    for event in events:
        now = datetime.fromisoformat(event["at"])
        if before is not None and event.get("kind") != "resumed":
            minutes += max(0.0, (now - before).total_seconds()) / 60  # clocks may be set back
        before = now
        if event.get("kind") == "admitted" and event["skill"] not in seen:
            seen.add(event["skill"])
            curve.append((round(minutes, 2), len(seen)))
    return curve


def _steps(events: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Skill -> game steps of its training."""
    steps: Counter[str] = Counter()
    for event in events:
        if event.get("kind") == "trained":
            steps[event["skill"]] += int(event.get("steps", 0))
    return dict(steps)
