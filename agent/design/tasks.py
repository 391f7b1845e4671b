"""One question: what is worth practising, asked once per game."""

from __future__ import annotations

from collections.abc import Sequence

from agent.llm.asking import LanguageModel
from agent.llm.replies import ProposedTask, TaskProposals
from agent.llm.vocabulary import game_variables
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.text import brief

TASK_COUNT = 40
"""Tasks asked for in one question."""


def propose(
    model: LanguageModel, spec: GameSpec, known: Sequence[str] = (), count: int = TASK_COUNT
) -> tuple[tuple[ProposedTask, ...], str]:
    """Ask for tasks; returns them, easiest first, and the id of the answer.

    Args:
        model: the model that is asked.
        spec: the game.
        known: names of skills that need not be proposed again.
        count: tasks at most.

    Raises:
        LLMError: no usable answer.
    """

    def check(reply: TaskProposals) -> None:
        for task in reply.tasks:
            for fact in task.obtains:
                if fact not in spec.fact_index:
                    raise ValueError(
                        f"task {task.name!r} obtains {brief(fact)}, which is no fact of the game"
                        f"{did_you_mean(fact, spec.fact_index)}"
                    )

    asked = model.ask(
        "propose_tasks",
        TaskProposals,
        check=check,
        draw=0,
        count=str(count),
        known=", ".join(known) or "none",
        **game_variables(spec),
    )
    tasks = [task for task in asked.reply.tasks if task.name not in set(known)]
    return tuple(sorted(tasks, key=lambda task: task.difficulty)), asked.answer_id
