"""Skills that were claimed and never tried: played as training would begin them, by the game's own cues.

Where no library holds what a task takes, the recorded claims say what each skill needs and gives, what it
heads for and which actions serve. A skill that one action does is that action; any other follows the cues of
the game's encoding (`GameSpec.cues`), and where the cue is none of its actions, takes one of these at random.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np

from agent.design.claimed import longest_proposal
from agent.design.effects import SkillClaim, add_claim
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.llm.parse import parse_reply
from agent.llm.replies import Guards, ProposedTask, Shield, SkillEffects, SkillOption, TaskProposals
from agent.play.kit import GuardCode, Kit, ShieldCode
from agent.play.libraries import load_library_graph
from agent.play.load import load_kit
from envs.game import GameSpec
from planners.graph.graph import SkillGraph
from skills.network import NumpyNetwork
from skills.skill import FocusRecord, Lineage, OptionCode, PolicyRecord, Skill, SkillKind
from skills.store.store import SkillLibrary

CUE_SLOPE: Final = 2.0
CUE_LOGIT: Final = 4.0
NEVER: Final = -1_000.0
"""Logit of an action that is none of the skill's."""

SOURCE: Final = "recorded, untried"
"""Where an untried skill comes from, in its record."""


def untried_graph(spec: GameSpec, store: SkillLibrary) -> SkillGraph:
    """What a library believes of its skills, and of all others what is claimed of them."""
    if store.graph_path.is_file():
        graph = load_library_graph(store)
    else:
        graph = SkillGraph(spec.name, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    for claim in _claims(spec.name):
        if claim.task.name not in graph:
            add_claim(graph, claim)
    return graph


def untried_kit(spec: GameSpec, store: SkillLibrary) -> Kit:
    """A kit of a library's skills and, for all that it lacks, of untried ones.

    Raises:
        BadPack: no answers are recorded for the game.
        LibraryDamaged, SandboxUnavailable, PolicyMismatch: as `load_kit`.
    """
    learned = load_kit(store.root, store.game) if store.names() and store.graph_path.is_file() else None
    have: Mapping[str, Skill] = learned.skills if learned else {}
    skills = {skill.name: skill for skill in untried_skills(spec)}
    networks = {
        name: cue_network(spec, skill.actions)
        for name, skill in skills.items()
        if skill.policy.kind == "learned"
    }
    graph = untried_graph(spec, store).to_json()
    if learned is None:
        guard, shield = _recorded_guards(spec.name)
        return Kit(game=spec.name, skills=skills, networks=networks, graph=graph, guard=guard, shield=shield)
    return replace(learned, skills={**skills, **have}, networks={**networks, **learned.networks}, graph=graph)


def _recorded_guards(game: str) -> tuple[GuardCode, ShieldCode]:
    """The guard and the shield of a game's recorded answers; empty ones where there are none."""
    guard, shield = GuardCode(), ShieldCode()
    for answer in shipped_pack(game):
        if answer.request.prompt_id == "guards":
            said = parse_reply(answer.reply, Guards)
            guard = GuardCode(source=said.guard, ranking=said.ranking, answer_id=answer.id)
        elif answer.request.prompt_id == "shield":
            shield = ShieldCode(source=parse_reply(answer.reply, Shield).shield, answer_id=answer.id)
    return guard, shield


@cache
def _claims(game: str) -> tuple[SkillClaim, ...]:
    """The claims of a game's recorded answers; they are read once."""
    return tuple(claims_of(shipped_pack(game)))


def claims_of(pack: AnswerPack) -> Iterator[SkillClaim]:
    """What is claimed of every skill that the pack proposes, those of its longest proposal first."""
    answers = {a.request.subject: a for a in pack if a.request.prompt_id == "skill_effects"}
    proposals = [a for a in pack if a.request.prompt_id == "propose_tasks"]
    tasks: dict[str, ProposedTask] = {task.name: task for task in longest_proposal(pack)}
    for answer in proposals:
        for task in parse_reply(answer.reply, TaskProposals).tasks:
            tasks.setdefault(task.name, task)
    for name, task in tasks.items():
        if name in answers:
            reply = parse_reply(answers[name].reply, SkillEffects)
            yield SkillClaim(task=task, reply=reply, answer_id=answers[name].id)


def untried_skills(spec: GameSpec) -> Iterator[Skill]:
    """A skill for every claim of the game's recorded answers, with the option recorded for it, if any."""
    pack = shipped_pack(spec.name)
    options = {a.request.subject: a for a in pack if a.request.prompt_id == "skill_option"}
    for claim in _claims(spec.name):
        name, reply = claim.task.name, claim.reply
        option, ids = OptionCode(), [claim.answer_id]
        if name in options:
            code = parse_reply(options[name].reply, SkillOption)
            option = OptionCode(initiation=code.initiation, termination=code.termination)
            ids.append(options[name].id)
        yield Skill(
            name=name,
            game=spec.name,
            kind=SkillKind(claim.task.kind),
            description=claim.task.description,
            claim=claim.task.claim,
            effects=claim.effects,
            focus=FocusRecord(seek=reply.seek, explore=reply.explore),
            option=option,
            policy=PolicyRecord(
                kind="scripted" if reply.action else "learned", action=reply.action, until=reply.until
            ),
            step_cap=reply.step_cap,
            actions=reply.actions,
            encoding=spec.encoding,
            lineage=Lineage(answers=tuple(ids), source=SOURCE),
        )


def cue_network(spec: GameSpec, actions: tuple[str, ...]) -> NumpyNetwork:
    """A network that follows the game's cues and knows nothing else.

    Args:
        spec: the game.
        actions: what it may choose from; all actions when empty.
    """
    cues = [(place, spec.action_index[action]) for place, action in spec.cues.items()]
    inner = np.zeros((spec.encoding_size, len(cues)), np.float32)
    head = np.zeros((len(cues), len(spec.actions)), np.float32)
    for unit, (place, action) in enumerate(cues):
        inner[place, unit], head[unit, action] = CUE_SLOPE, CUE_LOGIT
    allowed = {spec.action_index[name] for name in actions} or set(range(len(spec.actions)))
    bias = np.array([0.0 if n in allowed else NEVER for n in range(len(spec.actions))], np.float32)
    return NumpyNetwork(actor=((inner, np.zeros(len(cues), np.float32)), (head, bias)), critic=())
