"""Every command that asks a model takes the settings for asking it, and says what is wrong around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.cli.app import command as command_tree
from agent.llm.errors import UnknownModel
from agent.llm.models import ModelHandle, ModelSettings

ASKING = ("--max-output-tokens", "--context-tokens", "--reply-timeout", "--max-reply-bytes")
COMMANDS = {
    "practice": ["practice", "--game", "toy", "--library", "mine", "--workers", "1"],
    "solve": ["solve", "zorble the frobnitz", "--game", "crafter"],
    "preferences": ["preferences", "--game", "toy"],
    "eval": ["eval", "crafter-composites", "--mode", "look", "--task", "row-of-stones", "-n", "1"],
    "compare": ["compare", "take_gem", "place_bench", "--game", "toy", "--folder", "compared"],
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[ModelSettings]:
    """The settings that models are opened with; none opens."""
    found: list[ModelSettings] = []

    def refuse(name: str, settings: ModelSettings, secrets: object) -> ModelHandle:
        found.append(settings)
        raise UnknownModel(f"no chat model {name!r}")

    monkeypatch.setattr("agent.llm.open_model.open_chat_model", refuse)
    return found


def commands(command: Any) -> Iterator[Any]:
    yield command
    for inner in getattr(command, "commands", {}).values():
        yield from commands(inner)


def test_commands_that_name_a_model_are_those_tried_here_and_have_every_option() -> None:
    asking = {
        str(command.name): {option for parameter in command.params for option in parameter.opts}
        for command in commands(command_tree())
        if any("--llm" in parameter.opts for parameter in command.params)
    }
    assert set(asking) == set(COMMANDS)
    for options in asking.values():
        assert set(ASKING) <= options


@pytest.mark.parametrize("command", COMMANDS)
def test_the_settings_reach_the_model(command: str, opened: list[ModelSettings]) -> None:
    values = dict(zip(ASKING, ("4096", "8192", "7.5", "100000"), strict=True))
    given = [text for option in values.items() for text in option]
    assert main([*COMMANDS[command], "--llm", "some:model", *given]) == 2
    assert main([*COMMANDS[command], "--llm", "some:model"]) == 2
    assert opened == [
        ModelSettings(max_output_tokens=4096, context_tokens=8192, timeout_s=7.5, max_reply_bytes=100_000),
        ModelSettings(),
    ]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ASKING)
@pytest.mark.parametrize("value", ["0", "-1"])
def test_values_that_make_no_sense_are_refused(
    command: str, option: str, value: str, opened: list[ModelSettings], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*COMMANDS[command], "--llm", "some:model", option, value]) == 2
    assert f"e.g. {option}" in " ".join(capsys.readouterr().err.split())
    assert opened == []


def test_a_proxy_that_cannot_be_used_is_one_message_and_exit_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://")
    assert main([*COMMANDS["practice"], "--llm", "https://models.example/v1#m"]) == 3
    said = capsys.readouterr().err
    assert "variable ALL_PROXY does not hold the address of a proxy" in " ".join(said.split())
    assert "Traceback" not in said
