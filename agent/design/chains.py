"""Two questions about chains of skills: what comes next, and what the whole is called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from agent.llm.asking import LanguageModel
from agent.llm.errors import LLMError
from agent.llm.replies import ChainName, NextSkill
from agent.llm.vocabulary import counts_text, game_variables
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.text import brief, plain
from planners.graph.graph import SkillGraph
from skills.chains.naming import free_name, template_description, template_name
from skills.skill import Effects, Skill

HIGHEST = 5
"""Of the grades of plausibility."""
UNNAMED = 0.1
"""Plausibility, 0..1, of a skill that brings nothing of what the model named."""
LONGEST_REASON = 300
"""Characters of why there is no answer, in records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plausibility:
    """How plausible it is that a skill comes next.

    Attributes:
        grades: fact -> grade, 1 to 5, of a skill that brings it; empty when nobody could be asked.
        answer_id: the model's answer.
        basis: what the grades rest on, in words, for the record.
    """

    grades: Mapping[str, int]
    answer_id: str = ""
    basis: str = ""

    def of(self, brings: Collection[str]) -> float:
        """Of a skill that brings these facts, 0..1; the same for all skills without an answer.

        >>> Plausibility(grades={"tea": 5, "leaves": 2}).of(["leaves", "did.pick"])
        0.4
        >>> Plausibility(grades={}).of(["tea"])
        1.0
        """
        if not self.grades:
            return 1.0
        return max((self.grades[fact] / HIGHEST for fact in brings if fact in self.grades), default=UNNAMED)


def told_by_effects(graph: SkillGraph, skill: str) -> str:
    """A skill as the question about chains tells it: by what it is claimed to bring, whatever it is called.

    Names differ from one library to the next, and counts are corrected by play; recorded answers hold anyway.
    """
    return ", ".join(sorted(graph.claim(skill).obtains)) or plain(graph.success_in_words(skill), 300)


def ask_next(model: LanguageModel, spec: GameSpec, so_far: Sequence[str]) -> Plausibility:
    """What should come next in a chain, by its parts so far, each as `told_by_effects` tells it.

    Where there is no answer about the whole chain so far, one about its last parts is taken, the longest
    first; where there is none at all, everything is equally plausible, and the basis says so. A model that
    cannot be reached, or whose replies cannot be used, is no answer either.
    """
    reason = ""
    for first in range(len(so_far)):
        try:
            plausibility = _ask(model, spec, so_far[first:])
        except LLMError as error:
            reason = reason or plain(error, LONGEST_REASON)
            continue
        if first:
            last = "part" if first == len(so_far) - 1 else f"{len(so_far) - first} parts"
            basis = f"an answer about the last {last} alone"
            return Plausibility(grades=plausibility.grades, answer_id=plausibility.answer_id, basis=basis)
        return plausibility
    return Plausibility(grades={}, basis=f"no answer, so all that may start is equally plausible: {reason}")


def _ask(model: LanguageModel, spec: GameSpec, so_far: Sequence[str]) -> Plausibility:
    def check(reply: NextSkill) -> None:
        for fact in reply.next:
            if fact not in spec.fact_index:
                raise ValueError(f"{brief(fact)} is no fact of the game{did_you_mean(fact, spec.fact_index)}")

    asked = model.ask("next_skill", NextSkill, check=check, draw=0, **next_variables(spec, so_far))
    return Plausibility(grades=asked.reply.next, answer_id=asked.answer_id, basis="an answer about the chain")


def next_variables(spec: GameSpec, so_far: Sequence[str]) -> dict[str, str]:
    """The variables of the question what comes next."""
    lines = "\n".join(f"{number}. brings {part}" for number, part in enumerate(so_far, 1))
    return {**game_variables(spec), "so_far": lines}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A chain's name and description.

    Attributes:
        answer_id: the model's answer; empty for a template.
    """

    name: str
    description: str
    answer_id: str = ""


def name_chain(
    model: LanguageModel, spec: GameSpec, parts: Sequence[Skill], effects: Effects, taken: Collection[str]
) -> Named:
    """A name by the model, or by template where it gives none."""
    try:
        variables = name_variables(spec, parts, effects)
        asked = model.ask("name_chain", ChainName, check=None, draw=0, **variables)
    except LLMError:
        return Named(
            name=template_name([part.name for part in parts], taken), description=template_description(parts)
        )
    reply = asked.reply
    return Named(name=free_name(reply.name, taken), description=reply.description, answer_id=asked.answer_id)


def name_variables(spec: GameSpec, parts: Sequence[Skill], effects: Effects) -> dict[str, str]:
    """The variables of the question what a chain is called."""
    lines = "\n".join(f"{number}. {part.description}" for number, part in enumerate(parts, 1))
    return {**game_variables(spec), "parts": lines, "effects": counts_text(effects.obtains)}
