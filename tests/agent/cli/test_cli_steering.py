"""``journeyman runs pause|resume|stop|queue``."""

import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.records.commands import Command, CommandBox
from agent.records.runs import Run


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    run = Run.create(Path("runs"), command="practice", game="toy", seed=0, config={})
    run.event("claimed", skill="drink", effects={})
    return run


def test_commands_are_left_in_the_run(practice: Run, capsys: pytest.CaptureFixture[str]) -> None:
    short = practice.name[-6:]
    for words in (["pause", short], ["resume", short], ["queue", short, "drink"], ["stop", short, "--json"]):
        assert main(["runs", *words]) == 0
    out = capsys.readouterr().out
    assert "pauses after the rollout under way" in out and "practises drink next" in out
    assert json.loads(out[out.index("{") :])["command"] == "stop"
    taken = [command for command in CommandBox(practice.path).take() if isinstance(command, Command)]
    assert [command.kind for command in taken] == ["pause", "resume", "queue", "stop"]
    assert {command.by for command in taken} == {"terminal"}
    practice.close()


def test_what_cannot_be_steered_is_said(practice: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "queue", practice.name, "dring"]) == 2
    assert "no skill 'dring'; did you mean 'drink'?" in capsys.readouterr().err
    assert main(["runs", "pause", "nothing"]) == 2
    assert "no run 'nothing'" in capsys.readouterr().err
    practice.finish()
    practice.close()
    assert main(["runs", "resume", practice.name, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "NotSteerable"
    assert not (practice.path / "commands").exists()
