from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.llm.answer import Answer
from agent.llm.answer_pack import AnswerPack
from agent.llm.pack_writer import record_authored
from agent.llm.vocabulary import game_variables
from envs.registry import game_spec


def saved_pack(path: Path, gone: str = "") -> Answer:
    """A pack with an answer to a question with one fact less than the toy game has now, or one more."""
    variables = game_variables(game_spec("toy"))
    lines = variables["facts"].split("\n")
    facts = "\n".join([*lines, gone] if gone else lines[:-1])
    pack = AnswerPack("toy")
    reply = {"facts": {"did.place_bench": 1}, "impossible": ""}
    answer = record_authored("parse_goal", {**variables, "facts": facts, "goal": "a bench"}, reply, pack)
    pack.save(path)
    return answer


def test_a_pack_is_carried_over_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pack.json"
    old = saved_pack(path)
    command = ["answers", "carry", "--game", "toy", "--pack", str(path)]
    assert main([*command, "--dry-run"]) == 0
    assert "1 answer would be carried over, 0 unchanged" in capsys.readouterr().out
    assert [answer.id for answer in AnswerPack.load(path)] == [old.id]
    assert main([*command, "--json"]) == 0
    (now,) = AnswerPack.load(path)
    assert json.loads(capsys.readouterr().out) == {
        "pack": str(path), "carried": [now.id], "unchanged": 0, "refused": []
    }  # fmt: skip
    assert now.source.note.endswith(f"(carried over from {old.id})")


def test_what_does_not_stand_is_told_and_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pack.json"
    saved_pack(path, gone="- moon (status): 1 while the moon is up")
    before = path.read_bytes()
    assert main(["answers", "carry", "--game", "toy", "--pack", str(path)]) == 1
    captured = capsys.readouterr()
    assert "0 answers carried over, 0 unchanged, 1 left as they are" in captured.out
    assert "of the facts that the model was told, 'moon' changed or went" in captured.err
    assert path.read_bytes() == before


def test_a_pack_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["answers", "carry", "--game", "toy", "--pack", str(tmp_path / "none.json")]) == 2
    assert "answer pack 'none.json' cannot be used" in capsys.readouterr().err
