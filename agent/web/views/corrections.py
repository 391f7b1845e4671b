"""The claims of a library beside what play showed: what the model said, and what is believed now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.web.views.opened import Opened
from planners.graph.graph import Correction

_FOREMOST = {"corrected": 0, "added": 1, "unverified": 2, "confirmed": 3}


def claims_of(claims: Sequence[Correction]) -> list[dict[str, Any]]:
    """Claims as plain values, the corrected ones first."""
    entries = sorted(claims, key=lambda entry: _FOREMOST[entry.status])
    return [
        {
            "skill": entry.skill,
            "role": entry.role,
            "fact": entry.fact,
            "claimed": entry.claimed,
            "believed": entry.believed,
            "status": entry.status,
            "sentence": entry.sentence,
        }
        for entry in entries
    ]


def corrections_view(opened: Opened) -> list[dict[str, Any]]:
    """What play corrected or added, skill by skill."""
    claims = opened.graph.corrections()
    return claims_of([entry for entry in claims if entry.status in ("corrected", "added")])
