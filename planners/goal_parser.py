"""Parses what a person types into a `Goal`: "collect_diamond", "stone=5", "3 coal and an iron pickaxe"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from envs.game import GameSpec
from planners.errors import UnknownGoal
from planners.goals.items import items_of
from planners.goals.meanings import Vocabulary
from planners.goals.reading import Reader, Reading
from planners.goals.refusals import not_understood
from planners.goals.words import normal
from planners.graph.graph import SkillGraph
from planners.plan import Goal

LONGEST_GOAL: Final = 1_000
"""Characters of a goal that are read; more is refused."""

ANY_ORDER: Final = "their order is the planner's"


def parse_goal(
    text: str, graph: SkillGraph, spec: GameSpec | None = None, names: Vocabulary | None = None
) -> Goal:
    """Understand a goal: a set of facts that shall hold together.

    A goal that is a skill's name, a fact's name or an alias of one means that. Any other text is cut at
    commas, "and", "then" and the like. Each part is a pair ``fact=count``, a name, or words, which mean the
    skill or fact whose words are closest once aliases are replaced; a number is how many. Every word that
    carries meaning must have its counterpart; a verb also counts for the parts after it. Of a fact that
    several parts name, the larger number holds.

    Args:
        text: what a person typed.
        graph: skills and facts.
        spec: the game's description, where there is one: more facts, aliases and largest values.
        names: the vocabulary of both, where it is there already; made here otherwise.

    Returns:
        The goal; `Goal.understood` says in words what was read out of the text.

    Raises:
        UnknownGoal: nothing matches, a word is left over, several things match equally well, or more is asked
            than is possible; the message suggests what to type.
    """
    if len(text) > LONGEST_GOAL:
        raise UnknownGoal(f"the goal has {len(text):,} characters; say it in at most {LONGEST_GOAL:,}")
    typed = text.strip()
    names = names or Vocabulary(graph, spec)
    reader = Reader(names)
    if not typed:
        example = next(iter(names.skills or names.facts), "collect_wood")
        raise UnknownGoal(f"the goal is empty; name one, for example {example!r} or 'wood=3'")
    if whole := names.exact(typed) or names.exact("_".join(normal(typed).split())):
        readings, ordered = [reader.reading(whole)], False
    else:
        found = items_of(normal(typed), names.joined(), names.words(), names.doing())
        ordered = found.ordered
        alone = len(found.items) == 1
        readings = reader.read([replace(item, text=typed) if alone else item for item in found.items])
    if not readings:
        raise not_understood(typed, {}, (), names)
    return Goal(facts=reader.together(readings), text=typed, understood=_understood(readings, ordered))


def _understood(readings: Sequence[Reading], ordered: bool) -> str:
    said = ", ".join(dict.fromkeys(part for reading in readings for part in reading.said.split(", ")))
    slips = [f"{word!r} read as {other!r}" for reading in readings for word, other in reading.slips.items()]
    notes = [*dict.fromkeys(slips), *([ANY_ORDER] if ordered else [])]
    return f"{said} ({'; '.join(notes)})" if notes else said
