"""A practice with a live model from start to end: before a stand-in, and on request before a real one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.bench.live_practice import AnswerCounts, practise_live
from agent.config import PracticeConfig
from agent.llm.answer_log import read_log
from agent.llm.answer_pack import shipped_pack
from agent.records.runs import find_run
from agent.testing.chat_server import Request, chat_server

LOCAL_MODEL = os.environ.get("JOURNEYMAN_LOCAL_MODEL", "")
"""Path of a GGUF file, for the test with a real model: it takes half an hour."""


def config_of(folder: Path, llm: str, **more: float) -> PracticeConfig:
    return PracticeConfig(
        game="toy", llm=llm, library=folder / "library", runs_dir=folder / "runs", workers=1,
        **{"budget_steps": 3_000, "minutes": 5, **more},  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("proposes", [True, False], ids=["own tasks", "tasks of the pack"])
def test_every_answer_is_counted(tmp_path: Path, proposes: bool) -> None:
    """A server that knows the shipped answers, but for rewards, and for tasks where it proposes none."""
    answers = {answer.request.messages[-1].content: answer for answer in shipped_pack("toy")}

    def reply(request: Request) -> str:
        answer = answers.get(request["messages"][-1]["content"])
        if answer is None or (answer.request.prompt_id == "propose_tasks" and not proposes):
            return "I would walk around and see."
        return answer.reply

    with chat_server(reply) as server:
        practice = practise_live(config_of(tmp_path, server.address))
    counts = practice.counts
    assert practice.own_tasks is proposes
    assert counts.at_once >= 8 and counts.after_repair == 0  # 6 effects, guards and shield
    run = find_run(tmp_path / "runs", practice.report.run)
    contents = read_log(run.path / "answers.jsonl")
    assert counts == AnswerCounts.of(contents)
    unanswered = {each.request.prompt_id for each in contents.failed} - {"repair"}
    assert ("propose_tasks" in unanswered) is not proposes
    assert counts.never >= len(unanswered)
    assert practice.report.steps > 0


@pytest.mark.local_model
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not LOCAL_MODEL, reason="set JOURNEYMAN_LOCAL_MODEL to the path of a GGUF file")
def test_with_a_real_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its nonsense ends no session: what was usable is counted, and the practice has a report."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    practice = practise_live(
        config_of(
            tmp_path, LOCAL_MODEL, budget_steps=60_000, minutes=30, max_output_tokens=1_000,
            context_tokens=9_000, reply_timeout_s=900, max_calls=60,
        )
    )  # fmt: skip
    print(practice.to_record())
    counts = practice.counts
    assert counts.at_once + counts.after_repair + counts.never > 0
    assert practice.report.stopped
