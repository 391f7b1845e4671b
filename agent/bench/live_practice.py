"""A practice of the toy game with a live model, start to end, beside the answers that are shipped.

    python -m agent.bench.live_practice --llm model.gguf --folder runs/live

Tells how many of the model's answers were usable at once, after the repair round, or never, and what was
admitted. A model that proposes no usable tasks practises those of the shipped pack, and that is said.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from agent.cli.output import print_json, result, say
from agent.config import PracticeConfig
from agent.llm.answer_log import AnswerLog, LogContents, read_log
from agent.llm.answer_pack import shipped_pack
from agent.llm.errors import ReplyFault
from agent.practice.loop import run_practice
from agent.practice.report import PracticeReport
from agent.records.runs import find_run, list_runs

GAME = "toy"
REPAIR = "repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCounts:
    """How many questions were answered, and how.

    Attributes:
        at_once: the first reply was usable.
        after_repair: the second was.
        never: neither was.
    """

    at_once: int = 0
    after_repair: int = 0
    never: int = 0

    @classmethod
    def of(cls, contents: LogContents) -> AnswerCounts:
        """The counts of a run's record; what was replayed from elsewhere is not counted."""
        answers = [a for a in contents.answers.values() if a.source.kind == "live"]
        asked = {exchange.request.key for exchange in contents.failed if exchange.request.prompt_id != REPAIR}
        return cls(
            at_once=sum(not answer.repaired for answer in answers),
            after_repair=sum(answer.repaired for answer in answers),
            never=len(asked - {answer.id for answer in answers}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePractice:
    """What a practice with a live model came to.

    Attributes:
        counts: of its answers.
        own_tasks: whether the tasks were the model's own.
        report: of the practice.
    """

    counts: AnswerCounts
    own_tasks: bool
    report: PracticeReport

    def to_record(self) -> dict[str, Any]:
        """Plain values."""
        report = self.report.to_record()
        return {
            **asdict(self.counts),
            "own_tasks": self.own_tasks,
            "admitted": [skill["name"] for skill in report["admitted"]],
            "abandoned": {skill["name"]: skill["reason"] for skill in report["abandoned"]},
            "stopped": self.report.stopped,
            "run": self.report.run,
        }


def practise_live(config: PracticeConfig) -> LivePractice:
    """Practise with the model that the settings name.

    Raises:
        LLMError: the model cannot be asked.
    """
    own_tasks = True
    try:
        report = run_practice(config)
    except ReplyFault:
        own_tasks = False
        report = run_practice(replace(config, resume=_with_shipped_tasks(config)))
    contents = read_log(find_run(config.runs_dir, report.run).path / "answers.jsonl")
    return LivePractice(counts=AnswerCounts.of(contents), own_tasks=own_tasks, report=report)


def _with_shipped_tasks(config: PracticeConfig) -> str:
    """Answer the question for tasks in the model's place. Returns the name of the run to go on with."""
    run = max(list_runs(config.runs_dir), key=lambda info: info.name)
    pack = shipped_pack(config.game)
    log = AnswerLog(run.path / "answers.jsonl")
    for answer in pack:
        if answer.request.prompt_id == "propose_tasks":
            log.add_answer(
                answer, replayed=True, note="in the place of the model, which proposed nothing usable"
            )
    return run.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Practise the toy game with a live model, and with the shipped answers beside it."""
    parser = argparse.ArgumentParser(prog="python -m agent.bench.live_practice", description=main.__doc__)
    parser.add_argument("--llm", required=True, help="a chat model, such as the path of a GGUF file")
    parser.add_argument("--folder", type=Path, default=Path("runs/live"), help="libraries and runs go here")
    parser.add_argument("--minutes", type=float, default=30.0, help="wall-clock minutes of each practice")
    parser.add_argument("--max-calls", type=int, default=100, help="cap on calls of the model")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    record = {
        name: practise_live(_config(options, llm)).to_record()
        for name, llm in (("live", options.llm), ("recorded", "recorded"))
    }
    if options.json:
        print_json(record)
        return 0
    for name, each in record.items():
        result(
            f"{name}: {each['at_once']} answers usable at once, {each['after_repair']} after repair, "
            f"{each['never']} never; tasks {'its own' if each['own_tasks'] else 'of the pack'}; "
            f"admitted: {', '.join(each['admitted']) or 'nothing'}"
        )
    return 0


def _config(options: argparse.Namespace, llm: str) -> PracticeConfig:
    folder = options.folder / ("recorded" if llm == "recorded" else "live")
    say(f"practising with {llm} into {folder}")
    return PracticeConfig(
        game=GAME,
        llm=llm,
        library=folder / "library",
        runs_dir=folder / "runs",
        minutes=options.minutes,
        budget_steps=60_000,
        max_calls=options.max_calls,
        max_output_tokens=1_000,
        context_tokens=9_000,
        reply_timeout_s=900.0,
        workers=1,
    )


if __name__ == "__main__":
    raise SystemExit(main())
