"""Keeps libraries that were made for a suite's tasks from being evaluated on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agent.errors import LibraryOverlaps
from agent.evaluation.scoring.registry import expressions_of
from agent.evaluation.suites.suite import Suite
from agent.evaluation.suites.task import SuiteTask
from agent.likeness.overlap import Entry, Overlap, overlaps
from agent.likeness.reserved import ReservedTask
from agent.likeness.stated import stated_facts
from envs.text import command_line
from skills.skill import Skill

SHOWN = 5
"""Entries that a message names."""


def require_unmet(suite: Suite, library: Path, skills: Mapping[str, Skill]) -> None:
    """Raise `LibraryOverlaps` when a library has entries for tasks that are to be met for the first time."""
    if not suite.zero_shot:
        return
    found = overlaps([reserved(suite, task) for task in suite.tasks], map(entry_of, skills.values()))
    if found:
        told = "; ".join(_told(overlap) for overlap in found[:SHOWN])
        more = f" (and {len(found) - SHOWN} more)" if len(found) > SHOWN else ""
        raise LibraryOverlaps(
            f"library {str(library)!r} holds what suite {suite.name!r} is to show for the first time: {told}"
            f"{more}. Retire it with: "
            f"{command_line('skills', 'retire', found[0].entry, game=suite.game, library=library)}; "
            "or evaluate another library"
        )


def reserved(suite: Suite, task: SuiteTask) -> ReservedTask:
    """A task as others may know of it."""
    said = [
        str(settings.get("expression", expressions_of(task.game).get(str(settings.get("kind")), "")))
        for settings in task.criteria.values()
    ]
    facts = stated_facts(said[0]) if len(said) == 1 else {}
    return ReservedTask(suite=suite.name, name=task.name, texts=(task.text, *task.wordings), facts=facts)


def entry_of(skill: Skill) -> Entry:
    """A skill as it is compared with tasks."""
    texts = (skill.name, skill.description, skill.claim)
    return Entry(name=skill.name, texts=texts, obtains=skill.effects.obtains)


def _told(overlap: Overlap) -> str:
    return f"{overlap.entry} for task {overlap.task!r}, as {overlap.why}"
