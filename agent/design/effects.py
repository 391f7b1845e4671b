"""What each skill needs and gives, one question each; the answers are the graph's claims."""

from __future__ import annotations

from dataclasses import dataclass

from agent.llm.asking import LanguageModel
from agent.llm.replies import ProposedTask, SkillEffects
from agent.llm.vocabulary import counts_text, game_variables
from envs.errors import BadFocus, did_you_mean
from envs.game import Focus, GameSpec
from envs.text import brief, plain
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind, unknown_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillClaim:
    """A task and what the model says of it."""

    task: ProposedTask
    reply: SkillEffects
    answer_id: str

    @property
    def effects(self) -> Effects:
        """The claim that goes into the graph."""
        reply = self.reply
        return Effects(
            requires=reply.requires, consumes=reply.consumes, holds=reply.holds, obtains=reply.obtains
        )


def task_variables(task: ProposedTask) -> dict[str, str]:
    """The prompt variables that name one task."""
    return {
        "name": task.name,
        "kind": task.kind,
        "description": task.description,
        "obtains": judged_by(task),
    }


def judged_by(task: ProposedTask) -> str:
    """What the success of a task is judged by, as the prompts say it.

    >>> task = {"name": "cut", "kind": "act", "description": "Cut some wood.", "difficulty": 1}
    >>> judged_by(ProposedTask(**task, obtains={"wood": 1}))
    'wood 1'
    """
    if not task.claim:
        return counts_text(task.obtains)
    along = f"; what is known to come along: {counts_text(task.obtains)}" if task.obtains else ""
    return (
        f'looking, since no facts state it. It is done when this is seen: "{plain(task.claim)}"{along}. '
        "An attempt may end by itself as soon as the facts suggest that this has come true"
    )


def ask_effects(model: LanguageModel, spec: GameSpec, task: ProposedTask) -> SkillClaim:
    """One question: the effects of one skill. Raises `LLMError` when there is no usable answer."""

    def check(reply: SkillEffects) -> None:
        effects = SkillClaim(task=task, reply=reply, answer_id="").effects
        for fact in unknown_facts(effects, spec):
            raise ValueError(f"{brief(fact)} is no fact of the game{did_you_mean(fact, spec.fact_index)}")
        if not reply.obtains and not task.claim:
            raise ValueError('"obtains" is empty; name the facts that one success brings')
        for fact, count in task.obtains.items():
            if reply.obtains.get(fact, 0) < count:
                raise ValueError(f"obtains must keep what success is judged by: {fact!r} at least {count}")
        if reply.action and reply.action not in spec.action_index:
            raise ValueError(
                f"{brief(reply.action)} is no action of the game{did_you_mean(reply.action, spec.actions)}"
            )
        for action in reply.actions:
            if action not in spec.action_index:
                raise ValueError(
                    f"{brief(action)} is no action of the game{did_you_mean(action, spec.actions)}"
                )
        if task.kind == "craft" and not reply.action:
            raise ValueError('a skill of kind "craft" needs the game action that does it in "action"')
        try:
            spec.check_focus(Focus(seek=reply.seek, explore=reply.explore))
        except BadFocus as error:
            raise ValueError(str(error)) from error

    asked = model.ask(
        "skill_effects", SkillEffects, check=check, draw=0, **task_variables(task), **game_variables(spec)
    )
    return SkillClaim(task=task, reply=asked.reply, answer_id=asked.answer_id)


def add_claim(graph: SkillGraph, claim: SkillClaim) -> None:
    """Enter one claim into the graph."""
    graph.add_skill(
        claim.task.name,
        SkillKind(claim.task.kind),
        claim.effects,
        description=claim.task.description,
        success_in_words=claim.task.claim,
        answer_id=claim.answer_id,
        step_cap=claim.reply.step_cap,
    )
