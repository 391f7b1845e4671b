"""Recorded trials of a skill, to be watched: the run that it was learned in keeps a sample of them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from agent.errors import RunDamaged
from agent.records.journal import read_journal
from agent.records.runs import EPISODES
from skills.skill import Skill

MOST_TRIALS = 4
"""Trials that are named, the latest."""


def recorded_trials(runs: Path | None, skill: Skill | None) -> list[dict[str, Any]]:
    """Trials of a skill in its run: the run, the episode's number there, and whether it was done.

    Args:
        runs: folder of run folders; None for none.
        skill: its record, whose lineage names the run.
    """
    run = skill.lineage.run if skill else ""
    if runs is None or skill is None or not run or Path(run).name != run:
        return []
    found: list[dict[str, Any]] = []
    with suppress(RunDamaged):
        for number, record in enumerate(read_journal(runs / run / EPISODES), start=1):
            about = record.get("about")
            if isinstance(about, dict) and (about.get("origin"), about.get("asked")) == ("trial", skill.name):
                done = about.get("done")
                found.append(
                    {"run": run, "episode": str(number), "done": None if done is None else bool(done)}
                )
                del found[:-MOST_TRIALS]
    return found
