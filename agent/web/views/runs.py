"""All runs, the latest first."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from agent.errors import RunDamaged
from agent.records.redaction import shown
from agent.records.runs import RunStatus, read_run
from agent.records.summary import summary_of
from agent.web.views.folders import Folders
from envs.errors import GameError
from envs.registry import game_spec

MOST_RUNS = 2_000
"""Runs that are listed, the latest."""


_ABSENT: Final = (0, 0)
"""Size and time of a file that is not there."""


def runs(folders: Folders) -> dict[str, Any]:
    """Every run with what it was for and what came of it; one that is damaged with the reason."""
    found: list[Path] = []
    if folders.runs.is_dir():
        found = [
            p for p in folders.runs.iterdir() if not p.name.startswith(".") and (p / "run.json").exists()
        ]
    latest = sorted(found, key=lambda path: path.name, reverse=True)
    return {"runs": [_row(path) for path in latest[:MOST_RUNS]], "more": max(0, len(latest) - MOST_RUNS)}


def _row(path: Path) -> dict[str, Any]:
    try:
        stamps = _stamps(path)
        if stamps[-1] != _ABSENT:
            return _ended(path, RunStatus.DONE.value, stamps)
        run = read_run(path)
        if run.status is RunStatus.RUNNING:
            return _titled(summary_of(run).to_record())
        return _ended(path, run.status.value, stamps)
    except (RunDamaged, OSError) as error:
        return {
            "name": shown(path.name, 200), "command": "", "game": "", "stand_in": "", "title": "", "goal": "",
            "created": "", "duration_s": None, "status": "damaged", "result": shown(error, 300),
        }  # fmt: skip


@lru_cache(MOST_RUNS)
def _ended(path: Path, status: str, stamps: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    """The row of a run that nobody works on, kept for as long as its files stay as they are."""
    return _titled(summary_of(read_run(path)).to_record())


def _titled(row: dict[str, Any]) -> dict[str, Any]:
    try:
        return {**row, "title": game_spec(row["game"]).title}
    except GameError:
        return {**row, "title": row["game"]}


def _stamps(path: Path) -> tuple[tuple[int, int], ...]:
    """Size and time of each file that a row rests on; the last says whether the run is done."""
    found = []
    for name in ("run.json", "config.json", "events.jsonl", "DONE"):
        try:
            status = (path / name).stat()
            found.append((status.st_size, status.st_mtime_ns))
        except OSError:
            found.append(_ABSENT)
    return tuple(found)
