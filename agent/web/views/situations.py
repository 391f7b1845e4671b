"""Where a skill worked and where it did not, from what play keeps of its executions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envs.facts import FactKind
from planners.graph.evidence import Evidence
from skills.interval import wilson


def situations(evidence: Evidence, kinds: Mapping[str, FactKind]) -> list[list[Any]]:
    """Successes and failures by how an execution began: at which place, and with how much of what it needs.

    Only failures that began with all that is believed to be needed, or lacked one thing alone, are kept by
    situation; the first row has all.

    Args:
        evidence: of one skill.
        kinds: fact -> kind.

    Returns:
        Rows: the fact (empty for all), its amount (None for a place), successes, failures, and the ends of
        the 95 % interval.
    """
    if not evidence.attempts:
        return []
    rows = [_row("", None, evidence.successes, evidence.failures)]
    for place in sorted({*evidence.places, *evidence.met_places}):
        rows.append(_row(place, None, evidence.places.get(place, 0), evidence.met_places.get(place, 0)))
    for fact in sorted({*evidence.starts, *evidence.lacking_only}):
        if kinds.get(fact) == "place":
            continue
        starts, lacking = evidence.starts.get(fact, {}), evidence.lacking_only.get(fact, {})
        for amount in sorted({*starts, *lacking}):
            rows.append(_row(fact, amount, starts.get(amount, 0), lacking.get(amount, 0)))
    return rows


def _row(fact: str, amount: int | None, successes: int, failures: int) -> list[Any]:
    return [fact, amount, successes, failures, *wilson(successes, successes + failures).rounded(3)]
