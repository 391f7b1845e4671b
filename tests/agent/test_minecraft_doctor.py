"""What the doctor says of MineDojo's side environment and of an engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.finding import Check, Health
from agent.minecraft_doctor import engine_answers, examine_minecraft, java, program
from agent.testing.scripted_peer import READ, ScriptedServer, send
from envs.minecraft.wire.frames import framed
from envs.minecraft.wire.probe import ECHOED
from tests.envs.minecraft.package.hollow import hollow


def test_a_whole_environment_is_described(tmp_path: Path) -> None:
    hollow(tmp_path)
    checks = {check.name: check for check in examine_minecraft(tmp_path)}
    assert checks["side environment"].health is Health.OK
    assert checks["packages"].detail == (
        "minedojo 0.1, gym 0.22.0, numpy 2.4.6, omegaconf 2.3.1, opencv-python-headless missing; shims: "
        "numpy.unicode_, gym.spaces.Dict.keys"
    )
    assert checks["engine"].detail == ("MalmoMod-0.37.0-fat.jar is not built; only Minecraft itself needs it")
    assert checks["engine that runs"].detail == "none named"
    assert not [check.name for check in checks.values() if check.health is Health.MISSING]


def test_the_command_ends_with_3_where_something_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "minecraft", "--folder", str(tmp_path / "none"), "--json"]) == 3
    report = json.loads(capsys.readouterr().out)
    first = report["checks"][0]
    assert (report["ok"], first["health"], first["remedy"]) == (
        False,
        "missing",
        "journeyman setup minecraft",
    )
    assert first["detail"].endswith("; build it (half a minute, 300 MB)")


@pytest.mark.parametrize(
    ("version", "health", "detail"),
    [
        ("1.8.0_392", Health.OK, "1.8.0_392"),
        ("17.0.15", Health.OPTIONAL, "java 17.0.15 found; only Minecraft itself needs it"),
        (None, Health.OPTIONAL, "no java found; only Minecraft itself needs it"),
    ],
)
def test_java_must_be_eight(version: str | None, health: Health, detail: str) -> None:
    check = java(lambda: version)
    assert (check.health, check.detail) == (health, detail)


def test_a_program_that_is_missing_is_named() -> None:
    check = program("Xvfb", ("no-such-program",), "install it")
    assert check == Check(
        name="Xvfb",
        health=Health.OPTIONAL,
        detail="no-such-program not found; only Minecraft itself needs it, where there is no screen",
        remedy="install it",
    )


def test_an_engine_that_answers_is_named() -> None:
    script = [READ, send(framed(ECHOED)), READ, send(framed(b"{}")), READ]
    with ScriptedServer([script]) as server:
        check = engine_answers(f"localhost:{server.port}")
    assert (check.health, check.detail) == (Health.OK, f"Malmo at localhost:{server.port}, Malmo 0.37.0")
    assert engine_answers("nine").health is Health.MISSING


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mincraft"], "the doctor knows no part 'mincraft'; it knows: minecraft"),
        (["--thorough"], "--folder, --engine and --thorough belong to: journeyman doctor minecraft"),
    ],
)
def test_wrong_uses_are_told(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_setup_refuses_a_wrong_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "minecraft", "--folder", str(tmp_path / "side"), "--python", "/bin/false"]) == 3
    assert "'/bin/false' is no Python that can be used" in capsys.readouterr().err


def test_setup_says_which_folder_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["setup", "minecraft", "--folder", str(tmp_path / "file" / "side")]) == 3
    assert "the side environment cannot be written: File exists: " in capsys.readouterr().err
