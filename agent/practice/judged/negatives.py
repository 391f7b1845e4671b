"""Attempts that a judge called done and that facts have checked, kept in the run's folder to learn from."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.errors import RunDamaged
from envs.disk import Written
from envs.json_text import parsed
from envs.reading import read_file, why_unreadable
from envs.rollout.looking import Audit
from skills.files import to_json, write_atomically

NEGATIVES_FILE = "negatives.json"
"""In the run's folder."""
MOST_NEGATIVES = 200
"""Attempts kept there of one skill that failed, and as many that succeeded."""


def read_negatives(folder: Path) -> list[dict[str, Any]]:
    """The attempts kept in a run's folder, oldest first; none where there is no such file.

    Each has ``skill``, ``claim``, ``seed`` of its episode, ``snapshot`` of the state in which it began (zlib,
    base64; empty for the beginning of the episode) and ``actions``: what rebuilds every picture of it; and
    ``holds``, whether it had succeeded.

    Raises:
        RunDamaged: the file cannot be read.
    """
    path = folder / NEGATIVES_FILE
    if not path.exists():
        return []
    try:
        records: list[dict[str, Any]] = list(parsed(read_file(path)))
    except (OSError, ValueError, TypeError) as error:
        raise RunDamaged(
            f"{path} cannot be read ({why_unreadable(error)}); remove it to go on without it"
        ) from error
    return records


def keep_checked(folder: Path, skill: str, claim: str, audits: Sequence[Audit]) -> None:
    """Add attempts at a skill that were called done and checked. Raises `RunDamaged`, `OSError`."""
    kept = read_negatives(folder)
    for holds in (False, True):
        mine = sum(record["skill"] == skill and record.get("holds", False) is holds for record in kept)
        new = [audit for audit in audits if audit.truth is holds][: max(0, MOST_NEGATIVES - mine)]
        kept += [_record(skill, claim, audit) for audit in new]
    write_atomically(folder / NEGATIVES_FILE, to_json(kept), Written.JUDGE)


def _record(skill: str, claim: str, audit: Audit) -> dict[str, Any]:
    return {
        "skill": skill,
        "claim": claim,
        "seed": audit.start.origin,
        "snapshot": base64.b64encode(zlib.compress(audit.start.snapshot)).decode(),
        "actions": list(audit.actions),
        "holds": bool(audit.truth),
    }
