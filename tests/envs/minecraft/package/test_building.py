"""The side environment is built step by step, goes on where it was stopped, and leaves nothing half-done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from envs.minecraft.package import building
from envs.minecraft.package.building import build_side
from envs.minecraft.package.errors import BrokenSideEnvironment, SetupFailed, WrongPython
from envs.minecraft.package.place import find_side
from envs.minecraft.package.recipe import PACKAGE, digest, requirements
from tests.envs.minecraft.package.hollow import HERE, VERSIONS

WANTED = "expected one of Python 3.9 to 3.13 with its module venv: --python PATH"
SAY = f"import sys; sys.path[:0] = {sys.path!r}; from pathlib import Path; "
INSTALLS = SAY + (
    "from tests.envs.minecraft.package.hollow import say_installed, VERSIONS; "
    "say_installed(Path(sys.argv[1]), VERSIONS)"
)
FAILS = "import sys; print('looking'); print('WARNING: no'); sys.exit('no such package')"


def steps(*codes: str) -> list[tuple[str, str]]:
    return [(f"step {number}", code) for number, code in enumerate(codes, 1)]


@pytest.fixture
def made_of(monkeypatch: pytest.MonkeyPatch):
    """Sets the steps that follow the making of a bare environment, as Python programs told of the folder."""

    def set_steps(*codes: str) -> None:
        def steps_of(part: Path, base: str, version: tuple[int, int]):
            bare = ("bare", [base, "-I", "-m", "venv", "--without-pip", str(part)], 60.0)
            later = [(name, [sys.executable, "-c", code, str(part)], 60.0) for name, code in steps(*codes)]
            return [bare, *later]

        monkeypatch.setattr(building, "steps_of", steps_of)

    return set_steps


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_built_and_then_it_is_there(made_of, tmp_path: Path) -> None:
    made_of(INSTALLS)
    said: list[str] = []
    report = build_side(tmp_path / "side", sys.executable, say=said.append)
    assert list(report.seconds) == ["bare", "step 1"]
    assert report.versions == VERSIONS
    assert said[0].startswith(f"building the side environment in '{tmp_path}/side' with Python 3.")
    assert said[1].startswith("1 of 2 bare: ") and said[1].endswith(" s")
    assert names(tmp_path) == [".side.lock", "side"]
    assert find_side(tmp_path / "side").record["recipe"] == digest(HERE)
    again = build_side(tmp_path / "side", sys.executable, say=said.append)
    assert again.seconds == {}
    assert said[-1] == f"the side environment in '{tmp_path}/side' is whole already; --again builds it anew"
    assert set(again.to_record()) == {"folder", "python", "seconds", "megabytes", "versions"}


def test_a_step_that_fails_is_gone_on_from(made_of, tmp_path: Path) -> None:
    made_of(INSTALLS, FAILS)
    with pytest.raises(SetupFailed) as caught:
        build_side(tmp_path / "side", sys.executable)
    assert str(caught.value) == (
        "setting Minecraft up failed at the step 'step 2': it ended with exit code 1:\nlooking\n"
        "no such package\nWhat was done before is kept; run it again to go on. pip needs a network, or a "
        "package index that it is told of"
    )
    assert names(tmp_path) == [".side.lock", ".side.part"]
    made_of(INSTALLS, "pass")
    said: list[str] = []
    report = build_side(tmp_path / "side", sys.executable, say=said.append)
    assert list(report.seconds) == ["step 2"]
    assert said[2].startswith("2 of 3 step 1: done before, in ")
    assert names(tmp_path) == [".side.lock", "side"]


def test_what_another_recipe_began_is_not_gone_on_with(made_of, tmp_path: Path) -> None:
    part = tmp_path / ".side.part"
    part.mkdir()
    (part / "steps.json").write_text(json.dumps({"recipe": "another", "seconds": {"bare": 1.0}}))
    (part / "left over").touch()
    made_of(INSTALLS)
    assert list(build_side(tmp_path / "side", sys.executable).seconds) == ["bare", "step 1"]
    assert not (tmp_path / "side" / "left over").exists()


def test_the_old_one_is_there_until_the_new_one_is_whole(made_of, tmp_path: Path) -> None:
    side = tmp_path / "side"
    made_of(INSTALLS)
    build_side(side, sys.executable)
    (side / "mark").touch()
    made_of(INSTALLS, FAILS)
    with pytest.raises(SetupFailed):
        build_side(side, sys.executable, again=True)
    assert (side / "mark").exists()
    made_of(INSTALLS)
    build_side(side, sys.executable, again=True)
    assert not (side / "mark").exists()
    assert names(tmp_path) == [".side.lock", "side"]


def test_a_folder_of_somebody_else_is_left_alone(made_of, tmp_path: Path) -> None:
    made_of(INSTALLS)
    (tmp_path / "thesis.tex").touch()
    for again in (False, True):
        with pytest.raises(BrokenSideEnvironment) as caught:
            build_side(tmp_path, sys.executable, again=again)
        assert str(caught.value) == (
            f"'{tmp_path}' is no side environment for MineDojo: it has no file DONE; name another folder "
            "with --folder or JOURNEYMAN_MINECRAFT"
        )
    assert names(tmp_path) == ["thesis.tex"]


@pytest.mark.parametrize(
    ("python", "why"),
    [
        ("/nowhere/python", "is no Python that can be used (No such file or directory)"),
        ("/bin/false", "is no Python that can be used (it does not run as one)"),
        ("/bin/echo", "is no Python that can be used (it does not run as one)"),
    ],
)
def test_what_is_no_python_is_refused(python: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(WrongPython) as caught:
        build_side(tmp_path / "side", python)
    assert str(caught.value) == f"'{python}' {why}; {WANTED}"
    assert names(tmp_path) == []


def test_a_python_that_minedojo_does_not_run_on_is_refused(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 3 8 2 /usr/bin/python3.8\n")
    python.chmod(0o755)
    with pytest.raises(WrongPython) as caught:
        build_side(tmp_path / "side", str(python))
    assert str(caught.value) == f"'{python}' is Python 3.8.2, which MineDojo does not run on; {WANTED}"


def test_the_real_steps_are_the_two_calls_of_pip(tmp_path: Path) -> None:
    made = building.steps_of(tmp_path, "python3.12", (3, 12))
    assert [name for name, _, _ in made] == [
        "virtual environment", "what MineDojo needs", "MineDojo itself", "first import",
    ]  # fmt: skip
    assert made[1][1][-len(requirements((3, 12))) :] == list(requirements((3, 12)))
    assert made[2][1][-2:] == ["--no-deps", PACKAGE]
    assert not any("://" in word for _, command, _ in made for word in command)


def test_an_environment_still_runs_after_it_is_renamed(made_of, tmp_path: Path) -> None:
    made_of(INSTALLS)
    build_side(tmp_path / "side", sys.executable)
    code = "import sys; print(sys.prefix)"
    python = find_side(tmp_path / "side").python
    assert subprocess.check_output([python, "-I", "-c", code], text=True).strip() == f"{tmp_path}/side"
