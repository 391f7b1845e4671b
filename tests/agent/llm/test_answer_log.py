import logging
import os
from pathlib import Path

import pytest

from agent.llm.answer import FailedExchange, Source, Usage
from agent.llm.answer_log import AnswerLog, read_log
from agent.llm.errors import BadPack
from tests.agent.llm.test_answer_pack import answer, request


def failed(reason: str = "cut off") -> FailedExchange:
    return FailedExchange(
        request=request(),
        reply="half",
        error="ReplyTruncated",
        reason=reason,
        usage=Usage(input_tokens=10, output_tokens=5),
        source=Source(kind="live", model="openai:gpt-5"),
    )


def test_a_missing_log_is_empty(tmp_path: Path) -> None:
    contents = read_log(tmp_path / "answers.jsonl")
    assert (contents.answers, contents.failed, contents.calls) == ({}, [], 0)


def test_exchanges_are_read_back_and_failed_ones_are_no_answers(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    log = AnswerLog(path)
    log.add_failed(failed())
    assert log.lookup(request().key) is None
    paid = answer().model_copy(update={"usage": Usage(input_tokens=100, output_tokens=20)})
    log.add_answer(paid)
    log.add_answer(answer("What is jam?"), replayed=True)
    contents = read_log(path)
    assert contents.answers == {paid.id: paid, answer("What is jam?").id: answer("What is jam?")}
    assert contents.failed == [failed()]
    # Two paid exchanges, 10 + 100 tokens in, 5 + 20 out; the replayed one cost nothing.
    assert (contents.calls, contents.spent) == (2, Usage(input_tokens=110, output_tokens=25))


def test_the_same_answer_is_written_once(tmp_path: Path) -> None:
    log = AnswerLog(tmp_path / "answers.jsonl")
    log.add_answer(answer())
    log.add_answer(answer(), replayed=True)
    assert len(log.path.read_bytes().splitlines()) == 1


@pytest.mark.parametrize("cut", [1, 40])
def test_a_torn_last_line_is_ignored_with_a_warning_and_cut_before_appending(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, cut: int
) -> None:
    path = tmp_path / "answers.jsonl"
    log = AnswerLog(path)
    log.add_answer(answer())
    log.add_answer(answer("What is jam?"))
    path.write_bytes(path.read_bytes()[:-cut])
    with caplog.at_level(logging.WARNING):
        assert list(read_log(path).answers) == [answer().id]
    assert "answers.jsonl: line 2 is cut off and was ignored" in caplog.text
    AnswerLog(path).add_answer(answer("What is oil?"))
    assert list(read_log(path).answers) == [answer().id, answer("What is oil?").id]


@pytest.mark.parametrize("line", [b"nonsense\n", b"{}\n", b'{"schema_version":1,"kind":"answer"}\n'])
def test_a_malformed_line_is_an_error_that_names_it(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "answers.jsonl"
    AnswerLog(path).add_answer(answer())
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(BadPack, match=r"line 2 of 'answers.jsonl' is no record of an exchange"):
        AnswerLog(path)


def test_a_changed_line_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    AnswerLog(path).add_answer(answer())
    path.write_bytes(path.read_bytes().replace(b"line 1", b"line 9"))
    with pytest.raises(BadPack, match=r"line 1 of .* was changed after it was recorded"):
        read_log(path)


def test_a_failed_append_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AnswerLog(tmp_path / "answers.jsonl")
    log.add_answer(answer())
    before = log.path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            log.add_answer(answer("What is jam?"))
    assert log.path.read_bytes() == before
    assert log.lookup(answer("What is jam?").id) is None
    log.add_answer(answer("What is oil?"))
    assert len(read_log(log.path).answers) == 2
