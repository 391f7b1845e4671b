"""Executions that did not happen, and a part of the toy game's own answers."""

import json

from agent.design.tasks import TASK_COUNT
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.llm.pack_writer import record_authored
from agent.testing.toy import GAME
from planners.plan import Execution, Verdict


def result(skill: str, outcome: str, steps: int = 5, **facts: int) -> Execution:
    """One execution; `facts` hold before and after."""
    verdict = Verdict(outcome=outcome, reason="", judge="test")  # type: ignore[arg-type]
    return Execution(skill=skill, verdict=verdict, env_steps=steps, before=facts, after=facts)


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
