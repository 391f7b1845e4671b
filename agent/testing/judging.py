"""Replies of a chat judge, as long as real ones."""

from __future__ import annotations

import json


def criteria_reply() -> str:
    """A claim broken down into two criteria."""
    return json.dumps({"criteria": ["the last view shows what the claim names", "the first does not"]})


def judgement_reply(views: int, *, done: bool = True) -> str:
    """A judgement of an attempt with so many views and those two criteria."""
    seen = ["Grass and trees around the player; the strip shows full bars and two logs."] * views
    why = "The cell that would show it lies in plain view, and holds what is there."
    findings = [{"number": n, "status": "met" if done else "not met", "why": why} for n in (1, 2)]
    verdict = "done" if done else "not_done"
    return json.dumps({"seen": seen, "criteria": findings, "confidence": 0.9, "verdict": verdict})
