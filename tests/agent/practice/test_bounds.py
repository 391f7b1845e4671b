"""What a session keeps in memory and on disk stays bounded, however long it goes on."""

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from agent.llm import answer_log
from agent.llm.answer import FailedExchange, Source, Usage
from agent.llm.answer_log import AnswerLog, read_log
from agent.llm.question import build_request
from agent.practice.panel import MOST_NAMED, RichProgress
from agent.records.journal import read_journal
from agent.records.runs import Run
from agent.records.runs import run as run_module
from agent.testing.toy import GAME
from envs.rollout.episode import Start
from envs.seeding import training_seed
from skills.start_bank import StartBank


def offered(bank: StartBank, label: str, count: int) -> None:
    for number in range(count):
        start = Start(f"{label}{number}".encode(), training_seed(0, label, number))
        bank.add(start, np.array([number], np.int32), label)


class TestBank:
    def test_labels_share_a_bounded_number_of_states(self, tmp_path: Path) -> None:
        bank = StartBank(["wood"], capacity=50, total=120)
        for number in range(40):
            offered(bank, f"skill_{number}", 60)
            assert len(bank) <= 120
        assert len(bank) == 120
        assert set(bank.labels.values()) == {3}  # what there is is shared evenly
        bank.save(tmp_path / "bank.npz")
        again = StartBank.load(tmp_path / "bank.npz")
        offered(again, "more", 60)
        assert (again.total, len(again)) == (120, 120)

    def test_below_the_bound_nothing_is_different(self) -> None:
        one, two = StartBank(["wood"], capacity=5, total=10), StartBank(["wood"], capacity=5)
        for bank in (one, two):
            offered(bank, "a", 30)
            offered(bank, "b", 30)
        assert one.to_bytes() != two.to_bytes()  # the bound itself is on record
        assert [e.start for e in one._all()] == [e.start for e in two._all()]

    def test_a_bound_is_at_least_one(self) -> None:
        with pytest.raises(ValueError, match="total is 0; it must be at least 1"):
            StartBank(["wood"], total=0)


def test_play_is_kept_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "MOST_PLAY_BYTES", 2_000)
    with Run.create(tmp_path, command="practice", game="toy", seed=0, config={}) as run:
        for seed in range(500):
            run.play(seed, [{"kind": "skill_ended", "skill": "walk"}])
    size = (run.path / "play.jsonl").stat().st_size
    assert 2_000 < size < 2_200
    assert [event["kind"] for event in run.events()].count("play_not_kept") == 1
    with Run.resume(tmp_path, run.name, command="practice") as run:
        run.play(1, [{"kind": "skill_ended", "skill": "walk"}])
    assert (run.path / "play.jsonl").stat().st_size == size
    assert run.lines["play"] == len(list(read_journal(run.path / "play.jsonl")))


def test_failed_questions_are_kept_in_the_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_log, "MOST_FAILED", 3)
    log = AnswerLog(tmp_path / "answers.jsonl")
    request = build_request("shield", GAME)
    for number in range(8):
        log.add_failed(
            FailedExchange(
                request=request, reply="", error="ModelUnavailable", reason=f"down {number}",
                usage=Usage(input_tokens=1), source=Source(kind="live", model="m", date="2026-01-01"),
            )
        )  # fmt: skip
    assert [failed.reason for failed in log.contents.failed] == ["down 5", "down 6", "down 7"]
    assert len((tmp_path / "answers.jsonl").read_text().splitlines()) == 8
    assert read_log(tmp_path / "answers.jsonl").calls == log.contents.calls == 8


def test_the_panel_names_the_latest_skills() -> None:
    panel = RichProgress(Console(file=io.StringIO()))
    for number in range(3 * MOST_NAMED):
        for _ in range(4):  # polished again and again
            panel.skill_finished(f"skill_{number}", admitted=True, successes=9, attempts=10, steps=1)
    said = panel._learned()
    assert said.startswith(f"{3 * MOST_NAMED} skills: ..., skill_{2 * MOST_NAMED}, ")
    assert said.count("skill_") == MOST_NAMED
