"""Which skills of a library are nearest to a task by meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from agent.likeness.words import Likeness
from envs.game import GameSpec
from skills.skill import Skill

LEAST_NEAR: Final = 0.2
"""Nearness, 0..1, below which a skill has nothing to do with a task."""


class Meaning(Protocol):
    """Tells how alike texts are in meaning, as a text encoder does."""

    def alike(self, text: str, others: Sequence[str]) -> Sequence[float]:
        """The likeness of a text to each of the others, 0..1."""
        ...


@dataclass(frozen=True, slots=True)
class Match:
    """A skill with its nearness to a task, 0..1."""

    skill: str
    nearness: float


def same_words(text: str, other: str) -> bool:
    """Whether two sentences are the same but for capitals, spaces and the full stop."""
    one, two = (" ".join(each.lower().split()).rstrip(".!") for each in (text, other))
    return one == two


def nearest_skills(
    task: str, skills: Mapping[str, Skill], spec: GameSpec, meaning: Meaning | None = None
) -> tuple[Match, ...]:
    """The skills that have something to do with a task, the nearest first; equals by name.

    Nearness is the mean of two shares, by weight: of the task's words that the skill's name, description and
    claim have, and of the words of its name that the task has.

    Args:
        task: in words.
        skills: to choose from, chains included.
        spec: the game, for other words for its things.
        meaning: an encoder of texts, whose likeness counts half; None for words alone.
    """
    names = {name: name.replace("_", " ") for name in skills}
    texts = {name: f"{names[name]} {skill.description} {skill.claim}" for name, skill in skills.items()}
    full, own = Likeness(texts, spec.aliases), Likeness({"task": task}, spec.aliases)
    near = {name: (full.covered(task, name) + own.covered(names[name], "task")) / 2 for name in skills}
    if meaning is not None and skills:
        alike = dict(zip(texts, meaning.alike(task, list(texts.values())), strict=True))
        near = {name: (value + alike[name]) / 2 for name, value in near.items()}
    found = (Match(name, value) for name, value in near.items() if value >= LEAST_NEAR)
    return tuple(sorted(found, key=lambda match: (-match.nearness, match.skill)))
