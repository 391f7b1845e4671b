"""A person as judge: what they are shown, what they may answer, and what is recorded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agent.cli.conversation import TerminalConversation
from agent.judges.errors import NoJudge
from agent.judges.opening import open_judge
from agent.judges.path import JudgingPath
from agent.judges.person import MAX_TRIES, PersonJudge
from agent.llm.answer_log import AnswerLog, read_log
from agent.person import NobodyThere, Person
from envs.registry import game_spec
from planners.execution.judge import JudgeTask
from tests.agent.judges.attempts import CLAIM, crafter_attempt, terminal_attempt

CRAFTER, NETHACK = game_spec("crafter"), game_spec("nethack")


class Scripted:
    """Somebody who gives these answers, and is gone after the last."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str) -> str:
        if not self.answers:
            raise NobodyThere("the input has come to its end")
        answer = self.answers.pop(0)
        if answer == "^C":
            raise KeyboardInterrupt
        return answer


@pytest.fixture(scope="module")
def attempt() -> JudgeTask:
    return crafter_attempt()


def judge_of(folder: Path, somebody: Scripted) -> PersonJudge:
    person = Person(somebody, AnswerLog(folder / "answers.jsonl"))
    return PersonJudge(person, CRAFTER, folder / "media")


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        ("y", "done", "as seen by a person"),
        ("Yes, both trees are there", "done", "both trees are there"),
        ("n it is grass", "not_done", "it is grass"),
        ("u", "unclear", "as seen by a person"),
        ("", "unclear", "as seen by a person"),
        ("y \x1b[2J", "done", "\\x1b[2J"),
    ],
)
def test_answers(tmp_path: Path, attempt: JudgeTask, answer: str, outcome: str, reason: str) -> None:
    verdict = judge_of(tmp_path, Scripted(answer)).judge(attempt)
    assert (verdict.outcome, verdict.reason, verdict.judge) == (outcome, reason, "person")
    assert verdict.answer_id in read_log(tmp_path / "answers.jsonl").answers


def test_pictures_are_saved_and_their_paths_told(tmp_path: Path, attempt: JudgeTask) -> None:
    somebody = Scripted("y")
    judge_of(tmp_path, somebody).judge(attempt)
    assert CLAIM in somebody.told[0]
    path = Path(somebody.told[1].partition(": ")[2])
    assert path.parent == tmp_path / "media"
    assert np.array_equal(np.asarray(Image.open(path))[::6, ::6], attempt.frames[0])
    assert len(list(path.parent.iterdir())) == len(somebody.told) - 1


def test_what_is_no_verdict_is_asked_again_and_then_unclear(tmp_path: Path, attempt: JudgeTask) -> None:
    assert judge_of(tmp_path / "a", Scripted("perhaps", "n")).judge(attempt).outcome == "not_done"
    verdict = judge_of(tmp_path / "b", Scripted(*["perhaps"] * MAX_TRIES, "y")).judge(attempt)
    assert (verdict.outcome, verdict.reason) == ("unclear", "perhaps")


def test_nothing_is_asked_twice(tmp_path: Path, attempt: JudgeTask) -> None:
    first = judge_of(tmp_path, Scripted("n")).judge(attempt)
    assert judge_of(tmp_path, Scripted()).judge(crafter_attempt()) == first


def test_whoever_is_gone_is_not_asked_again(tmp_path: Path, attempt: JudgeTask) -> None:
    """Ctrl-D: what follows is unclear, and the session goes on."""
    somebody = Scripted()
    path = JudgingPath(looking=(judge_of(tmp_path, somebody),))
    assert path.judge(attempt).reason == "the input has come to its end"
    somebody.answers = ["y"]
    assert (path.judge(crafter_attempt(seed=4)).outcome, somebody.answers) == ("unclear", ["y"])


def test_ctrl_c_is_passed_on(tmp_path: Path, attempt: JudgeTask) -> None:
    with pytest.raises(KeyboardInterrupt):
        JudgingPath(looking=(judge_of(tmp_path, Scripted("^C")),)).judge(attempt)
    assert read_log(tmp_path / "answers.jsonl").answers == {}


def test_a_terminal_is_shown_harmless(tmp_path: Path) -> None:
    somebody = Scripted("y")
    judge = PersonJudge(Person(somebody), NETHACK, tmp_path / "media")
    assert judge.judge(terminal_attempt()).outcome == "done"
    assert any("WHAMM!!" in text for text in somebody.told)
    assert not any("\x1b" in text for text in somebody.told)


class TestOpening:
    def test_in_the_path(self, tmp_path: Path, attempt: JudgeTask) -> None:
        path = open_judge("ask", CRAFTER, person=Person(Scripted("y")), folder=tmp_path)
        assert path.judge(attempt).judge == "person"

    def test_nobody_can_be_asked(self) -> None:
        with pytest.raises(NoJudge, match="commands that run in a terminal"):
            open_judge("ask", CRAFTER)

    def test_without_a_terminal(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        with (tmp_path / "input").open("w+") as pipe:
            monkeypatch.setattr("sys.stdin", pipe)
            with pytest.raises(NobodyThere, match=r"the input is no terminal\. Run this in a terminal"):
                TerminalConversation().ask("Is it done?")


class TestTerminal:
    """A pseudo-terminal, as a person has one."""

    @staticmethod
    def on_terminal(monkeypatch: pytest.MonkeyPatch, typed: bytes) -> str:
        import os

        ours, theirs = os.openpty()
        with os.fdopen(theirs, "r", encoding="utf-8") as terminal:
            monkeypatch.setattr("sys.stdin", terminal)
            os.write(ours, typed)
            try:
                return TerminalConversation().ask("Is it done? ")
            finally:
                os.close(ours)

    def test_a_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.on_terminal(monkeypatch, b"yes, it is\n") == "yes, it is"

    def test_ctrl_d(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(NobodyThere, match="Ctrl-D"):
            self.on_terminal(monkeypatch, b"\x04")
