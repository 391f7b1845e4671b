"""What each claimed skill sets out to do in a symbolic world, as its recorded answer says it."""

from __future__ import annotations

from agent.design.claimed import longest_proposal
from agent.llm.answer_pack import AnswerPack
from agent.llm.parse import parse_reply
from agent.llm.replies import ProposedTask, SkillEffects
from envs.minecraft.symbolic import PLACES, Operation, way_of


def operations_of(pack: AnswerPack) -> dict[str, Operation]:
    """Skill -> what it sets out to do, for every skill of a pack's longest proposal.

    Nothing of what a claim says of needs and counts goes into it: only the action, what the skill heads for
    and what its success is judged by.
    """
    replies = {
        answer.request.subject: parse_reply(answer.reply, SkillEffects)
        for answer in pack
        if answer.request.prompt_id == "skill_effects"
    }
    return {task.name: operation_of(task, replies[task.name]) for task in longest_proposal(pack)}


def operation_of(task: ProposedTask, reply: SkillEffects) -> Operation:
    """What one skill sets out to do."""
    verb, _, thing = reply.action.partition("_")
    if verb in ("craft", "smelt"):
        return Operation(verb, thing)
    if verb == "place" and thing in PLACES:
        return Operation(verb, thing)
    wanted = next(iter(task.obtains))
    if task.kind == "find":
        return Operation("find", wanted.removeprefix("near."))
    for thing in reply.seek:
        gathers = Operation("gather", thing, wanted, kills="fight" in reply.actions)
        if way_of(gathers):
            return gathers
    return Operation("reach", wanted)
