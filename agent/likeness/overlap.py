"""Library entries and proposals that come too close to the tasks of an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from agent.likeness.effects import normal_effects
from agent.likeness.reserved import ReservedTask
from agent.likeness.words import Likeness

MOST_ALIKE: Final = 0.75
"""Likeness of two texts, 0..1, from which they say the same; see `agent.likeness.words.Likeness.alike`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A skill, or one that is proposed.

    Attributes:
        name: its name.
        texts: what it is for, in words: its name, description, claim; empty ones say nothing.
        obtains: the facts that it brings; none where it is judged by looking.
    """

    name: str
    texts: tuple[str, ...] = ()
    obtains: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """An entry that is too close to a task.

    Attributes:
        entry: its name.
        suite: the suite's name.
        task: the task's name.
        why: in words.
    """

    entry: str
    suite: str
    task: str
    why: str


def overlaps(tasks: Sequence[ReservedTask], entries: Iterable[Entry]) -> tuple[Overlap, ...]:
    """The entries that bring what a task asks for, no more and no less, or say it in nearly the same words.

    Args:
        tasks: those of one suite or of several, see `agent.likeness.reserved.reserved_tasks`.
        entries: skills of a library, or proposals.

    Returns:
        One overlap an entry at most, with the first task that it is too close to.
    """
    said = {f"{i} {text}": text for i, task in enumerate(tasks) for text in task.texts}
    likeness = Likeness(said)
    found = (_first_overlap(tasks, entry, likeness) for entry in entries)
    return tuple(overlap for overlap in found if overlap is not None)


def _first_overlap(tasks: Sequence[ReservedTask], entry: Entry, likeness: Likeness) -> Overlap | None:
    for i, task in enumerate(tasks):
        if why := _by_effects(task, entry) or _by_words(f"{i} ", task, entry, likeness):
            return Overlap(entry=entry.name, suite=task.suite, task=task.name, why=why)
    return None


def _by_effects(task: ReservedTask, entry: Entry) -> str:
    wanted = normal_effects(task.facts)
    if not wanted or wanted != normal_effects(entry.obtains):
        return ""
    return "it brings the same: " + ", ".join(f"{fact}={count}" for fact, count in wanted.items())


def _by_words(key: str, task: ReservedTask, entry: Entry, likeness: Likeness) -> str:
    for said in filter(None, (text.replace("_", " ") for text in entry.texts)):
        for text in task.texts:
            if likeness.alike(said, key + text) >= MOST_ALIKE:
                return f"{said!r} says the same as {text!r}"
    return ""
