"""A scripted chat model, seats and packs around it, and a small world of walks that needs no training."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage

from agent.design.effects import SkillClaim
from agent.design.option_trial import option_variables
from agent.design.tasks import TASK_COUNT
from agent.llm.answer_log import AnswerLog
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.client import ModelClient, RetryPolicy
from agent.llm.meter import Meter
from agent.llm.models import ModelHandle
from agent.llm.pack_writer import record_authored, reply_text
from agent.llm.replies import ProposedTask, SkillEffects
from agent.llm.vocabulary import counts_text, game_variables
from agent.play.jobs import Job, JobPool, JobResult
from agent.play.kit import Kit
from envs.registry import game_spec
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Verdict
from skills.skill import Effects, OptionCode, PolicyRecord, Skill, SkillKind, is_gain

SPEC = game_spec("toy")
GAME = game_variables(SPEC)
NAMES = [fact.name for fact in SPEC.facts]

START = ["def initiation(facts):", "    return True"]
GO_ON = ["def termination(start, facts, steps):", "    return False"]


@dataclass
class ScriptedChat:
    """Gives its replies one after the other; keeps what it was asked."""

    replies: list[str]
    asked: list[list[tuple[str, str]]] = field(default_factory=list)

    def invoke(self, messages: list[tuple[str, str]]) -> AIMessage:
        self.asked.append(messages)
        if not self.replies:
            raise AssertionError(f"nobody expected to be asked: {messages[-1][1]}")
        return AIMessage(self.replies.pop(0))


def scripted_model(
    *replies: str | Mapping[str, Any], records: Sequence[AnswerPack] = (), log: Path | None = None
) -> tuple[LanguageModel, ScriptedChat]:
    """A live seat whose model says these things, in this order; records are looked up first."""
    chat = ScriptedChat([r if isinstance(r, str) else reply_text(r) for r in replies])
    handle = ModelHandle(name="test:scripted", chat=chat)  # type: ignore[arg-type]
    client = ModelClient(model=handle, meter=Meter(), retry=RetryPolicy(attempts=1))
    return LanguageModel(client=client, records=records, log=AnswerLog(log) if log else None), chat


@dataclass(frozen=True)
class Ability:
    """One skill of a made-up pack: a task with the answers about it."""

    name: str
    obtains: dict[str, int]
    kind: str = "act"
    requires: dict[str, int] = field(default_factory=dict)
    consumes: dict[str, int] = field(default_factory=dict)
    gives: dict[str, int] = field(default_factory=dict)
    action: str = ""
    until: bool = True
    seek: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    step_cap: int = 30
    difficulty: int = 1
    reward: Sequence[str] | None = None
    initiation: Sequence[str] = tuple(START)
    termination: Sequence[str] = tuple(GO_ON)

    @property
    def task(self) -> ProposedTask:
        return ProposedTask(
            name=self.name,
            kind=self.kind,  # type: ignore[arg-type]
            description=f"Do what {self.name} says.",
            obtains=self.obtains,
            difficulty=self.difficulty,
        )

    @property
    def variables(self) -> dict[str, str]:
        task = self.task
        return {
            **GAME,
            "name": task.name,
            "kind": task.kind,
            "description": task.description,
            "obtains": counts_text(task.obtains),
        }

    @property
    def reply(self) -> dict[str, Any]:
        return {
            "reason": "",
            "requires": self.requires,
            "consumes": self.consumes,
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
        return SkillClaim(
            task=self.task, reply=SkillEffects.model_validate(self.reply), answer_id=f"answer-{self.name}"
        )

    @property
    def skill(self) -> Skill:
        return Skill(
            name=self.name,
            game="toy",
            kind=SkillKind(self.kind),
            description=self.task.description,
            effects=self.claim.effects,
            option=OptionCode(initiation="\n".join(self.initiation), termination="\n".join(self.termination)),
            policy=PolicyRecord(
                kind="scripted" if self.action else "learned", action=self.action, until=self.until
            ),
            step_cap=self.step_cap,
        )


def walk(way: str, **rest: Any) -> Ability:
    """Walk one way until something is in the way: always works, within nine steps."""
    return Ability(name=f"walk_{way}", obtains={"facing.blocked": 1}, kind="find", action=way, **rest)


WALKS = (walk("up"), walk("left"), walk("down"))


def pack_of(*abilities: Ability, guards: Mapping[str, Any] | None = None) -> AnswerPack:
    """All answers that a session with exactly these skills asks for."""
    pack = AnswerPack("toy", "made up for a test")
    tasks = [json.loads(ability.task.model_dump_json()) for ability in abilities]
    record_authored(
        "propose_tasks", {**GAME, "count": str(TASK_COUNT), "known": "none"}, {"tasks": tasks}, pack
    )
    for ability in abilities:
        record_authored("skill_effects", ability.variables, ability.reply, pack)
        if ability.reward is not None:
            record_authored("skill_reward", ability.variables, {"reward": list(ability.reward)}, pack)
        code = {"initiation": list(ability.initiation), "termination": list(ability.termination)}
        record_authored("skill_option", ability.variables, code, pack)
    lines = "\n".join(f"- {a.name}: {a.task.description}" for a in abilities)
    silent = {"guard": ["def guard(facts, remaining):", "    return ''"], "ranking": []}
    record_authored("guards", {**GAME, "skills": lines}, guards or silent, pack)
    record_authored("shield", GAME, {"shield": ["def shield(facts):", "    return []"]}, pack)
    return pack


def passing_tests(*abilities: Ability) -> AnswerPack:
    """Tests of the options of abilities that need nothing: each can start anywhere, and soon succeeds."""
    pack = AnswerPack("toy", "made up for a test")
    for ability in abilities:
        gains = {fact: f"facts[{fact!r}] * {int(is_gain(SPEC.fact_kinds[fact]))}" for fact in ability.obtains}
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
        record_authored("option_test", option_variables(SPEC, ability.claim, sources), test, pack)
    return pack


def shipped_part(*names: str) -> AnswerPack:
    """The toy's own answers, about some of its skills only."""
    pack = shipped_pack("toy")
    proposal = pack.about("propose_tasks", "")[0]
    tasks = json.loads(proposal.reply.strip().removeprefix("```json").removesuffix("```"))["tasks"]
    chosen = [task for task in tasks if task["name"] in names]
    variables = {**GAME, "count": str(TASK_COUNT), "known": "none"}
    record_authored("propose_tasks", variables, {"tasks": chosen}, pack)
    lines = "\n".join(f"- {task['name']}: {task['description']}" for task in chosen)
    silent = {"guard": ["def guard(facts, remaining):", "    return ''"], "ranking": []}
    record_authored("guards", {**GAME, "skills": lines}, silent, pack)
    return pack


