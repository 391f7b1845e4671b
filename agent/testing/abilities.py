"""Made-up skills that come with every answer a practice session asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.design.effects import SkillClaim, task_variables
from agent.design.option_trial import option_variables
from agent.design.task_pool import TaskPool
from agent.design.tasks import TASK_COUNT
from agent.llm.answer_pack import AnswerPack
from agent.llm.pack_writer import record_authored
from agent.llm.prompt import load_prompt
from agent.llm.replies import ProposedTask, SkillEffects
from agent.llm.vocabulary import game_variables
from agent.play.kit import Kit
from envs.registry import game_spec
from planners.graph.graph import SkillGraph
from skills.skill import OptionCode, PolicyRecord, Skill, SkillKind, is_gain

ANYWHERE = ("def initiation(facts):", "    return True")
"""Code of an option that can start anywhere."""
NEVER = ("def termination(start, facts, steps):", "    return False")
"""Code of an option that does not end by itself."""

_NO_GUARD = {"guard": ["def guard(facts, remaining):", "    return ''"], "ranking": []}
_NO_SHIELD = {"shield": ["def shield(facts):", "    return []"]}
_NOTE = "made up for a test"
_ASKED = ("skill_effects", "skill_option", "skill_reward")


@dataclass(frozen=True)
class Ability:
    """One made-up skill: a task with the answers about it.

    Attributes:
        name: of the skill.
        obtains: the task's effects, by which it is judged; empty for one that is judged by looking.
        success_in_words: what must be seen for it to be done, where no facts say so.
        kind: find, act or craft.
        requires: what must be there.
        consumes: what it uses up.
        gives: what it brings besides `obtains`.
        action: the action that does it; empty for a skill that is learned.
        until: whether the action is repeated until something changes.
        seek: what the network is shown the way to.
        actions: those that the network may use; empty for all.
        step_cap: game steps after which an execution ends.
        difficulty: of the proposed task, 1 (easiest) to 5.
        reward: lines of the reward's code; None for no answer to that question.
        initiation: lines of its code.
        termination: lines of its code.
        game: registry name of the game.
    """

    name: str
    obtains: Mapping[str, int] = field(default_factory=dict)
    success_in_words: str = ""
    kind: Literal["find", "act", "craft"] = "act"
    requires: Mapping[str, int] = field(default_factory=dict)
    consumes: Mapping[str, int] = field(default_factory=dict)
    gives: Mapping[str, int] = field(default_factory=dict)
    action: str = ""
    until: bool = True
    seek: Sequence[str] = ()
    actions: Sequence[str] = ()
    step_cap: int = 30
    difficulty: int = 1
    reward: Sequence[str] | None = None
    initiation: Sequence[str] = ANYWHERE
    termination: Sequence[str] = NEVER
    game: str = "toy"

    @property
    def task(self) -> ProposedTask:
        """The task that a model would propose."""
        return ProposedTask(
            name=self.name,
            kind=self.kind,
            description=f"Do what {self.name} says.",
            obtains=dict(self.obtains),
            claim=self.success_in_words,
            difficulty=self.difficulty,
        )

    @property
    def variables(self) -> dict[str, str]:
        """The variables of the prompts about it."""
        return {**game_variables(game_spec(self.game)), **task_variables(self.task)}

    @property
    def reply(self) -> dict[str, Any]:
        """The answer to what it needs and brings, as JSON values."""
        return {
            "reason": "",
            "requires": dict(self.requires),
            "consumes": dict(self.consumes),
            "holds": {},
            "obtains": {**self.obtains, **self.gives},
            "seek": list(self.seek),
            "explore": "anywhere",
            "action": self.action,
            "until": self.until and bool(self.action),
            "actions": list(self.actions),
            "step_cap": self.step_cap,
        }

    @property
    def claim(self) -> SkillClaim:
        """That answer, understood."""
        reply = SkillEffects.model_validate(self.reply)
        return SkillClaim(task=self.task, reply=reply, answer_id=f"answer-{self.name}")

    @property
    def skill(self) -> Skill:
        """The skill, scripted or learned, without weights."""
        return Skill(
            name=self.name,
            game=self.game,
            kind=SkillKind(self.kind),
            description=self.task.description,
            claim=self.success_in_words,
            effects=self.claim.effects,
            option=OptionCode(initiation="\n".join(self.initiation), termination="\n".join(self.termination)),
            policy=PolicyRecord(
                kind="scripted" if self.action else "learned", action=self.action, until=self.until
            ),
            step_cap=self.step_cap,
        )


def pack_of(first: Ability, *others: Ability, guards: Mapping[str, Any] | None = None) -> AnswerPack:
    """All answers that a session with exactly these skills asks for.

    Args:
        first: a skill; its game is the pack's.
        others: more skills of that game.
        guards: the answer about guards; by default there are none.
    """
    game, abilities = game_variables(game_spec(first.game)), (first, *others)
    pack = AnswerPack(first.game, _NOTE)
    tasks = [json.loads(ability.task.model_dump_json()) for ability in abilities]
    record_authored(
        "propose_tasks", {**game, "count": str(TASK_COUNT), "known": "none"}, {"tasks": tasks}, pack
    )
    for ability in abilities:
        record_authored("skill_effects", ability.variables, ability.reply, pack)
        if ability.reward is not None:
            record_authored("skill_reward", ability.variables, {"reward": list(ability.reward)}, pack)
        code = {"initiation": list(ability.initiation), "termination": list(ability.termination)}
        record_authored("skill_option", ability.variables, code, pack)
    lines = "\n".join(f"- {ability.name}: {ability.task.description}" for ability in abilities)
    record_authored("guards", {**game, "skills": lines}, guards or _NO_GUARD, pack)
    record_authored("shield", game, _NO_SHIELD, pack)
    return pack


def pool_of(first: Ability, *others: Ability) -> TaskPool:
    """A pool of tasks with all answers about them."""
    return TaskPool.model_validate({
        "game": first.game, "note": _NOTE,
        "prompts": {prompt: load_prompt(prompt).version for prompt in _ASKED},
        "tasks": [
            {
                "task": ability.task.model_dump(), "effects": ability.reply,
                "option": {"initiation": list(ability.initiation), "termination": list(ability.termination)},
                "reward": None if ability.reward is None else {"reward": list(ability.reward)},
            }
            for ability in (first, *others)
        ],
    })  # fmt: skip


def passing_tests(first: Ability, *others: Ability) -> AnswerPack:
    """Tests of the options of abilities that need nothing: each can start anywhere, and soon succeeds."""
    spec, pack = game_spec(first.game), AnswerPack(first.game, _NOTE)
    for ability in (first, *others):
        gains = {fact: f"facts[{fact!r}] * {int(is_gain(spec.fact_kinds[fact]))}" for fact in ability.obtains}
        effects = ", ".join(f"{fact!r}: {gains[fact]} + {n}" for fact, n in ability.obtains.items())
        test = {
            "reason": "",
            "cases": ["def cases(facts):", "    return [{'why': 'any', 'facts': {}, 'initiation': True}]"],
            "simulate": [
                "def simulate(facts, step, turn):",
                f"    return {{{effects}}} if step > 2 else {{}}",
            ],
        }
        sources = ["\n".join(ability.initiation), "\n".join(ability.termination)]
        record_authored("option_test", option_variables(spec, ability.claim, sources), test, pack)
    return pack


def kit_of(*abilities: Ability, networks: Mapping[str, Any] | None = None, **game_options: Any) -> Kit:
    """A kit in which all of these can be executed.

    Args:
        abilities: skills of one game; the toy game's when there are none.
        networks: networks of the learned ones, by name.
        game_options: arguments of the game.
    """
    spec = game_spec(abilities[0].game if abilities else "toy")
    graph = SkillGraph(spec.name, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    for ability in abilities:
        graph.add_skill(
            ability.name,
            SkillKind(ability.kind),
            ability.claim.effects,
            success_in_words=ability.success_in_words,
            available=True,
            step_cap=ability.step_cap,
        )
    return Kit(
        game=spec.name,
        skills={ability.name: ability.skill for ability in abilities},
        networks=dict(networks or {}),
        graph=graph.to_json(),
        game_options=game_options,
    )
