"""One question: which skill is practised on which of the game's arenas, its smaller levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.llm.asking import LanguageModel
from agent.llm.replies import ArenaChoices, ProposedTask
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.text import brief

GAME = "game"
"""Stands for the game itself where arenas are named."""

ArenaPlan = Mapping[str, tuple[str, ...]]
"""Skill -> the arenas that it is practised on; skills left out are practised in the game itself."""


def choose_arenas(
    model: LanguageModel, spec: GameSpec, tasks: Sequence[ProposedTask]
) -> tuple[ArenaPlan, str]:
    """One question: what is practised where; an empty plan, and no question, for a game without arenas.

    Returns:
        The plan and the id of the answer.

    Raises:
        LLMError: no usable answer.
    """
    if not spec.arenas:
        return {}, ""
    names = [task.name for task in tasks]

    def check(reply: ArenaChoices) -> None:
        for skill, arenas in reply.choices.items():
            if skill not in names:
                raise ValueError(f"{brief(skill)} is no skill{did_you_mean(skill, names)}")
            for arena in arenas:
                if arena != GAME and arena not in spec.arenas:
                    raise ValueError(f"{brief(arena)} is no arena{did_you_mean(arena, spec.arenas)}")

    asked = model.ask(
        "practice_arenas",
        ArenaChoices,
        check=check,
        draw=0,
        game=spec.title,
        tasks="\n".join(f"- {task.name}: {task.description}" for task in tasks),
        arenas="\n".join(f"- {name}: {arena.description}" for name, arena in spec.arenas.items()),
    )
    return dict(asked.reply.choices), asked.answer_id