def kit_of(*abilities: Ability, policies: Mapping[str, Any] | None = None, **game_options: Any) -> Kit:
    """A kit in which all of these can be executed."""
    graph = SkillGraph("toy", SPEC.fact_kinds, {fact.name: fact.high for fact in SPEC.facts})
    for ability in abilities:
        graph.add_skill(
            ability.name,
            SkillKind(ability.kind),
            ability.claim.effects,
            available=True,
            step_cap=ability.step_cap,
        )
    return Kit(
        game="toy",
        skills={ability.name: ability.skill for ability in abilities},
        policies=dict(policies or {}),
        graph=graph.to_json(),
        game_options=game_options,
    )


def result(skill: str, outcome: str, steps: int = 5, **facts: int) -> Execution:
    """One execution; `facts` hold before and after."""
    verdict = Verdict(outcome=outcome, reason="", judge="test")  # type: ignore[arg-type]
    return Execution(skill=skill, verdict=verdict, env_steps=steps, before=facts, after=facts)


class StandInPool(JobPool):
    """Plays jobs by a function, in this process."""

    def __init__(self, play: Callable[[Job], JobResult]) -> None:
        self._play = play
        self.jobs: list[Job] = []

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Any:
        for job in jobs:
            self.jobs.append(job)
            yield self._play(job)

    def close(self) -> None:
        pass


def effects_of(**parts: dict[str, int]) -> Effects:
    return Effects(**parts)
