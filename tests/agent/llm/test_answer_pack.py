import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from agent.llm.answer import Answer, Request, Source, canonical_json, content_hash
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.llm.errors import BadPack
from agent.llm.message import Message

SOURCE = Source(kind="recorded", note="by hand")


def request(question: str = "What is tea?", **change: Any) -> Request:
    fields: dict[str, Any] = {
        "prompt_id": "ask",
        "prompt_version": 1,
        "messages": (
            Message(role="system", content="Be brief.\nAlways."),
            Message(role="user", content=question),
        ),
        "reply": "GoalFacts/1(facts,impossible)",
        "subject": "tea",
    }
    return Request(**{**fields, **change})


def answer(question: str = "What is tea?", reply: str = "line 1\nline 2\n", **change: Any) -> Answer:
    return Answer(request=request(question, **change), reply=reply, source=SOURCE)


def test_canonical_json_ignores_order_and_refuses_nan() -> None:
    assert canonical_json({"b": "é", "a": 1}) == '{"a":1,"b":"é"}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))


def test_keys_are_stable() -> None:
    """Golden values: if they change, no recorded answer is found any more."""
    assert content_hash("tea") == "blake2b-16:0af8ada76036c14814ebdd3c123cca5d"
    assert request().key == "blake2b-16:e18e37e23f884ddf07468c877273a52f"


@pytest.mark.parametrize(
    "change",
    [
        {"prompt_id": "other"},
        {"prompt_version": 2},
        {"reply": "GoalFacts/2(facts)"},
        {"draw": 1},
        {"messages": (Message(role="user", content="Be brief.\nAlways."),)},
    ],
)
def test_everything_that_can_change_the_answer_changes_the_key(change: dict[str, Any]) -> None:
    assert request(**change).key != request().key


def test_the_subject_does_not_change_the_key() -> None:
    assert request(subject="coffee").key == request().key


def test_an_answer_must_fit_its_request_and_reply() -> None:
    fields = answer().model_dump()
    with pytest.raises(ValidationError, match="does not fit its request"):
        Answer.model_validate({**fields, "id": content_hash("something else")})
    with pytest.raises(ValidationError, match="was changed after it was recorded"):
        Answer.model_validate({**fields, "reply": "line 1"})
    assert Answer.model_validate(fields) == answer()


def test_a_pack_survives_the_round_trip_and_shares_texts(tmp_path: Path) -> None:
    pack = AnswerPack("garden", "by hand", [answer(), answer("What is jam?", "", subject="jam")])
    path = tmp_path / "deep" / "garden.json"
    pack.save(path)
    again = AnswerPack.load(path)
    assert (again.game, again.note, len(again)) == ("garden", "by hand", 2)
    assert {a.id: a for a in again} == {a.id: a for a in pack}
    assert again.dumps() == pack.dumps() == path.read_text(encoding="utf-8")
    again.verify()
    # Two questions with one briefing: three texts, not four.
    assert len(json.loads(pack.dumps())["texts"]) == 3
    assert '"line 1",\n' in pack.dumps()


def test_lookup_about_remove() -> None:
    pack = AnswerPack("garden", answers=[answer()])
    assert pack.lookup(request().key) == answer()
    assert pack.lookup("blake2b-16:0") is None
    assert pack.about("ask", "tea") == [answer()]
    assert pack.about("ask", "jam") == []
    pack.remove(request().key)
    assert len(pack) == 0


def test_another_reply_is_taken_on_purpose_only() -> None:
    pack = AnswerPack("garden", answers=[answer()])
    pack.add(answer())
    with pytest.raises(BadPack, match="another reply to prompt 'ask' version 1 about 'tea', draw 0"):
        pack.add(answer(reply="new"))
    pack.add(answer(reply="new"), replace=True)
    assert [a.reply for a in pack] == ["new"]


def tampered(path: Path, change: Any) -> None:
    AnswerPack("garden", answers=[answer()]).save(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def _change_text(data: dict[str, Any]) -> None:
    next(iter(data["texts"].values()))[0] = "Be long."


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (_change_text, "it was changed after recording"),
        (lambda d: d["answers"][0].update(prompt_version=2), "does not fit its request"),
        (lambda d: d["answers"][0].update(reply=["better"]), "was changed after it was recorded"),
        (lambda d: d["texts"].clear(), "refers to the text 'blake2b-16:.*', which is not there"),
        (lambda d: d["answers"][0].pop("source"), r"answers\.0\.source: Field required"),
        (lambda d: d.update(extra=1), "extra: Extra inputs are not permitted"),
        (lambda d: d.update(schema_version=2), "expected an object with schema_version 1, found 2"),
    ],
)
def test_a_changed_pack_is_refused(tmp_path: Path, change: Any, error: str) -> None:
    path = tmp_path / "garden.json"
    tampered(path, change)
    with pytest.raises(BadPack, match=f"answer pack 'garden.json' cannot be used: .*{error}"):
        AnswerPack.load(path)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "Expecting value"),
        (b"[]", "found 'list'"),
        (b'{"schema_version": 1', "Expecting"),
        (b"\xff\xfe", "decode"),
    ],
)
def test_a_malformed_pack_is_refused(tmp_path: Path, content: bytes, error: str) -> None:
    path = tmp_path / "garden.json"
    path.write_bytes(content)
    with pytest.raises(BadPack, match=f"answer pack 'garden.json' cannot be used: .*{error}"):
        AnswerPack.load(path)


def test_a_missing_pack_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="No such file"):
        AnswerPack.load(tmp_path / "gone.json")
    with pytest.raises(BadPack, match="no recorded answers are shipped for game 'chess'"):
        shipped_pack("chess")


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "garden.json"
    path.write_text("old", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        AnswerPack("garden", "new").save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["garden.json"]
    assert path.read_text(encoding="utf-8") == "old"
