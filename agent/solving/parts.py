"""Which skills are tried for a task that no fact states: the nearest one, or several in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from agent.likeness.words import Likeness, lemmas
from agent.llm.asking import LanguageModel
from agent.llm.errors import NoRecordedAnswer
from agent.llm.open_model import ModelOptions, has_recorded, is_live, open_model
from agent.llm.replies import TaskChain
from agent.llm.vocabulary import game_variables
from agent.solving.nearest import Match, Meaning, nearest_skills, same_words
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.text import brief
from skills.skill import Skill

NEAR_ENOUGH: Final = 0.75
"""Nearness, 0..1, from which the nearest skill is taken for the task itself."""

MOST_BY_WORDS: Final = 4
"""Skills that are put together by the words of a task alone."""

How: TypeAlias = Literal["nearest", "proposed", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The skills that are tried.

    Attributes:
        skills: names, in order.
        how: ``nearest``: one that is near enough; ``proposed``: as a model proposes; ``words``: those whose
            names the task's words have, as nobody proposed any.
        answer_id: id of the model's answer.
    """

    skills: tuple[str, ...]
    how: How
    answer_id: str = ""

    def in_words(self) -> str:
        """What is tried, for people."""
        said = {
            "nearest": "the nearest skill",
            "proposed": "skills that a model proposes",
            "words": "by its words",
        }
        return f"{said[self.how]}: {' > '.join(self.skills)}"


OpenModel: TypeAlias = Callable[[], LanguageModel]


def choose_parts(
    task: str,
    skills: Mapping[str, Skill],
    spec: GameSpec,
    model: OpenModel | None = None,
    meaning: Meaning | None = None,
    *,
    faint: bool = False,
) -> Parts | None:
    """The skills to try for a task; None where no skill has anything to do with it.

    Args:
        task: in words.
        skills: of the library, chains included.
        spec: the game.
        model: opens the model that is asked where no skill is near enough; None to ask nobody.
        meaning: see `agent.solving.nearest.nearest_skills`.
        faint: whether, where no skill is near, one that is nearer than all others will do.

    Raises:
        LLMError: a live model gave no usable answer.
    """
    for name, skill in sorted(skills.items()):
        if skill.claim and same_words(skill.claim, task):
            return Parts(skills=(name,), how="nearest")
    near = nearest_skills(task, skills, spec, meaning, faint=faint)
    if not near:
        return None
    if near[0].nearness >= NEAR_ENOUGH:
        return Parts(skills=(near[0].skill,), how="nearest")
    if model is not None and (proposed := _proposed(task, skills, spec, model)):
        return proposed
    return Parts(skills=by_words(task, near, spec), how="words")


def model_for_parts(llm: str, game: str, task: str, options: ModelOptions | None = None) -> OpenModel | None:
    """Opens the model that is asked for skills; None where neither a live model nor a recorded answer is.

    Raises:
        BadPack: the recorded answers that `llm` names cannot be used.
    """
    if not is_live(llm) and not has_recorded(llm, game, "task_chain", task):
        return None
    return partial(open_model, llm, game, options)


def _proposed(task: str, skills: Mapping[str, Skill], spec: GameSpec, open_it: OpenModel) -> Parts | None:
    """What a model proposes; None where none is recorded."""

    def check(reply: TaskChain) -> None:
        for name in reply.skills:
            if name not in skills:
                raise ValueError(f"{brief(name)} is no skill of the library{did_you_mean(name, skills)}")

    listed = "\n".join(f"- {name}: {skill.description}" for name, skill in sorted(skills.items()))
    try:
        with open_it() as model:
            asked = model.ask(
                "task_chain", TaskChain, check=check, draw=0, task=task, skills=listed, **game_variables(spec)
            )
    except NoRecordedAnswer:
        return None
    return Parts(skills=asked.reply.skills, how="proposed", answer_id=asked.answer_id)


def by_words(task: str, near: tuple[Match, ...], spec: GameSpec) -> tuple[str, ...]:
    """Skills whose names cover the task's words, each of which adds some, in the order of these words.

    Args:
        task: in words.
        near: skills near to it, see `nearest_skills`; at least one.
        spec: the game, for other words for its things.
    """
    names = {match.skill: match.skill.replace("_", " ") for match in near}
    left = set(lemmas(task, spec.aliases))
    likeness = Likeness(names, spec.aliases)
    chosen: dict[str, int] = {}
    for match in near:
        own = lemmas(names[match.skill], spec.aliases)
        shared, missing = own & left, own - lemmas(task, spec.aliases)
        gain = sum(map(likeness.weight, shared)) - sum(map(likeness.weight, missing))
        if gain > 0 and len(chosen) < MOST_BY_WORDS:
            chosen[match.skill] = _first_mention(task, shared)
            left -= own
    return tuple(sorted(chosen, key=lambda name: chosen[name])) or (near[0].skill,)


def _first_mention(task: str, words: Collection[str]) -> int:
    """The place in a task at which one of some words first comes up."""
    said = task.lower().split()
    return next((i for i, word in enumerate(said) if lemmas(word) & set(words)), len(said))
