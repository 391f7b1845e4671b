"""The skill graph of a game as a pack claims it: for planning where nothing was practised yet."""

from __future__ import annotations

from typing import Final

from agent.design.effects import SkillClaim, add_claim
from agent.llm.answer_pack import AnswerPack
from agent.llm.errors import BadPack
from agent.llm.parse import parse_reply
from agent.llm.replies import ProposedTask, SkillEffects, TaskProposals
from envs.game import GameSpec
from planners.graph.graph import SkillGraph

WHOLE_GAME: Final = 400
"""Tasks that an answer about the whole of a game may have; practice asks for fewer at a time."""


def claimed_graph(spec: GameSpec, pack: AnswerPack) -> SkillGraph:
    """Every task that the pack's longest proposal names, with what is claimed of each.

    Answers are taken as the pack has them, without asking the questions again; tests do that for packs that
    are shipped. Nothing in the graph was ever tried: no skill is available, and plans over it cost what even
    chances cost.

    Raises:
        BadPack: the pack proposes nothing, or lacks the claim of a task.
    """
    effects = {
        answer.request.subject: answer for answer in pack if answer.request.prompt_id == "skill_effects"
    }
    graph = SkillGraph(spec.name, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    for task in longest_proposal(pack):
        answer = effects.get(task.name)
        if answer is None:
            raise BadPack(f"the pack of {pack.game!r} claims nothing of {task.name!r}, which it proposes")
        add_claim(
            graph, SkillClaim(task=task, reply=parse_reply(answer.reply, SkillEffects), answer_id=answer.id)
        )
    return graph


def longest_proposal(pack: AnswerPack) -> tuple[ProposedTask, ...]:
    """The tasks of the answer that proposes most, easiest first. Raises `BadPack` where there is none."""
    replies = [
        parse_reply(answer.reply, TaskProposals).tasks
        for answer in pack
        if answer.request.prompt_id == "propose_tasks"
    ]
    if not replies:
        raise BadPack(f"the pack of {pack.game!r} proposes no tasks, so there is nothing to plan with")
    longest = max(replies, key=lambda tasks: len(tasks))
    return tuple(sorted(longest, key=lambda task: task.difficulty))
